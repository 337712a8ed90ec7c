"""Resources found by each of their names, over HTTP: one, several, none, withdrawn, and misread ones."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

import httpx
import pytest

from ledger_service.domain.exports.ark import ark_of
from ledger_service.domain.identifiers import Digest
from scripts.harness.running_library import RunningLibrary
from tests.reading_room.search.hostile import HOSTILE

ORCID = "0000-0001-5109-3700"
ROR = "03yrm5c26"
NAMES = {
    "doi": "10.5555/Resolver.1",
    "isbn": "9781861972712",
    "issn": "1234-5679",
    "ark": "ark:/12345/resolver-1",
    "handle": "20.500.5555/resolver",
    "call-number": "84(5Ў)7 R-1",
    "urn": "urn:nbn:de:101:1-2019",
}


@pytest.fixture(scope="module")
def site(library: RunningLibrary) -> Iterator[httpx.Client]:
    english = {"Accept-Language": "en"}
    with httpx.Client(base_url=library.url, trust_env=False, headers=english) as client:
        yield client


def describe(library: RunningLibrary, digest: str, **fields: object) -> str:
    answer = library.registrar.post(f"/resources/{digest}/descriptions", json=fields)
    assert answer.status_code == 200, answer.text
    return digest


@pytest.fixture(scope="module")
def named(library: RunningLibrary) -> str:
    identifiers = [{"scheme": scheme, "value": value} for scheme, value in NAMES.items()]
    person = {"name": "Resolverov, Said", "role": "aut", "orcid": ORCID}
    digest = str(library.register(title="Of many names")["digest"])
    institution = {"name": "Fanlar akademiyasi", "role": "pbl", "ror": f"https://ror.org/{ROR}"}
    return describe(library, digest, identifiers=identifiers, contributors=[person, institution])


def leads_to(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/resources/")


@pytest.mark.parametrize(
    "path",
    [
        "/doi/10.5555/resolver.1",
        "/doi/10.5555%2FRESOLVER.1",
        "/isbn/978-1-86197-271-2",
        "/isbn/1861972717",
        "/issn/1234-5679",
        "/ark:/12345/resolver1",
        "/ark:12345/resolver-1",
        "/handle/20.500.5555/resolver",
        f"/orcid/{ORCID}",
        f"/id/orcid/{ORCID}",
        f"/ror/{ROR}",
        "/id/doi/10.5555/resolver.1",
        "/id/call-number/84(5Ў)7 R-1",
        "/id/urn/urn:nbn:de:101:1-2019",
    ],
)
def test_each_name_has_an_address(site: httpx.Client, named: str, path: str) -> None:
    assert leads_to(site.get(path)) == named
    assert site.head(path).status_code == 303


def test_a_digest_is_a_name_in_each_form(site: httpx.Client, named: str) -> None:
    for path in (f"/hash/sha256/{named}", f"/hash://sha256/{named}", f"/id/hash/{named.upper()}"):
        assert leads_to(site.get(path)) == named
    for text in (named, f"hash://sha256/{named}", f"{site.base_url}/resources/{named}"):
        assert leads_to(site.get("/resolve", params={"name": text})) == named


def test_whatever_name_is_pasted_leads_to_the_page(site: httpx.Client, named: str) -> None:
    for text in (*NAMES.values(), f"https://doi.org/{NAMES['doi']}", "ISBN 1-86197-271-7", ORCID):
        assert leads_to(site.get("/resolve", params={"name": text})) == named


def test_a_name_gives_whatever_form_is_asked_for(site: httpx.Client, named: str) -> None:
    asked = {"Accept": "application/vnd.citationstyles.csl+json"}
    answer = site.get("/doi/10.5555/resolver.1", headers=asked, follow_redirects=True)
    assert answer.headers["content-type"].startswith(asked["Accept"])
    [item] = answer.json()
    assert (item["title"], item["DOI"]) == ("Of many names", "10.5555/resolver.1")


def test_the_page_leads_out_to_the_resolvers_of_others(site: httpx.Client, named: str) -> None:
    page = site.get(f"/resources/{named}", headers={"Accept": "text/html"}).text
    for address in (
        "https://doi.org/10.5555/resolver.1",
        "https://n2t.net/ark:12345/resolver1",
        "https://hdl.handle.net/20.500.5555/resolver",
        "https://portal.issn.org/resource/ISSN/1234-5679",
        f"https://orcid.org/{ORCID}",
        f"https://ror.org/{ROR}",
    ):
        assert f'href="{address}"' in page


def test_of_what_is_not_there_the_page_says_what_was_looked_for(site: httpx.Client) -> None:
    for path, name in (
        ("/doi/10.5555/nowhere", "10.5555/nowhere"),
        (f"/hash/sha256/{'0' * 64}", "0" * 64),
        ("/resolve?name=%3Cb%3Enothing%3C%2Fb%3E", "<b>nothing</b>"),
        ("/ark:99999/bcd?info", "ark:99999/bcd"),
    ):
        page = site.get(path)
        assert page.status_code == 404
        told = html.unescape(re.sub("<bdi>|</bdi>", "", page.text))
        assert f"Nothing here has the name {name}" in re.sub("[\u2066-\u2069]", "", told)
        assert "<b>nothing" not in page.text


def test_a_wrong_check_digit_is_told(site: httpx.Client, named: str) -> None:
    for path, scheme in (
        ("/isbn/9781861972713", "ISBN"),
        ("/resolve?name=0000-0001-5109-3701", "ORCID"),
        ("/id/poem/x", "POEM"),
        ("/hash/sha256/abc", "HASH"),
    ):
        page = site.get(path)
        assert page.status_code == 422
        assert f"is no valid {scheme}" in re.sub("[\u2066-\u2069]|</?bdi>", "", page.text)


def test_a_name_that_was_corrected_away_is_nobodys(
    library: RunningLibrary, site: httpx.Client
) -> None:
    digest = str(library.register(title="Named wrongly")["digest"])
    describe(library, digest, identifiers=[{"scheme": "doi", "value": "10.5555/wrong"}])
    assert leads_to(site.get("/doi/10.5555/wrong")) == digest
    library.at_rest()
    assert leads_to(site.get("/doi/10.5555/wrong")) == digest
    describe(library, digest, identifiers=[{"scheme": "doi", "value": "10.5555/right"}])
    assert site.get("/doi/10.5555/wrong").status_code == 404
    assert leads_to(site.get("/doi/10.5555/right")) == digest


def test_several_with_one_name_are_listed_and_withdrawn_ones_are_gone(
    library: RunningLibrary, site: httpx.Client
) -> None:
    first, second = library.register_all(["First <volume>", "Second volume"])
    for digest in (first, second):
        describe(library, digest, identifiers=[{"scheme": "isbn", "value": "9780198526636"}])
    page = site.get("/isbn/9780198526636")
    assert page.status_code == 200
    assert re.findall(r'<h2><a href="/resources/([0-9a-f]{64})"', page.text) == [second, first]
    assert "First &lt;volume&gt;" in page.text
    withdraw(library, second)
    assert leads_to(site.get("/isbn/9780198526636")) == first
    withdraw(library, first)
    page = site.get("/isbn/9780198526636")
    assert page.status_code == 410
    assert f'href="/resources/{first}"' in page.text
    assert site.get(f"/hash/sha256/{first}").status_code == 410


def withdraw(library: RunningLibrary, digest: str) -> None:
    answer = library.registrar.post(f"/resources/{digest}/withdrawal", json={"reason": "error"})
    assert answer.status_code == 202
    library.at_rest()


def test_the_page_has_a_field_that_needs_no_script(site: httpx.Client) -> None:
    page = site.get("/resolve")
    assert page.status_code == 200
    assert '<form class="search" action="/resolve" method="get">' in page.text
    assert "<script" not in page.text
    assert 'href="/resolve"' in site.get("/search").text


@pytest.mark.parametrize(
    "typed", [*HOSTILE, "\x00", "a" * 3000, "../../etc/passwd", "%00%ff", "ark:/", "//"]
)
def test_whatever_is_pasted_has_an_answer(site: httpx.Client, typed: str) -> None:
    path = quote(typed, safe="", errors="replace")
    for address in (
        f"/resolve?name={path}",
        f"/id/doi/{path}",
        f"/id/{path}/x",
        f"/ark:{path}",
        f"/doi/{path}",
    ):
        answer = site.get(address)
        assert answer.status_code in (200, 303, 404, 422), address
        assert "<script" not in answer.text


def test_arks_of_ours_are_resolved_and_tell_of_themselves(
    new_library: Callable[..., RunningLibrary],
) -> None:
    library = new_library(ARK_NAAN="99999").start()
    digest = str(library.register(title="Xamsa of ours", creator="Navoiy, Alisher")["digest"])
    ark = ark_of(Digest.parse(digest), "99999")
    with httpx.Client(base_url=library.url, trust_env=False) as site:
        assert leads_to(site.get(f"/{ark}")) == digest
        slashed = ark.replace("ark:", "ark:/")
        assert leads_to(site.get(f"/{slashed[:15]}-{slashed[15:]}")) == digest
        wrong = ark[:-1] + ("b" if ark[-1] != "b" else "c")
        assert site.get(f"/{wrong}").status_code == 404
        for inflection in ("?info", "??"):
            told = site.get(f"/{ark}{inflection}")
            assert told.headers["content-type"] == "text/plain; charset=utf-8"
            lines = told.text.split("\n")
            assert lines[:5] == [
                "erc:",
                "who: Navoiy, Alisher",
                "what: Xamsa of ours",
                "when: (:unav)",
                f"where: {library.url}/{ark}",
            ]
            assert lines[6] == "erc-support:"
        page = site.get(f"/resources/{digest}", headers={"Accept": "text/html"})
        assert f'<{library.url}/{ark}>; rel="cite-as"' in page.headers["link"]
        assert f'href="/{ark}"' in page.text
