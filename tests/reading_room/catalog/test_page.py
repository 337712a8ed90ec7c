"""The page of a resource: what it says, in which forms, and what it says of what was withdrawn."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from ledger_service.domain.resources.license import KNOWN_RIGHTS
from reading_room.catalog.pages.resource import OFFERED
from scripts.harness.running_library import RunningLibrary

DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def book(library: RunningLibrary) -> str:
    title = "</script><b>Xamsa</b> & “Beshlik”"
    found = library.register(title=title, creator="Navoiy, Alisher", language="uz")
    library.at_rest()
    return str(found["digest"])


def test_the_page_says_what_it_is_whose_and_how_to_read_it(site: httpx.Client, book: str) -> None:
    page = site.get(f"/resources/{book}")
    assert page.status_code == 200
    assert '<h1><bdi lang="uz">&lt;/script&gt;&lt;b&gt;Xamsa' in page.text
    for words in (
        "Navoiy, Alisher",
        "Authentic, as the library says",
        "authentic_as_told",
        "CC BY 4.0",
    ):
        assert words in page.text
    assert f'<a class="act" href="/read/{book}">Read</a>' in page.text
    assert 'class="seal authentic"' not in page.text
    [data] = DATA.findall(page.text)
    assert json.loads(data)["name"].startswith("</script><b>Xamsa</b>")
    for link in re.findall(r'href="(/(?:resources|entries|stewards|licenses)[^"]*)"', page.text):
        assert site.get(link).status_code == 200, link


def test_what_programs_need_is_folded(site: httpx.Client, book: str) -> None:
    page = site.get(f"/resources/{book}").text
    [folded] = [
        part.partition("</details>")[0]
        for part in page.split('<details class="fold">')
        if "For archives and other systems" in part
    ]
    for end in (".prov.json", ".prov.ttl", ".premis.xml", "/cite.marcxml", "/cite.datacite.json"):
        link = f'<a href="/resources/{book}{end}" download>'
        assert link in folded, end
        assert page.count(link) == 1, end
    assert f'<a href="/resources/{book}/cite.bib" download>' in page.replace(folded, "")


@pytest.mark.parametrize("media_type", OFFERED[2:])
def test_the_address_has_each_form_and_each_form_an_address(
    site: httpx.Client, library: RunningLibrary, book: str, media_type: str
) -> None:
    answer = site.get(f"/resources/{book}", headers={"Accept": media_type})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert "Accept" in answer.headers["vary"].split(", ")
    page = site.get(f"/resources/{book}")
    place = re.search(rf'type="{re.escape(media_type)}" href="([^"]+)"', page.text)
    assert place is not None
    same = site.get(place[1])
    assert same.content == answer.content
    assert same.headers["content-disposition"].startswith("attachment;")
    told = f'<{library.url}{place[1]}>; rel="describedby alternate"; type="{media_type}"'
    assert told in page.headers["link"]


def test_programs_are_led_to_the_api_and_told_what_there_is(site: httpx.Client, book: str) -> None:
    answer = site.get(f"/resources/{book}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/api/v1/resources/{book}")
    nothing = site.get(f"/resources/{book}", headers={"Accept": "text/n3"})
    assert nothing.status_code == 406
    assert "application/x-bibtex" in nothing.json()["values"]["offered"]
    assert site.get(f"/resources/{book}/cite.docx").status_code == 404
    upper = site.get(f"/resources/{book.upper()}")
    assert upper.status_code == 200
    assert site.get(f"/resources/{'0' * 64}").status_code == 404
    assert site.get("/resources/xyz").status_code == 422


def test_a_tombstone_keeps_its_address_and_says_why(site: httpx.Client, withdrawn: str) -> None:
    page = site.get(f"/resources/{withdrawn}")
    assert page.status_code == 410
    assert page.headers["x-robots-tag"] == "noindex"
    for words in ("Withdrawn by the library.", "it was retracted", "Do not cite it", "Retracted"):
        assert words in page.text
    assert f"/read/{withdrawn}" not in page.text
    assert "contentUrl" not in page.text
    bib = site.get(f"/resources/{withdrawn}", headers={"Accept": "application/x-bibtex"})
    assert bib.status_code == 410
    assert "Withdrawn" in bib.text


def test_what_was_superseded_leads_to_the_newer_one(
    site: httpx.Client, superseded: tuple[str, str]
) -> None:
    old, new = superseded
    page = site.get(f"/resources/{old}")
    assert page.status_code == 200
    assert (
        f'There is a newer version: <a href="/resources/{new}"><bdi>Second edition</bdi></a>'
        in page.text
    )
    assert 'class="seal superseded"' in page.text


def test_what_is_closed_says_how_to_borrow_it(site: httpx.Client, closed: str) -> None:
    page = site.get(f"/resources/{closed}")
    assert "Readers of the library may borrow it: ask for a loan, then open it here." in page.text
    assert "Download" not in page.text
    assert 'rel="item"' not in page.headers["link"]
    assert "Protected by copyright." in page.text


def test_what_is_kept_elsewhere_says_so(site: httpx.Client, library: RunningLibrary) -> None:
    digest = "5e" * 32
    body = {
        "digest": digest,
        "cid": f"f01551220{digest}",
        "size_bytes": 40,
        "title": "Elsewhere",
        "license": "CC-BY-4.0",
        "media_type": "text/plain",
    }
    assert library.registrar.post("/registrations", json=body).status_code == 202
    page = site.get(f"/resources/{digest}")
    assert "does not keep it" in page.text
    assert f"/read/{digest}" not in page.text


@pytest.mark.parametrize("language", ["uz", "uz-Cyrl", "ru", "en"])
def test_every_text_is_there_in_every_language(
    site: httpx.Client, book: str, withdrawn: str, language: str
) -> None:
    for path in (f"/resources/{book}", f"/resources/{withdrawn}", "/resources", "/collections"):
        page = site.get(path, params={"lang": language})
        assert f'<html lang="{language}"' in page.text
        assert not re.search(r"\bpage\.[a-z-]+\.", page.text), path


def test_every_license_has_its_sentence() -> None:
    from ledger_service import messages
    from reading_room.catalog.rules.rights import rights_of

    for uri in [*KNOWN_RIGHTS.values(), "https://example.org/"]:
        name = f"page.license.{rights_of(uri).code}"
        told = {messages.said(name, language) for language in ("en", "ru", "uz", "uz-Cyrl")}
        assert len(told) == 4, name
        assert name not in told


def test_the_code_for_phones_is_drawn(site: httpx.Client, book: str) -> None:
    drawn = site.get(f"/resources/{book}/qr.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.content.startswith(b"<?xml")
    assert b"<script" not in drawn.content
