"""A consortium's pages in a real browser, at a member that copies another and keeps open works of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from ledger_service.services.consortium.copies import keep_copies as keeping
from tests.browser.conftest import Browser
from tests.browser.test_bytes import ROWS_OF_MEMBERS, check_row
from tests.browser.test_pages import axe, fits
from tests.browser.test_verifying import TOLD, give, outcomes, submit, unfold
from tests.simulators.bench import BOOK, SECOND
from tests.simulators.consortium import CHARTER, make_consortium
from tests.simulators.parts.served_members import (
    copy_ledgers,
    keep_copies,
    receipt_by,
    served,
    settled,
)

DIGEST = hashlib.sha256(BOOK).hexdigest()
PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
PAGES = {
    "/consortium": "3 libraries know one another",
    "/consortium/acts": "Accredit the institution University b",
    "/copies/DIGEST": "A copy is kept here",
    "/search?members=1&q=Xamsa": "University b",
    "/verify?digest=DIGEST": "Of 3 ledgers 2 could be asked",
}
"""Each with words that it says in English."""


class Circle(NamedTuple):
    """The address of a member, and a student's folder: a book of another member, and its receipt."""

    url: str
    folder: Path

    def page(self, path: str) -> str:
        return self.url + path.replace("DIGEST", DIGEST)


@pytest.fixture(scope="module")
def circle(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Circle]:
    folder = tmp_path_factory.mktemp("consortium")
    made = make_consortium(folder, empty_database, 3, replace(CHARTER, copies=3))
    a, b, _ = made
    b.register(BOOK)
    b.settle()
    for bench in (a, b):
        bench.register(SECOND, title="Second edition")
    settled(made)
    (folder / "book").write_bytes(BOOK)
    by_b = receipt_by(b, BOOK)
    (folder / "receipt.json").write_bytes(by_b.format())
    note = by_b.checkpoint.replace(by_b.origin, "elsewhere.example/muhr", 1)
    (folder / "stranger.json").write_bytes(replace(by_b, checkpoint=note).format())
    copy_ledgers(a, [b])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "SECONDS_BETWEEN", 0)
        patch.setattr(keeping, "LEAST_FREE_BYTES", 0)
        keep_copies(a, made)
    with served(a) as url:
        yield Circle(url, folder)
    for bench in made:
        bench.release()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone_and_axe_finds_nothing(
    browser: Browser, circle: Circle, path: str
) -> None:
    browser.command("Emulation.setDeviceMetricsOverride", **PHONE)
    browser.open(circle.page(path + f"{'&' if '?' in path else '?'}lang=uz-Cyrl"))
    assert fits(browser)
    assert axe(browser)["violations"] == []


def test_without_scripts_a_copy_is_found_and_who_has_the_work(
    browser_without_scripts: Browser, circle: Circle
) -> None:
    browser = browser_without_scripts
    for path, told in PAGES.items():
        browser.open(circle.page(f"{path}{'&' if '?' in path else '?'}lang=en"))
        assert told in str(browser.find("main").get_attribute("textContent"))
    for path in ("/verify?digest=DIGEST&lang=en", "/search?members=1&q=Xamsa&lang=en"):
        browser.open(circle.page(path))
        browser.find(f"a[href='/copies/{DIGEST}']").click()
        browser.wait_for(lambda: browser.driver.current_url == circle.page("/copies/DIGEST"))
        browser.find(f"a[href='/api/v1/copies/{DIGEST}/content']")


def test_a_receipt_of_another_member_is_checked_and_it_is_said_whose_it_is(
    browser: Browser, circle: Circle
) -> None:
    told = checked_by(browser, circle, "receipt.json")
    assert told.startswith(TOLD)
    assert "a receipt of another library: University b" in told
    found = outcomes(browser)
    assert (found["bytes"], found["ledger"]) == ("pass", "pass")


def test_a_receipt_of_a_stranger_speaks_neither_for_nor_against_a_file(
    browser: Browser, circle: Circle
) -> None:
    told = checked_by(browser, circle, "stranger.json")
    assert "the receipt is of the ledger elsewhere.example/muhr" in told
    assert set(outcomes(browser).values()) == {"not checked"}
    assert browser.find("#receipt-result .state").get_attribute("class") == "state not_checked"


def checked_by(browser: Browser, circle: Circle, receipt: str) -> str:
    """Check the book of another member by a receipt; return what the page tells."""
    browser.open(f"{circle.url}/verify?lang=en")
    unfold(browser, "#receipt-part")
    browser.wait_for(lambda: browser.find("#by-receipt").is_displayed())
    give(browser, "#receipt-file", circle.folder / receipt)
    give(browser, "#receipt-book", circle.folder / "book")
    submit(browser, "#by-receipt")
    browser.wait_for(lambda: browser.text("#receipt-result"))
    return str(browser.text("#receipt-result"))


@pytest.mark.parametrize("row", ROWS_OF_MEMBERS, ids=[row[0] for row in ROWS_OF_MEMBERS])
def test_a_page_costs_what_the_table_says(
    browser: Browser, circle: Circle, row: tuple[str, ...]
) -> None:
    check_row(browser, circle.url, DIGEST, row)
