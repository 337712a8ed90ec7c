"""A reader writes beside a page of a PDF and a second of a film; a new edition shows what stood there."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from ledger_service.messages.languages import LANGUAGES
from tests.browser.conftest import Browser, Shelf
from tests.browser.film import film
from tests.browser.me.test_shelf import come, press
from tests.browser.readers.made import book, epub, picture
from tests.browser.test_pages import axe, fits

PDF = "application/pdf"
SELECT = """
const layer = document.querySelector(".page[data-page-number='2'] .textLayer");
const words = [...layer.querySelectorAll("span:not(:has(*))")]
  .find((one) => one.textContent.includes("leaf"));
getSelection().setBaseAndExtent(words.firstChild, 0, words.firstChild, 10);
return getSelection().toString();
"""


def wait_for_form(browser: Browser) -> None:
    browser.wait_for(lambda: browser.driver.find_elements(By.ID, "note-form"))


def notes(browser: Browser) -> list[str]:
    return [one.text for one in browser.driver.find_elements(By.CSS_SELECTOR, ".note")]


def write(browser: Browser, text: str, audience: str = "private") -> None:
    """Write what the form is for, and wait until it is kept."""
    assert browser.driver.switch_to.active_element == browser.find("#note-text")
    before = len(notes(browser))
    browser.press(text)
    browser.find(f"#note-for option[value='{audience}']").click()
    browser.find("#note-form > button").send_keys(Keys.ENTER)
    browser.wait_for(lambda: len(notes(browser)) == before + 1)
    browser.wait_for(lambda: browser.text("#notes-told") == "The note is kept.")


def test_a_note_on_a_page_is_shown_beside_the_next_edition(browser: Browser, shelf: Shelf) -> None:
    library = shelf.library
    old = library.register(book(3, 2, 21), media_type=PDF, title="An edition")["digest"]
    new = library.register(book(4, 3, 22), media_type=PDF, title="The next edition")["digest"]
    library.at_rest()
    come(browser, shelf, f"/read/{old}")
    wait_for_form(browser)
    browser.wait_for(lambda: browser.driver.find_elements(By.CSS_SELECTOR, "#pdf[data-state]"))
    browser.find("#next").click()
    chosen: list[str] = []

    def is_chosen() -> bool:
        layer = ".page[data-page-number='2'] .textLayer span"
        if browser.driver.find_elements(By.CSS_SELECTOR, layer):
            chosen.append(str(browser.run(SELECT)))
        return bool(chosen)

    browser.wait_for(is_chosen)
    browser.run("document.getElementById('write-here').focus({preventScroll: true})")
    browser.press(Keys.ENTER)
    assert browser.find("#note-page").get_attribute("value") == "2"
    assert browser.find("#note-quote").get_attribute("value") == chosen[-1].strip()
    write(browser, "This is the second leaf.", "public")
    [note] = notes(browser)
    assert "Page 2" in note
    assert "This is the second leaf." in note
    marked = "return CSS.highlights.get('muhr-notes').size"
    browser.wait_for(lambda: browser.run(marked) == 1)
    browser.find("#previous").click()
    browser.find(".note .see").click()
    browser.wait_for(lambda: browser.find("#page").get_attribute("value") == "2")
    assert fits(browser)
    assert axe(browser)["violations"] == []

    relation = {"successor": new, "relation": "version"}
    asked = library.registrar.post(f"/resources/{old}/supersession", json=relation)
    assert asked.status_code == 202, asked.text
    library.at_rest()
    browser.open(f"{shelf.url}/read/{new}")
    wait_for_form(browser)
    [note] = notes(browser)
    assert "Made on the earlier edition" in note
    assert browser.find(".note a").get_attribute("href") == f"{shelf.url}/read/{old}"
    assert axe(browser)["violations"] == []


def test_a_note_is_at_a_second_of_a_film(browser: Browser, shelf: Shelf) -> None:
    data = film(90)
    digest = shelf.library.register(data, media_type="video/webm", title="A film")["digest"]
    come(browser, shelf, f"/read/{digest}")
    wait_for_form(browser)
    browser.wait_for(lambda: browser.run("return film.readyState >= 1"))
    browser.run("film.currentTime = 63")
    browser.wait_for(lambda: browser.run("return !film.seeking"))
    browser.find("#write-here").click()
    assert browser.find("#note-from").get_attribute("value") == "1:03"
    write(browser, "Here it begins.")
    browser.run("film.currentTime = 5")
    browser.find(".note .see").click()
    browser.wait_for(lambda: browser.run("return Math.round(film.currentTime)") == 63)
    assert axe(browser)["violations"] == []


def test_a_note_in_a_book_is_at_its_place(browser: Browser, shelf: Shelf) -> None:
    kind = "application/epub+zip"
    digest = shelf.library.register(epub(4), media_type=kind, title="A book")["digest"]
    come(browser, shelf, f"/read/{digest}")
    wait_for_form(browser)
    browser.wait_for(lambda: browser.driver.find_elements(By.CSS_SELECTOR, "#book[data-state]"))
    place = "return document.querySelector('[name=cfi]').value"

    def has_place() -> bool:
        browser.find("#write-here").click()
        return str(browser.run(place)).startswith("epubcfi(")

    browser.wait_for(has_place)
    write(browser, "A wind.")
    browser.find("#next").click()
    browser.find(".note .see").click()
    assert "seen" in str(browser.find(".note").get_attribute("class"))


def test_a_note_is_about_what_is_on_the_screen_of_a_picture(browser: Browser, shelf: Shelf) -> None:
    digest = shelf.library.register(picture(900, 600), media_type="image/png", title="A picture")[
        "digest"
    ]
    come(browser, shelf, f"/read/{digest}")
    wait_for_form(browser)
    browser.wait_for(lambda: browser.driver.find_elements(By.CSS_SELECTOR, "#image[data-state]"))
    for _ in range(4):
        browser.find("#larger").click()

    def has_part() -> bool:
        browser.find("#write-here").click()
        return bool(browser.find("#note-width").get_attribute("value"))

    browser.wait_for(has_part)
    write(browser, "This corner.")
    browser.wait_for(lambda: browser.driver.find_elements(By.CSS_SELECTOR, "#image .marked"))


def test_notes_are_written_and_removed_without_scripts(
    browser_without_scripts: Browser, shelf: Shelf
) -> None:
    browser = browser_without_scripts
    digest = shelf.library.register(book(2, 1, 23), media_type=PDF, title="Plain")["digest"]
    come(browser, shelf, f"/read/{digest}")
    press(browser, "#notes-title a")
    browser.find("#note-page").send_keys("2")
    browser.find("#note-quote").send_keys("leaf 2")
    browser.find("#note-text").send_keys("It is **so**.")
    press(browser, "#note-form > button")
    assert browser.text(".note strong") == "so"
    assert browser.find(".note .see").get_attribute("href").endswith("/content#page=2")
    assert fits(browser)
    press(browser, ".note a[href*='/private/']")
    assert fits(browser)
    press(browser, "button[value='remove']")
    assert notes(browser) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_fit_a_phone_and_axe_finds_nothing(
    browser: Browser, shelf: Shelf, language: str
) -> None:
    # Of its own: what is written of the book for everybody would be on that page for all tests.
    kept = book(2, 1, 30 + [*LANGUAGES].index(language))
    digest = shelf.library.register(kept, media_type=PDF, title="Its notes")["digest"]
    come(browser, shelf, "/me")
    browser.open(f"{shelf.url}/notes/{digest}?lang={language}")
    browser.find("#note-text").send_keys("a text of a note that is long enough for two lines of it")
    browser.find("#note-for option[value='public']").click()
    press(browser, "#note-form > button")
    page = browser.find(".note a[href*='/public/']").get_attribute("href")
    for address in (f"{shelf.url}/notes/{digest}", page, f"{shelf.url}/me/notes"):
        browser.open(f"{address}?lang={language}")
        assert browser.find("html").get_attribute("lang") == language
        assert fits(browser), address
        assert axe(browser)["violations"] == [], address
