"""What each page costs on a bad line: the table of docs/pages.md, on the first visit and on the next."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

import pytest
from selenium.webdriver.common.by import By

from tests.browser.conftest import Browser, Shelf
from tests.browser.test_verifying import give, submit
from tests.unit.test_house_rules import PROJECT

MEMBERS = "| in a consortium of three |"
ROW = re.compile(r"^\| `(/[^`]*)` \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
TABLE, _, TABLE_OF_MEMBERS = (PROJECT / "docs" / "pages.md").read_text("utf-8").partition(MEMBERS)
ROWS: list[tuple[str, ...]] = ROW.findall(TABLE)
ROWS_OF_MEMBERS: list[tuple[str, ...]] = ROW.findall(TABLE_OF_MEMBERS)
LARGEST = {"HTML": 10, "CSS": 16, "JS": 20, "first": 100, "next": 20}
"""KB, of 1,000 bytes, on the line."""
STALE_KB = 4  # by which a row may say more than is so, or than came before the page was measured
ROUNDED_KB = (
    1  # by which it may say less: where bytes end just below a KB, a word more begins the next
)


def loaded(browser: Browser) -> dict[str, tuple[int, int]]:
    """Return what the page that is open has loaded: bytes of the body, and bytes that came by the line."""
    browser.wait_for(lambda: browser.run("return document.readyState") == "complete")
    return {name: (body, came) for name, body, came in browser.loaded()}


def measured(browser: Browser, address: str) -> dict[str, int]:
    """Return how many KB a page is, by the columns of the table."""
    browser.command("Network.enable")
    browser.command("Network.clearBrowserCache")
    browser.open_anew(address)
    first = loaded(browser)
    browser.forget_workers()
    browser.open(address)
    again = loaded(browser)
    sizes = dict.fromkeys(LARGEST, 0)
    for name, (body, _) in first.items():
        path = name.partition("?")[0]
        kind = {"css": "CSS", "js": "JS"}.get(path.rpartition(".")[2], "")
        if name == browser.driver.current_url:
            kind = "HTML"
        sizes["first"] += body
        if kind:
            sizes[kind] += body
    sizes["next"] = sum(came for _, came in again.values())
    return {kind: math.ceil(size / 1000) for kind, size in sizes.items()}


@pytest.fixture
def enter(browser: Browser, shelf: Shelf) -> Iterator[Callable[[str], None]]:
    """Return a function that signs in whoever sees a page: a new reader, a registrar, or nobody."""

    def as_whom(path: str) -> None:
        browser.command("Network.clearBrowserCookies")
        if path.startswith("/me"):
            token = shelf.library.client("registrar").post("/readers").json()["token"]
        elif path.startswith("/desk"):
            token = shelf.library.kept_token("registrar")
        else:
            return
        browser.open(f"{shelf.url}/sign-in")
        give(browser, "#token", token)
        submit(browser, "form[action='/sign-in/token']")
        browser.wait_for(lambda: browser.driver.find_elements(By.CSS_SELECTOR, ".desk-bar"))

    yield as_whom
    browser.command("Network.clearBrowserCookies")


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_page_costs_what_the_table_says(
    browser: Browser, shelf: Shelf, enter: Callable[[str], None], row: tuple[str, ...]
) -> None:
    enter(row[0])
    check_row(browser, shelf.url, shelf.digest("book"), row)


def check_row(browser: Browser, url: str, digest: str, row: tuple[str, ...]) -> None:
    """Check that the page of a row costs what that says. digest: of what its page is about."""
    path, *told = row
    address = url + path.replace("DIGEST", digest)
    found = measured(browser, address)
    assert browser.driver.current_url == address, "the page leads elsewhere"
    said = dict(zip(LARGEST, map(int, told), strict=True))
    for kind, most in LARGEST.items():
        assert found[kind] <= most, (kind, found)
        assert -ROUNDED_KB <= said[kind] - found[kind] <= STALE_KB, (kind, found)


def test_the_table_has_every_page_for_readers() -> None:
    pages = {"/", "/verify", "/help", "/resources", "/sign-in", "/events", "/halls", "/me"}
    own = "loans requests known sessions shelf notes projects statements credentials events"
    pages |= {f"/me/{name}" for name in own.split()}
    assert {row[0].partition("?")[0] for row in ROWS} >= pages
