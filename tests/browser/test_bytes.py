"""What each page costs on a bad line: the table of docs/pages.md, on the first visit and on the next."""

from __future__ import annotations

import math
import re

import pytest

from tests.browser.conftest import Browser, Shelf
from tests.unit.test_house_rules import PROJECT

TABLE = (PROJECT / "docs" / "pages.md").read_text("utf-8")
ROWS = re.findall(
    r"^\| `(/[^`]*)` \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", TABLE, re.MULTILINE
)
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


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_page_costs_what_the_table_says(
    browser: Browser, shelf: Shelf, row: tuple[str, ...]
) -> None:
    path, *told = row
    address = shelf.url + path.replace("DIGEST", shelf.digest("book"))
    found = measured(browser, address)
    said = dict(zip(LARGEST, map(int, told), strict=True))
    for kind, most in LARGEST.items():
        assert found[kind] <= most, (kind, found)
        assert -ROUNDED_KB <= said[kind] - found[kind] <= STALE_KB, (kind, found)


def test_the_table_has_every_page_for_readers() -> None:
    assert {row[0].partition("?")[0] for row in ROWS} >= {"/", "/verify", "/help", "/resources"}
