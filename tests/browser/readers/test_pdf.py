"""A reader leafs through a PDF of 900 pages in a real browser, on a phone's screen and by the keyboard."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import Browser, Shelf
from tests.browser.readers.conftest import Desk, Loan, loaded, sound_in_order
from tests.browser.readers.made import book
from tests.browser.test_pages import axe

PAGES, LATE = 900, 700
LARGEST_PART = 0.25  # of the file, that comes before somebody leafs


@pytest.fixture(scope="module")
def data() -> bytes:
    return book(PAGES, LATE)


@pytest.fixture(scope="module")
def open_book(shelf: Shelf, data: bytes) -> str:
    found: str = shelf.library.register(data, media_type="application/pdf", title="A long book")[
        "digest"
    ]
    return found


@pytest.fixture(scope="module")
def loan(desk: Desk) -> Loan:
    return desk.lend(book(40, 30), media_type="application/pdf", title="A lent book")


def opened(browser: Browser, address: str) -> None:
    browser.open(address)
    wait_for_text(browser, 1)


def wait_for_text(browser: Browser, page: int) -> None:
    """Wait until a page's text can be read by a screen reader."""
    browser.wait_for(lambda: f"Chapter {page}" in text_of(browser, page))


def page_shown(browser: Browser) -> int:
    return int(str(browser.find("#page").get_attribute("value")))


def text_of(browser: Browser, page: int) -> str:
    """Return the text of a page as it stands over its picture, as far as it is there."""
    layer = f".page[data-page-number='{page}'] .textLayer"
    return str(browser.run(f'return document.querySelector("{layer}")?.textContent ?? ""'))


def test_a_book_of_900_pages_opens_with_a_part_of_its_bytes(
    listening: Browser, shelf: Shelf, open_book: str, data: bytes
) -> None:
    opened(listening, f"{shelf.url}/read/{open_book}")
    assert listening.text("#of") == f"/ {PAGES}"
    came = loaded(listening)
    content = sum(size for name, size in came.items() if name.endswith("/content"))
    assert 0 < content < LARGEST_PART * len(data)
    sound_in_order(listening, shelf)


def test_pages_are_turned_and_found_by_the_keyboard_and_the_place_is_kept(
    listening: Browser, shelf: Shelf, open_book: str
) -> None:
    opened(listening, f"{shelf.url}/read/{open_book}")
    field = listening.reach("#page")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys("555", Keys.ENTER)
    wait_for_text(listening, 555)
    listening.reach("#words").send_keys("lighthouse keeper", Keys.ENTER)
    listening.wait_for(lambda: listening.text("#found") == "1 of 1 places")
    wait_for_text(listening, LATE)
    listening.reach("#sheets")
    shown = page_shown(listening)
    assert abs(shown - LATE) <= 1  # whichever fills more of the screen
    listening.press(Keys.ARROW_RIGHT)
    listening.wait_for(lambda: page_shown(listening) == shown + 1)
    listening.open(f"{shelf.url}/read/{open_book}")
    wait_for_text(listening, shown + 1)
    listening.reach("#forget")
    listening.press(Keys.ENTER)
    kept = f"return localStorage.getItem('muhr-place:{open_book}')"
    listening.wait_for(lambda: listening.run(kept) is None)
    before = page_shown(listening)
    listening.reach("#next")
    listening.press(Keys.ENTER)
    listening.wait_for(lambda: page_shown(listening) != before)
    assert listening.run(kept) is None


def test_one_step_of_the_keyboard_leads_out_of_a_long_book(
    listening: Browser, shelf: Shelf, open_book: str
) -> None:
    opened(listening, f"{shelf.url}/read/{open_book}")
    wait_for_text(listening, 2)
    listening.reach("#sheets")
    listening.press(Keys.TAB)
    assert listening.driver.switch_to.active_element == listening.find("#own")


def test_words_that_it_does_not_have_are_told(listening: Browser, desk: Desk, loan: Loan) -> None:
    desk.open(listening, loan)
    wait_for_text(listening, 1)
    listening.reach("#words").send_keys("submarine", Keys.ENTER)
    listening.wait_for(lambda: "does not have" in listening.text("#found"))


def test_without_scripts_the_browsers_own_viewer_is_offered(
    browser_without_scripts: Browser, shelf: Shelf, open_book: str
) -> None:
    browser_without_scripts.open(f"{shelf.url}/read/{open_book}")
    assert browser_without_scripts.find("#own").get_attribute("href").endswith("/content")
    assert not browser_without_scripts.find("#pdf").is_displayed()


def test_a_lent_book_is_shown_until_its_grant_is_revoked_and_the_page_says_so(
    listening: Browser, desk: Desk, loan: Loan
) -> None:
    """The last of these: it ends the loan."""
    desk.open(listening, loan)
    wait_for_text(listening, 1)
    assert "Lent to you until" in listening.text(".lent")
    desk.revoke(loan)
    listening.wait_for(lambda: listening.find("#closed").is_displayed())
    assert listening.driver.find_elements("id", "pdf") == []
    assert axe(listening)["violations"] == []
