"""What tests of the readers share: loans, and what a page asked for and was refused."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from selenium.webdriver.common.by import By

from tests.browser.conftest import Browser, Shelf
from tests.browser.test_pages import axe, fits
from tests.browser.test_verifying import give, submit, unfold

LISTEN = (
    "self.refused = [];"
    "addEventListener('securitypolicyviolation', (e) => self.refused.push("
    "`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`))"
)
CLUB = "reading-club"
_numbers = itertools.count()


@dataclass(frozen=True)
class Loan:
    """What a reader has borrowed. grant: the loan; token: the reader's."""

    digest: str
    grant: str
    token: str


class Desk:
    """Lends what is under a closed license, and opens it in the browser."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        shelf.library.license(CLUB, longest_loan_seconds=6 * 86_400)

    def lend(self, data: bytes, **claim: str) -> Loan:
        library = self.shelf.library
        digest = library.register(data, license=CLUB, **claim)["digest"]
        reader = library.registrar.post("/readers").json()
        library.readers = [reader["reader"]]
        return Loan(digest, library.grant(digest)["grant"], reader["token"])

    def open(self, browser: Browser, loan: Loan) -> None:
        """Open a loan by the keyboard, in a browser that had nothing open."""
        browser.command("Network.clearBrowserCookies")
        browser.open(f"{self.shelf.url}/read/{loan.digest}")
        unfold(browser, "#by-token")
        give(browser, "#token", loan.token)
        submit(browser, "form[action^='/read/']")
        browser.wait_for(lambda: browser.driver.find_elements(By.ID, "open"))

    def made_readable(self, browser: Browser, data: bytes, *, is_open: bool, **claim: str) -> str:
        """Return the digest of what the browser can read: open content, or what it has opened a loan of."""
        if is_open:
            digest: str = self.shelf.library.register(data, **claim)["digest"]
            return digest
        loan = self.lend(data, **claim)
        self.open(browser, loan)
        return loan.digest

    def revoke(self, loan: Loan) -> None:
        answer = self.shelf.library.registrar.post(f"/grants/{loan.grant}/revocation")
        assert answer.status_code == 202


@pytest.fixture(scope="session")
def desk(shelf: Shelf) -> Desk:
    return Desk(shelf)


@pytest.fixture
def listening(browser: Browser) -> Iterator[Browser]:
    """Yield a browser that notes what a page's policy refuses; at the end it has refused nothing."""
    script = browser.driver.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument", {"source": LISTEN}
    )
    yield browser
    refused: Any = browser.run("return self.refused")
    browser.run("localStorage.clear()")  # the place in a book, which would be the next test's
    browser.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
    assert refused == []


def loaded(browser: Browser) -> dict[str, int]:
    """Return the addresses of all that the page loaded, and how many bytes came for each."""
    sizes: dict[str, int] = {}
    for name, size, _ in browser.loaded():
        sizes[name] = sizes.get(name, 0) + size
    return sizes


def shown(browser: Browser, address: str, section: str) -> None:
    """Open a page, and wait until the reader in this section shows what it is for."""
    browser.open(address)
    browser.wait_for(lambda: browser.find(section).get_attribute("data-state") == "shown")


def sound_in_order(browser: Browser, shelf: Shelf) -> None:
    """Check what holds on every page of a reader."""
    foreign = [
        name for name in loaded(browser) if not name.startswith((shelf.url, "blob:", "data:"))
    ]
    assert foreign == []
    assert fits(browser)
    assert axe(browser)["violations"] == []
