"""What each page of a reader loads: its own part is small, and the table of the libraries is true."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import Browser, Shelf
from tests.browser.readers.conftest import loaded, shown
from tests.browser.readers.made import book, epub, picture, places
from tests.unit.test_house_rules import PROJECT

LARGEST_OWN_BYTES = 30_000
ROW = re.compile(r"^\| (\w+) \| ([a-z-]+) ([\d.]+) \| [\w.-]+ \| (\d+) KB \|$", re.MULTILINE)
READERS = {
    "PDF": ("#pdf", "application/pdf"),
    "EPUB": ("#book", "application/epub+zip"),
    "pictures": ("#image", "image/png"),
    "maps": ("#map", "application/geo+json"),
}


def data_for(reader: str) -> bytes:
    return {
        "PDF": lambda: book(3, 2),
        "EPUB": lambda: epub(2),
        "pictures": lambda: picture(800, 600),
        "maps": lambda: places() + b"\n",
    }[reader]()


def rows() -> dict[str, tuple[str, str, int]]:
    page = (PROJECT / "docs" / "reading.md").read_text()
    return {name: (package, version, int(kb)) for name, package, version, kb in ROW.findall(page)}


@pytest.mark.parametrize("reader", READERS)
def test_a_page_loads_what_the_table_says(browser: Browser, shelf: Shelf, reader: str) -> None:
    section, media_type = READERS[reader]
    digest = shelf.library.register(data_for(reader), media_type=media_type, title=reader)["digest"]
    browser.command("Network.clearBrowserCache")
    shown(browser, f"{shelf.url}/read/{digest}", section)
    sizes = loaded(browser)
    package, version, told = rows()[reader]
    library = f"{shelf.url}/libraries/"
    assert {name.removeprefix(library).split("/")[0] for name in sizes if library in name} == {
        f"{package}@{version}"
    }
    theirs = sum(size for name, size in sizes.items() if name.startswith(library))
    assert abs(theirs / 1000 - told) <= max(2, told * 0.05)
    content = (f"/resources/{digest}/", f"/read/{digest}/")
    own = sum(
        size
        for name, size in sizes.items()
        if not name.startswith(library) and not any(part in name for part in content)
    )
    assert 0 < own <= LARGEST_OWN_BYTES
