"""Search in a real browser: every language and look, large text, by keyboard alone, and without scripts."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from ledger_service.messages.languages import LANGUAGES
from tests.browser.conftest import Browser, Shelf
from tests.browser.test_looks import check_looks
from tests.browser.test_pages import fits

PAGES = {
    "found": "/search?q=book",
    "narrowed": "/search?q=&kind=other",
    "nothing": "/search?q=bok%20stranger",
    "everything": "/search?q=",
    "not named": "/resolve?name=10.1000%2Fnowhere",
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_any_look(
    browser: Browser, shelf: Shelf, page: str, language: str
) -> None:
    browser.open(f"{shelf.url}{PAGES[page]}&lang={language}")
    assert fits(browser)
    for fold in browser.driver.find_elements("css selector", "main details"):
        browser.run("arguments[0].open = true", fold)
    check_looks(browser)
    browser.run("document.documentElement.style.fontSize = '200%'")
    assert fits(browser)


def test_a_word_is_found_by_the_keyboard_alone(browser: Browser, shelf: Shelf) -> None:
    browser.open(f"{shelf.url}/search?lang=en")
    browser.reach("#q")
    browser.press("BOOK", Keys.ENTER)
    browser.wait_for(
        lambda: (
            "q=BOOK" in browser.driver.current_url
            and browser.run("return document.readyState") == "complete"
        )
    )
    assert "found." in browser.text("[role=status]")
    browser.reach(f".results a[href*='{shelf.digest('book')}']")
    browser.press(Keys.ENTER)
    browser.wait_for(lambda: shelf.digest("book") in browser.driver.current_url)


def test_a_digest_goes_straight_to_its_resource_without_scripts(
    browser_without_scripts: Browser, shelf: Shelf
) -> None:
    browser = browser_without_scripts
    browser.open(f"{shelf.url}/search?lang=en&q={shelf.digest('book')}")
    assert browser.driver.current_url == f"{shelf.url}/resources/{shelf.digest('book')}"
    browser.open(f"{shelf.url}/search?lang=en&q=bopk")
    browser.driver.find_element("partial link text", "Did you mean").click()
    assert "found." in browser.text("[role=status]")
    assert browser.find(f".results a[href*='{shelf.digest('book')}']").is_displayed()
