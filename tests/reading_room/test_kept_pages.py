"""Pages that are kept: they tell at once what is committed, and nothing of one visitor to another."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from ledger_service.listening import kept_answers
from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator


@pytest.fixture
def site(library: RunningLibrary) -> Iterator[httpx.Client]:
    headers = {"Accept-Language": "en", "Accept": "text/html"}
    with httpx.Client(base_url=library.url, headers=headers, trust_env=False) as client:
        yield client


@pytest.fixture(autouse=True)
def _kept_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_answers, "KEPT_SECONDS", 3600)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the pages that are made from now on and may be kept."""
    keys: list[str] = []
    keep = kept_answers.KeptAnswers._keep

    def note(self: kept_answers.KeptAnswers, key: kept_answers.Key, answer: object) -> None:
        keys.append(key[0].decode())
        keep(self, key, answer)  # type: ignore[arg-type]

    monkeypatch.setattr(kept_answers.KeptAnswers, "_keep", note)
    return keys


@pytest.fixture
def book(library: RunningLibrary) -> str:
    digest = str(library.register(title="Kept as it was")["digest"])
    library.at_rest()
    return digest


def test_a_page_is_made_once_while_nothing_is_committed(
    site: httpx.Client, library: RunningLibrary, book: str, made: list[str]
) -> None:
    path = f"/resources/{book}"
    pages = [site.get(path) for _ in range(20)]
    assert len({page.content for page in pages}) == 1
    assert made.count(path) < 10  # a worker may commit meanwhile
    names = [sorted(page.headers) for page in pages]
    assert names == [names[0]] * 20
    assert len({page.headers["x-request-id"] for page in pages}) == 20


def test_a_correction_and_a_withdrawal_are_told_at_once(
    site: httpx.Client, library: RunningLibrary, book: str
) -> None:
    path = f"/resources/{book}"
    for number in range(5):
        assert site.get(path).status_code == 200
        title = f"Corrected {number}"
        told = library.registrar.post(f"{path}/descriptions", json={"title": title})
        assert told.status_code == 200
        assert title in site.get(path).text
    body = {"reason": "retracted"}
    assert library.registrar.post(f"{path}/withdrawal", json=body).status_code == 202
    library.at_rest()
    assert site.get(path).status_code == 410


def test_each_visitor_has_their_own_language_and_name(
    site: httpx.Client, library: RunningLibrary, book: str
) -> None:
    path = f"/resources/{book}"
    english = site.get(path).text
    russian = site.get(path, headers={"Accept-Language": "ru"}).text
    assert '<html lang="en"' in english
    assert '<html lang="ru"' in russian
    browser = BrowserSimulator(library.url)
    assert browser.sign_in(library.token("registrar")).status_code == 303
    own = browser.get(path)
    assert own.headers["cache-control"] == "no-store"
    browser.close()
    assert site.get(path).text == english


def test_what_is_found_is_found_anew_once_there_is_more(
    site: httpx.Client, library: RunningLibrary
) -> None:
    word = "Keptanew"
    for path in (f"/search?q={word}", f"/api/v1/search?q={word}"):
        assert "Keptanew the book" not in site.get(path).text
    library.register(title="Keptanew the book")
    library.at_rest()
    for path in (f"/search?q={word}", f"/api/v1/search?q={word}"):
        assert "Keptanew the book" in site.get(path).text
