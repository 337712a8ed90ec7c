"""The pages of other libraries' ledgers: a file is hashed in the page, and its ledger asked."""

from __future__ import annotations

import json

import pytest

from tests.browser.conftest import Browser, Shelf
from tests.browser.test_pages import axe, fits


@pytest.fixture(scope="module")
def mirror(shelf: Shelf) -> str:
    """Return the id of the library's own ledger, as it is copied by itself."""
    deployment = str(shelf.library.home / "deployment.json")
    shelf.library.muhr(
        "mirror", "add", deployment, shelf.url, "--name", "Navoiy davlat universiteti"
    )
    shelf.library.muhr("mirror", "update")
    [known] = json.loads(shelf.library.muhr("mirror", "show", "--json"))
    return str(known["mirror"])


def test_a_file_is_hashed_here_and_its_ledger_asked(
    browser: Browser, shelf: Shelf, mirror: str
) -> None:
    for name, told in (("book", "registered the file"), ("stranger", "says nothing of the file")):
        browser.open(f"{shelf.url}/ledgers/{mirror}?lang=en")
        browser.find("#ledger-file").send_keys(str(shelf[name]))
        browser.wait_for(lambda: shelf.digest(name) in browser.driver.current_url)  # noqa: B023
        assert told in browser.find("#told").text


@pytest.mark.parametrize(
    "path", ["/ledgers", "/ledgers/{mirror}", "/ledgers/{mirror}?digest={book}"]
)
@pytest.mark.parametrize("language", ["en", "uz-Cyrl"])
def test_they_fit_a_phone_and_have_no_fault(
    browser: Browser, shelf: Shelf, mirror: str, path: str, language: str
) -> None:
    address = path.format(mirror=mirror, book=shelf.digest("book"))
    mark = "&" if "?" in address else "?"
    browser.open(f"{shelf.url}{address}{mark}lang={language}")
    assert axe(browser)["violations"] == []
    assert fits(browser)
