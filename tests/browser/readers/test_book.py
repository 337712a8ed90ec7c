"""A reader reads a book in EPUB, whose chapters try to run scripts, in a real browser by the keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import Browser, Shelf
from tests.browser.readers.conftest import Desk, Loan, loaded
from tests.browser.readers.made import epub
from tests.browser.test_pages import axe, fits

EPUB = {"media_type": "application/epub+zip", "title": "Winds of the steppe"}
TEXT = (
    "const {renderer} = document.querySelector('foliate-view') ?? {};"
    "return renderer?.getContents?.()[0]?.doc?.body?.textContent ?? ''"
)


@pytest.fixture(scope="module")
def winds(shelf: Shelf) -> str:
    found: str = shelf.library.register(epub(6), **EPUB)["digest"]
    return found


@pytest.fixture(scope="module")
def loan(desk: Desk) -> Loan:
    return desk.lend(epub(5), **EPUB)


def wait_for(browser: Browser, words: str) -> None:
    browser.wait_for(lambda: words in str(browser.run(TEXT)))


def in_book(browser: Browser, script: str) -> Any:
    """Return what a script of the page finds in the chapter that is shown, which is `doc`."""
    view = "document.querySelector('foliate-view').renderer.getContents()[0]"
    return browser.run(f"const {{doc}} = {view}; {script}")


def test_a_book_is_shown_and_no_script_of_it_runs_and_nothing_leaves(
    listening: Browser, shelf: Shelf, winds: str
) -> None:
    listening.open(f"{shelf.url}/read/{winds}")
    wait_for(listening, "The wind of chapter 1 blows")
    assert listening.driver.title.startswith("Winds of the steppe")
    assert (
        in_book(
            listening, "return doc.defaultView.getComputedStyle(doc.querySelector('p')).textIndent"
        )
        != "0px"
    )
    width = "return doc.querySelector('img').naturalWidth"
    listening.wait_for(lambda: in_book(listening, width) == 64)  # the picture comes after the words
    assert [name for name in loaded(listening) if not name.startswith((shelf.url, "blob:"))] == []
    assert fits(listening)
    assert axe(listening)["violations"] == []


def test_it_is_leafed_and_looked_up_by_the_keyboard_and_the_place_is_kept(
    listening: Browser, shelf: Shelf, winds: str
) -> None:
    listening.open(f"{shelf.url}/read/{winds}")
    wait_for(listening, "chapter 1")
    listening.reach("#contents")
    for chapter in ("chapter 2", "chapter 3", "chapter 4"):
        listening.press(Keys.ARROW_DOWN)
        wait_for(listening, chapter)
    where = listening.text("#where")
    listening.reach("#sheets")
    listening.press(Keys.ARROW_RIGHT)
    listening.wait_for(lambda: listening.text("#where") != where)
    listening.open(f"{shelf.url}/read/{winds}")
    wait_for(listening, "chapter 4")
    listening.reach("#forget")
    listening.press(Keys.ENTER)
    listening.open(f"{shelf.url}/read/{winds}")
    wait_for(listening, "chapter 1")


def test_letters_grow_and_the_paper_changes(listening: Browser, shelf: Shelf, winds: str) -> None:
    listening.open(f"{shelf.url}/read/{winds}")
    wait_for(listening, "chapter 1")
    size = "return parseFloat(doc.defaultView.getComputedStyle(doc.documentElement).fontSize)"
    before = in_book(listening, size)
    listening.reach("#larger")
    listening.press(Keys.ENTER)
    listening.wait_for(lambda: in_book(listening, size) > before)
    listening.reach("#paper").send_keys("Dark")
    ground = "return doc.defaultView.getComputedStyle(doc.body).color"
    listening.wait_for(lambda: in_book(listening, ground) == "rgb(240, 238, 232)")


def test_a_link_within_the_book_leads_on(listening: Browser, shelf: Shelf, winds: str) -> None:
    listening.open(f"{shelf.url}/read/{winds}")
    wait_for(listening, "chapter 1")
    in_book(listening, "doc.getElementById('jump').click()")
    wait_for(listening, "chapter 3")


def test_without_scripts_it_is_read_part_by_part_and_its_own_scripts_stay_off(
    browser_without_scripts: Browser, shelf: Shelf, winds: str
) -> None:
    browser = browser_without_scripts
    browser.open(f"{shelf.url}/read/{winds}")
    browser.find("#parts summary").click()
    browser.find("#parts a").click()
    browser.wait_for(lambda: "The wind of chapter 1" in browser.text("body"))


def test_a_part_that_is_opened_by_itself_runs_no_script(
    browser: Browser, shelf: Shelf, winds: str
) -> None:
    browser.open(f"{shelf.url}/read/{winds}/book/text/chapter1.xhtml")
    assert "The wind of chapter 1" in browser.text("body")
    assert browser.driver.title == "Wind 1"


def test_a_lent_book_is_shown_until_its_grant_is_revoked(
    listening: Browser, desk: Desk, loan: Loan
) -> None:
    """The last of these: it ends the loan."""
    desk.open(listening, loan)
    wait_for(listening, "chapter 1")
    width = "return doc.querySelector('img').naturalWidth"
    listening.wait_for(lambda: in_book(listening, width) == 64)  # the picture comes after the words
    desk.revoke(loan)
    contents = listening.reach("#contents")
    contents.send_keys("Wind 2")
    listening.wait_for(lambda: listening.find("#closed").is_displayed())
    assert listening.driver.find_elements(By.ID, "book") == []
