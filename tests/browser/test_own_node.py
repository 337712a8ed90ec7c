"""A visitor names a chain node: the browser asks it and nobody else, and only that fills the seal."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import Browser, Shelf
from tests.browser.test_verifying import TOLD, check, choose, give, submit, unfold

AUTHENTIC = "Authentic, unchanged since the library registered it"


def name_node(browser: Browser, url: str) -> None:
    """Name a node on the page that is open, whose own answer is a page anew."""
    unfold(browser, "#node-part")
    browser.find("#node").clear()
    give(browser, "#node", url)
    submit(browser, "#own-node")


def seal(browser: Browser) -> str:
    return str(browser.find(".verdict").get_attribute("data-state"))


def test_the_seal_is_filled_once_file_and_chain_were_checked_in_this_browser(
    browser: Browser, shelf: Shelf
) -> None:
    browser.open(shelf.url)
    choose(browser, shelf["book"])
    browser.wait_for(lambda: "/verify?digest=" in browser.driver.current_url)
    assert (browser.text("h1"), seal(browser)) == (TOLD, "authentic_as_told")
    name_node(browser, shelf.library.chain_url)
    browser.wait_for(lambda: browser.text("h1") == AUTHENTIC)
    assert seal(browser) == "authentic"
    assert "#authentic" in str(browser.find(".verdict .seal use").get_attribute("href"))
    assert browser.driver.title.startswith(AUTHENTIC)
    asked: Any = browser.run(
        "return performance.getEntriesByType('resource').map(({name}) => new URL(name).origin)"
    )
    assert set(asked) == {shelf.url, shelf.library.chain_url}


def test_whoever_has_not_shown_the_file_here_is_asked_for_it(
    browser: Browser, shelf: Shelf
) -> None:
    browser.open(f"{shelf.url}/verify?digest={shelf.digest('closed')}")
    name_node(browser, shelf.library.chain_url)
    browser.wait_for(lambda: browser.find("#compare").is_displayed())
    assert (browser.text("h1"), seal(browser)) == (TOLD, "authentic_as_told")
    give(browser, "#compare-file", shelf["stranger"])
    browser.wait_for(lambda: "another file" in browser.text("#compare-progress"))
    assert seal(browser) == "authentic_as_told"
    give(browser, "#compare-file", shelf["closed"])
    browser.wait_for(lambda: seal(browser) == "authentic")
    assert browser.text("h1") == AUTHENTIC


def test_the_librarys_own_node_fills_no_seal(browser: Browser, shelf: Shelf) -> None:
    browser.open(shelf.url)
    choose(browser, shelf["book"])
    browser.wait_for(lambda: "/verify?digest=" in browser.driver.current_url)
    name_node(browser, f"{shelf.url}/api/v1/rpc")
    browser.wait_for(lambda: "own node" in browser.text("#node-result"))
    assert (browser.text("h1"), seal(browser)) == (TOLD, "authentic_as_told")


def test_a_node_that_does_not_answer_changes_nothing(browser: Browser, shelf: Shelf) -> None:
    browser.open(f"{shelf.url}/verify?digest={shelf.digest('book')}")
    for url in ("http://127.0.0.1:9", shelf.library.chain_url.replace("127.0.0.1", "[::1]")):
        name_node(browser, url)
        browser.wait_for(lambda: "could not tell" in browser.text("#node-result"))
        assert (browser.text("h1"), seal(browser)) == (TOLD, "authentic_as_told")


@pytest.mark.parametrize(
    "url", ["node.example.org", "ftp://a.example", "http://me:secret@a.example", "javascript:1"]
)
def test_what_is_no_address_of_a_node_is_said_to_be_none(
    browser: Browser, shelf: Shelf, url: str
) -> None:
    browser.open(f"{shelf.url}/verify")
    name_node(browser, url)
    browser.wait_for(lambda: browser.find("#node-fault").is_displayed())
    assert browser.find("#node").get_attribute("aria-invalid") == "true"
    assert browser.driver.switch_to.active_element == browser.find("#node")
    assert "node=" not in browser.driver.current_url


def test_a_link_that_names_a_node_has_nobody_asked(browser: Browser, shelf: Shelf) -> None:
    browser.open(shelf.url)
    browser.run("sessionStorage.clear()")
    address = f"{shelf.url}/verify?digest={shelf.digest('book')}&node={shelf.library.chain_url}"
    browser.open(address)
    browser.wait_for(lambda: browser.run("return !document.getElementById('own-node').hidden"))
    names: Any = browser.run("return performance.getEntriesByType('resource').map((e) => e.name)")
    assert not [name for name in names if name.startswith(shelf.library.chain_url)]
    assert browser.text("#node-result") == ""


def test_a_receipt_is_checked_by_the_node_that_was_named(browser: Browser, shelf: Shelf) -> None:
    browser.open(f"{shelf.url}/verify")
    name_node(browser, shelf.library.chain_url)
    browser.wait_for(lambda: "node=" in browser.driver.current_url)
    assert check(browser, shelf, "receipt.json", "book") == AUTHENTIC
    assert "#authentic" in str(browser.find("#receipt-result use").get_attribute("href"))
    assert "Altered" in check(browser, shelf, "receipt.json", "changed")
