"""The page that verifies, without a network: it was open once, and says as of when it knows the library."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from scripts.harness.served_library import ServedLibrary
from tests.browser.conftest import Browser, Shelf
from tests.browser.test_verifying import ALTERED, NOT_REGISTERED, check, choose, outcomes

OFFLINE = "The receipt matches this file; its status today is unknown"
KEPT = (
    "const done = arguments[0]; caches.keys().then(async (names) => {"
    "const all = await Promise.all(names.map("
    "async (name) => (await (await caches.open(name)).keys()).map(({url}) => new URL(url).pathname)));"
    "done(all.flat()); })"
)


@pytest.fixture
def away(browser: Browser, tmp_path: Path) -> tuple[Browser, Shelf]:
    """Return the browser, which had a library's page open, and what a student kept; the library is gone."""
    (tmp_path / "book").write_bytes(b"a book that is read far from any network")
    (tmp_path / "changed").write_bytes(b"a book that is read far from any Network")
    (tmp_path / "stranger").write_bytes(b"a file that no library has seen")
    with ServedLibrary(tmp_path / "library", "library.test/away") as library:
        shelf = Shelf(library, tmp_path)
        library.muhr("register", str(shelf["book"]), "--license", "CC0-1.0")
        library.at_rest()
        library.muhr("receipt", shelf.digest("book"), "-o", str(shelf["receipt.json.gz"]))
        library.muhr("absence", shelf.digest("stranger"), "-o", str(shelf["absence.json"]))
        browser.open(f"{shelf.url}/verify")
        browser.wait_for(lambda: "works offline" in browser.text("#kept-offline"))
        choose(browser, shelf["book"])
        browser.wait_for(lambda: "/verify?digest=" in browser.driver.current_url)
    return browser, shelf


def test_a_receipt_and_its_file_are_checked_without_a_network(away: tuple[Browser, Shelf]) -> None:
    browser, shelf = away
    browser.open(f"{shelf.url}/verify")
    browser.wait_for(lambda: browser.find("#offline").is_displayed())
    assert "offline" in browser.text("#offline")
    assert "known as of" in browser.text("#offline")
    assert check(browser, shelf, "receipt.json.gz", "book") == OFFLINE
    assert outcomes(browser)["ledger"] == "pass"
    assert check(browser, shelf, "receipt.json.gz", "changed") == ALTERED
    assert check(browser, shelf, "absence.json", "stranger") == NOT_REGISTERED


def test_no_answer_about_a_file_is_kept(away: tuple[Browser, Shelf]) -> None:
    browser, shelf = away
    found: Any = browser.driver.execute_async_script(KEPT)
    kept = {path for path in found if not path.startswith("/static/v-")}
    assert kept == {"/verify", "/api/v1/deployment"}
    digest = hashlib.sha256(shelf["book"].read_bytes()).hexdigest()
    browser.open(f"{shelf.url}/verify?digest={digest}")  # was told before, and is not known now
    assert browser.find("#by-file").is_displayed()
    choose(browser, shelf["book"], shelf["stranger"])
    browser.wait_for(lambda: browser.text("#summary"))
    assert browser.text("#summary") == "2 × The library did not answer"
