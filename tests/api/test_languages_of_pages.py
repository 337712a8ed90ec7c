"""Every page in four languages: named as such, with no id and no English left, by a switch that stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import httpx
import pytest

from ledger_service.messages.languages import LANGUAGES
from scripts.harness.running_library import RunningLibrary

ASIDE = {"code", "bdi", "script", "style", "template", "svg", "option"}
"""Elements whose text is no sentence of ours: commands, and what others wrote."""
SINGLE = {"br", "img", "input", "link", "meta", "hr", "source", "col", "wbr", "use", "track"}
SPOKEN = ("alt", "aria-label", "placeholder", "title", "data-label", "data-copy", "data-copied")
NAMES = re.compile(
    r"https?://\S*|JSON-RPC|muhr-verify|Test library|CC BY [0-9.]+|APA|GOST R|RFC|n\.d\.|[0-9a-f]{64}"
    r"|Muhr|muhr|API|PDF|EPUB|SHA-256|SHA|CID|JSON-LD|JSON|CSV|BibTeX|RIS|CSL|MARCXML|MARC|XML|QR|URL"
    r"|CC[0-9A-Z.-]*|DOI|ISBN|ISSN|ORCID|UDC|BBK|LCSH|IPFS|IIIF|UTC|EDTF|RSS|[KMGT]i?B|OAI-PMH|BagIt"
    r"|OCFL|English|O[ʻ‘]zbekcha|TLS|HTTPS?|RPC|NODE|FILE|RECEIPT|text/\S+|application/\S+|image/\S+"
    r"|Atom|Mirador|Universal Viewer|DataCite|ARK|ROR|URN|Handle|PROV-JSON|PROV-O|PROV|Turtle|PREMIS"
    r"|iCalendar|\S+\.example\S*|/nothing-here"
)
"""Titles that are tested with, styles of citing, and what every language writes so."""
ID = re.compile(r"\b(?:page|cli)\.[a-z-]+\.[a-z.-]+")
LATIN = re.compile(r"[A-Za-z]{2,}")
ENGLISH = re.compile(
    r"\b(?:the|and|is|are|of|this|that|with|not|has|for|by|file|library|resource|register(?:ed)?|entry"
    r"|chain|read|title|author|find|search|verify|close|open|keep|none|yet|seconds?|error)\b",
    re.IGNORECASE,
)
MOST_PAGES = 60


class Visible(HTMLParser):
    """Collects what a page says itself, its attributes that are spoken included."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.said: list[str] = []
        self.links: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        is_other = given.get("lang", self.language) != self.language
        is_aside = tag in ASIDE or is_other or "digest" in str(given.get("class", "")).split()
        is_within = any(aside for _, aside in self._open)
        if not (is_aside or is_within):
            self.said += [text for name in SPOKEN if (text := given.get(name))]
        if tag not in SINGLE:
            self._open.append((tag, is_aside))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(aside for _, aside in self._open):
            self.said.append(data)


@pytest.fixture(scope="module")
def library(blank_home, tmp_path_factory) -> Iterator[RunningLibrary]:
    """Return a library without what other tests add: their titles are in English."""
    running = RunningLibrary(tmp_path_factory.mktemp("library") / "home", blank_home)
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture(scope="module")
def digests(library) -> list[str]:
    titles = ["Девони луғоти турк", "Ўткан кунлар"]
    found = [library.register(title=title, creator="Маҳмуд")["digest"] for title in titles]
    library.anchored()
    return found


def pages_of(library, digests: list[str], language: str) -> Iterator[tuple[str, httpx.Response]]:
    """Yield the pages that links lead to from the first one, and some that none leads to."""
    waiting = ["/", "/problems/invalid-digest", "/nothing-here", f"/verify?digest={'0' * 64}"]
    waiting += ["/verify?digest=x", *(f"/verify?digest={digest}" for digest in digests)]
    waiting += [f"/read/{digests[0]}"]
    seen = {""}
    with httpx.Client(base_url=library.url, trust_env=False, timeout=60) as client:
        client.cookies.set("lang", language)
        while waiting and len(seen) < MOST_PAGES:
            address = waiting.pop(0)
            if address in seen:
                continue
            seen.add(address)
            answer = client.get(address, headers={"Accept": "text/html"}, follow_redirects=True)
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            yield address, answer
            page = Visible(language)
            page.feed(answer.text)
            for link in page.links:
                parts = urlsplit(link)
                is_ours = not parts.netloc and parts.path.startswith("/")
                if (
                    is_ours
                    and "lang=" not in link
                    and not parts.path.startswith(("/api", "/static"))
                ):
                    waiting.append(link.partition("#")[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_in_its_language_and_in_no_other(library, digests, language) -> None:
    faults, addresses = [], []
    for address, answer in pages_of(library, digests, language):
        addresses.append(address)
        assert f'<html lang="{language}"' in answer.text, address
        assert answer.headers["content-language"] == language, address
        assert {"Accept-Language", "Cookie"} <= set(answer.headers["vary"].split(", ")), address
        page = Visible(language)
        page.feed(answer.text)
        for said in page.said:
            plain = NAMES.sub(" ", said)
            wrong = {"en": None, "uz": ENGLISH}.get(language, LATIN)
            if ID.search(said) or (wrong is not None and wrong.search(plain)):
                faults.append(f"{address}: {' '.join(said.split())}")
    assert not faults, "\n".join(faults)
    assert {"/", "/resources", "/status"} <= {*addresses}


def test_an_address_that_names_a_language_wins_and_is_kept(library) -> None:
    with httpx.Client(base_url=library.url, trust_env=False) as client:
        client.headers["Accept-Language"] = "en"
        assert '<html lang="en"' in client.get("/").text
        first = client.get("/verify?digest=x&lang=ru")
        assert '<html lang="ru"' in first.text
        kept = first.headers["set-cookie"]
        assert re.match(r"lang=ru; HttpOnly; Max-Age=31536000; Path=/; SameSite=lax", kept)
        assert '<html lang="ru"' in client.get("/").text
        shared = client.get("/verify?digest=x&lang=uz-Cyrl")
        assert '<html lang="uz-Cyrl"' in shared.text
        assert '<html lang="uz-Cyrl"' in client.get("/?lang=de").text


def test_the_switch_leads_to_the_same_page_with_what_was_asked(library) -> None:
    page = httpx.get(f"{library.url}/verify?digest=a%26b&lang=en", trust_env=False).text
    for language in LANGUAGES:
        assert f'href="/verify?digest=a%26b&amp;lang={language}"' in page
    assert page.count('aria-current="true">English') == 1


def test_without_a_wish_a_page_is_in_uzbek_and_a_problem_document_in_english(library) -> None:
    assert '<html lang="uz"' in httpx.get(library.url, trust_env=False).text
    problem = httpx.get(f"{library.url}/api/v1/resources/x", trust_env=False)
    assert problem.headers["content-language"] == "en"
    assert problem.json()["title"] == "Not a digest"


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ru", "Это не контрольная сумма"),
        ("uz", "Bu nazorat summasi emas"),
        ("uz-Cyrl", "Бу назорат суммаси эмас"),
    ],
)
def test_a_problem_document_is_in_the_language_that_is_asked_for(library, language, title) -> None:
    headers = {"Accept-Language": f"{language}, en;q=0.5"}
    address = f"{library.url}/api/v1/resources/x"
    plain = httpx.get(address, trust_env=False).json()
    answer = httpx.get(address, headers=headers, trust_env=False)
    found = answer.json()
    assert answer.headers["content-language"] == language
    assert "Accept-Language" in answer.headers["vary"]
    assert found["title"] == title
    assert found["detail"] != plain["detail"]
    same = ("type", "status", "reason", "values")
    assert {name: found[name] for name in same} == {name: plain[name] for name in same}


@pytest.mark.parametrize("path", ["//other.example/a", "/%5Cother.example/a", "/%5C/other.example"])
def test_no_switch_of_languages_leads_to_another_site(library, path) -> None:
    with httpx.Client(trust_env=False) as client:
        answer = client.get(library.url + path, headers={"Accept": "text/html"})
    page = Visible("uz")
    page.feed(answer.text)
    links = [link for link in page.links if "lang=" in link]
    assert len(links) == len(LANGUAGES)
    assert all(link.startswith("/") and link[1] not in "/\\" for link in links), links
