"""Typed links in headers and in sets: rules first, and then what a running library answers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import httpx
import pytest

from ledger_service.domain.exports.cited_work import Person, Work
from reading_room.catalog.rules.signposting import Signpost, form_header, link_header, linkset
from scripts.harness.running_library import RunningLibrary
from tests.reading_room.catalog.works import FULL, PLAIN, VAGUE

BIB = Signpost("https://library.test/x.bib", "describedby alternate", "application/x-bibtex")
LINK = re.compile(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?')


def links(header: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for target, relations, _ in LINK.findall(header):
        for relation in relations.split():
            found.setdefault(relation, []).append(target)
    return found


def context(work: Work, anchor: str) -> dict[str, Any]:
    [found] = [item for item in linkset(work, [BIB])["linkset"] if item["anchor"] == anchor]
    return dict(found)


def test_the_header_has_links_that_no_record_can_break() -> None:
    header = link_header(FULL, [BIB])
    assert '<https://orcid.org/0000-0002-1825-0097>; rel="author"' in header
    assert f'<{FULL.content}>; rel="item"; type="application/pdf"' in header
    assert (
        '<https://library.test/x.bib>; rel="describedby alternate"; type="application/x-bibtex"'
        in header
    )
    odd = replace(FULL, license=("odd", 'https://example.org/">, <x'))
    assert "example.org" not in link_header(odd, [])
    assert "license" not in links(link_header(odd, []))
    assert "item" not in links(link_header(PLAIN, []))


def test_a_work_is_cited_by_our_name_and_a_publishers_is_related() -> None:
    published = replace(FULL, identifiers=(("doi", "10.1000/182"), ("isbn", "9789943010109")))
    told = links(link_header(published, []))
    assert told["cite-as"] == [FULL.address]
    assert told["related"] == ["https://doi.org/10.1000/182"]
    named = links(link_header(replace(published, ark="ark:99999/bcd"), []))
    assert named["cite-as"] == ["https://library.test/ark:99999/bcd"]


def test_what_is_too_much_for_a_header_stands_in_the_set_alone() -> None:
    many = tuple(Person(f"{number}", orcid=f"0000-0000-0000-{number:04}") for number in range(11))
    work = replace(FULL, people=many)
    told = links(link_header(work, []))
    assert "author" not in told
    assert told["linkset"] == [f"{FULL.address}/linkset.json"]
    assert len(context(work, FULL.address)["author"]) == 11
    assert len(links(link_header(replace(FULL, people=many[:10]), []))["author"]) == 10


def test_the_set_leads_from_page_to_file_and_forms_and_back() -> None:
    page = context(FULL, FULL.address)
    assert page["cite-as"] == [{"href": FULL.address}]
    assert page["item"] == [{"href": FULL.content, "type": "application/pdf"}]
    assert page["describedby"] == [{"href": BIB.target, "type": "application/x-bibtex"}]
    assert [item["href"] for item in page["type"]] == [
        "https://schema.org/AboutPage", "https://schema.org/Book",
    ]  # fmt: skip
    back = {"href": FULL.address, "type": "text/html"}
    assert context(FULL, FULL.content)["collection"] == [back]
    assert context(FULL, BIB.target)["describes"] == [back]
    assert [item["anchor"] for item in linkset(VAGUE, [])["linkset"]] == [VAGUE.address]
    assert links(form_header(FULL))["describes"] == [FULL.address]


@pytest.fixture(scope="module")
def book(library: RunningLibrary) -> str:
    digest = str(library.register(title="Signposted", creator="Navoiy, Alisher")["digest"])
    library.at_rest()
    return digest


def test_each_address_of_a_resource_leads_to_the_others(
    site: httpx.Client, library: RunningLibrary, book: str
) -> None:
    page = f"{library.url}/resources/{book}"
    told = links(site.get(f"/resources/{book}").headers["link"])
    assert (told["cite-as"], told["linkset"]) == ([page], [f"{page}/linkset.json"])
    answer = site.get(f"/resources/{book}/linkset.json")
    assert answer.headers["content-type"] == "application/linkset+json"
    contexts = {item["anchor"]: item for item in answer.json()["linkset"]}
    assert [item["href"] for item in contexts[page]["describedby"]] == told["describedby"]
    assert set(contexts) == {page, *told["item"], *told["describedby"]}
    for address in told["describedby"]:
        assert site.get(address, headers={"Accept": "*/*"}).status_code == 200, address
    [content] = told["item"]
    back = links(site.get(content).headers["link"])
    assert (back["collection"], back["linkset"]) == ([page], told["linkset"])
    form = links(site.get(f"/resources/{book}/cite.bib").headers["link"])
    assert (form["describes"], form["linkset"]) == ([page], told["linkset"])


def test_a_withdrawn_one_has_no_item_and_a_closed_one_none(
    site: httpx.Client, withdrawn: str, closed: str
) -> None:
    for digest, status in ((withdrawn, 410), (closed, 200)):
        answer = site.get(f"/resources/{digest}/linkset.json")
        assert answer.status_code == status
        assert not any("item" in item or "collection" in item for item in answer.json()["linkset"])
    assert "item" not in links(site.get(f"/resources/{withdrawn}").headers["link"])
