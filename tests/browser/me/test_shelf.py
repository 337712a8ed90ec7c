"""A reader's shelf in a browser: everything by forms, also without scripts, on a phone, in four languages."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By

from ledger_service.messages.languages import LANGUAGES
from scripts.harness.waiting import wait_until
from tests.browser.conftest import Browser, Shelf
from tests.browser.test_looks import check_looks
from tests.browser.test_pages import fits

LOOKS = ("light", "dark", "high contrast")


def come(browser: Browser, shelf: Shelf, path: str) -> None:
    """Sign a new reader in by their token, in English, and be led to a page."""
    token = shelf.library.client("registrar").post("/readers").json()["token"]
    browser.open(f"{shelf.url}/sign-in?lang=en")
    browser.command("Network.clearBrowserCookies")
    browser.open(f"{shelf.url}/sign-in?lang=en&then={path}")
    browser.find("#token").send_keys(token)
    browser.find("form[action='/sign-in/token'] button").click()
    browser.wait_for(lambda: browser.driver.current_url == shelf.url + path)


def press(browser: Browser, control: str) -> None:
    """Press a button that leads to another page, and wait for that."""
    old = browser.find("html")
    browser.find(control).click()
    browser.wait_for(lambda: browser.find("html") != old)


def text_of_page(browser: Browser) -> str:
    return browser.text("main")


def test_a_book_is_put_on_the_shelf_and_told_of_without_scripts(
    browser_without_scripts: Browser, shelf: Shelf
) -> None:
    browser, library = browser_without_scripts, shelf.library
    old = library.register(b"the first edition", title="Oʻtkan kunlar")["digest"]
    new = library.register(b"the second edition", title="Oʻtkan kunlar, 2")["digest"]
    library.at_rest()
    come(browser, shelf, f"/resources/{old}")
    assert fits(browser)
    press(browser, "form[action='/me/shelf/items'] button")
    assert "Oʻtkan kunlar" in browser.text(f"#i-{old[:16]}")
    press(browser, f"#i-{old[:16]} a[href*='/items/']")
    browser.find("#note").send_keys("for the seminar")
    browser.find("#tags").send_keys("exam, novel")
    press(browser, "button[value='write']")
    press(browser, "nav a[href='/me/shelf?tag=novel']")
    assert "for the seminar" in text_of_page(browser)
    ways_out = browser.driver.find_elements(By.CSS_SELECTOR, "a[href*='/me/shelf/export']")
    assert [link.text for link in ways_out] == ["JSON", "OPDS 2.0", "BibTeX", "RIS"]
    relation = {"successor": new, "relation": "version"}
    asked = library.client("registrar").post(f"/resources/{old}/supersession", json=relation)
    assert asked.status_code == 202, asked.text
    library.at_rest()

    def is_told() -> bool:
        browser.open(f"{shelf.url}/me")
        return "A newer version came" in text_of_page(browser)

    wait_until(is_told, "the reader is not told")
    assert "1 new" in text_of_page(browser)
    press(browser, "form[action='/me/notices'] button")
    assert "1 new" not in text_of_page(browser)
    assert fits(browser)


def test_a_search_puts_what_it_finds_there_and_is_kept(browser: Browser, shelf: Shelf) -> None:
    library = shelf.library
    digest = library.register(b"of stars", title="Ziji jadidi Koʻragoniy")["digest"]
    library.at_rest()

    def is_found() -> bool:
        found = library.client().get("/search", params={"q": "koragoniy"}).json()
        return bool(found["items"])

    wait_until(is_found, "the book is not found")
    come(browser, shelf, "/search?q=koragoniy")
    assert fits(browser)
    press(browser, f"button[form='put'][value='{digest}']")
    assert "Ziji jadidi" in text_of_page(browser)
    browser.open(f"{shelf.url}/search?q=koragoniy")
    browser.find("summary:has(+ form[action='/me/shelf/searches'])").click()
    press(browser, "form[action='/me/shelf/searches'] button")
    assert browser.find("a[href='/search?q=koragoniy']").text == "koragoniy"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_fit_a_phone_and_axe_finds_nothing(
    browser: Browser, shelf: Shelf, language: str
) -> None:
    come(browser, shelf, "/me")
    digest = shelf.digest("book")
    browser.open(f"{shelf.url}/me/shelf/put?digest={digest}&lang={language}")
    press(browser, "form[action='/me/shelf/items'] button")
    for path in ("/me", "/me/shelf", f"/me/shelf/items/{digest}"):
        browser.open(f"{shelf.url}{path}?lang={language}")
        assert browser.find("html").get_attribute("lang") == language
        assert fits(browser)
        check_looks(browser, LOOKS if language == "en" else ("light",))
        browser.prefer()
