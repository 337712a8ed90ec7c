"""A reader reads in a real browser, on a phone's screen: a film of two hours, a book of 900 pages."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pypdf
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import Browser, Shelf
from tests.browser.film import film
from tests.browser.test_pages import axe, fits
from tests.browser.test_verifying import give, submit, unfold

FILM_SECONDS = 7200
LATE = 6605  # seconds of the film, far behind what a player has loaded
SEEK = (
    "const done = arguments[1], film = document.querySelector('video');"
    "film.addEventListener('seeked', () => done([film.currentTime, film.readyState]), {once: true});"
    "film.addEventListener('error', () => done([film.error.message, 0]), {once: true});"
    "film.currentTime = arguments[0]"
)
STATE = "const film = document.querySelector('video'); return [film.duration, film.readyState]"
READING = "form[action^='/read/']"
SIGN_IN = "form[action='/sign-in/token']"
PLAYS = 2  # readyState from which on there is a picture


@dataclass(frozen=True)
class Lent:
    """A film that a reader has borrowed. grant: the loan; token: the reader's."""

    digest: str
    grant: str
    token: str


@pytest.fixture(scope="module")
def book(shelf: Shelf) -> str:
    """Return the digest of a book of 900 pages, which is open."""
    file, pages = io.BytesIO(), pypdf.PdfWriter()
    for _ in range(900):
        pages.add_blank_page(300, 400)
    pages.write(file)
    found: str = shelf.library.register(
        file.getvalue(), media_type="application/pdf", title="A book of 900 pages"
    )["digest"]
    return found


@pytest.fixture(scope="module")
def lent(shelf: Shelf) -> Lent:
    library = shelf.library
    library.license("film-club", longest_loan_seconds=8 * 86_400)
    digest = library.register(
        film(FILM_SECONDS),
        license="film-club",
        media_type="video/webm",
        title="A film of two hours",
    )["digest"]
    reader = library.registrar.post("/readers").json()
    library.readers = [reader["reader"]]
    grant = library.grant(digest)["grant"]
    return Lent(digest, grant, reader["token"])


def open_it(browser: Browser, shelf: Shelf, lent: Lent) -> None:
    browser.command("Network.clearBrowserCookies")
    browser.open(f"{shelf.url}/read/{lent.digest}")
    unfold(browser, "#by-token")
    give(browser, "#token", lent.token)
    submit(browser, READING)
    browser.wait_for(lambda: browser.driver.find_elements(By.TAG_NAME, "video"))


def has_loaded(browser: Browser) -> bool:
    state: Any = browser.run(STATE)
    return state[1] >= PLAYS


def seek(browser: Browser, second: int) -> tuple[float, int]:
    browser.driver.set_script_timeout(60)
    at, state = browser.driver.execute_async_script(SEEK, second)
    return at, state


def test_a_film_of_two_hours_is_opened_and_played_from_anywhere(
    browser: Browser, shelf: Shelf, lent: Lent
) -> None:
    open_it(browser, shelf, lent)
    browser.wait_for(lambda: has_loaded(browser))
    state: Any = browser.run(STATE)
    assert state[0] == FILM_SECONDS
    for second in (LATE, 5, 3600):
        at, picture = seek(browser, second)
        assert (at, picture >= PLAYS) == (second, True)
    assert fits(browser)
    assert axe(browser)["violations"] == []
    assert "muhr_" not in browser.driver.current_url + browser.driver.page_source
    assert browser.run("return document.cookie") == ""


def test_who_signs_in_opens_with_one_button_and_closes_by_signing_out(
    browser: Browser, shelf: Shelf, lent: Lent
) -> None:
    browser.command("Network.clearBrowserCookies")
    browser.open(f"{shelf.url}/read/{lent.digest}")
    browser.reach("main a.act")
    browser.press(Keys.ENTER)
    browser.wait_for(lambda: browser.driver.find_elements(By.CSS_SELECTOR, SIGN_IN))
    give(browser, "#token", lent.token)
    submit(browser, SIGN_IN)
    browser.wait_for(lambda: browser.driver.find_elements(By.CSS_SELECTOR, READING))
    assert fits(browser)
    assert axe(browser)["violations"] == []
    submit(browser, READING)
    browser.wait_for(lambda: browser.driver.find_elements(By.TAG_NAME, "video"))
    browser.wait_for(lambda: has_loaded(browser))
    at, picture = seek(browser, LATE)
    assert (at, picture >= PLAYS) == (LATE, True)
    browser.find(".out button").click()
    browser.wait_for(
        lambda: browser.driver.find_elements(By.CSS_SELECTOR, "nav a[href='/sign-in']")
    )
    browser.open(f"{shelf.url}/read/{lent.digest}")
    assert browser.driver.find_elements(By.TAG_NAME, "video") == []
    status = "return fetch(arguments[0], {method: 'HEAD', cache: 'no-store'}).then((r) => r.status)"
    content = f"/api/v1/resources/{lent.digest}/content"
    assert browser.run(status, content) == 404


def test_a_film_is_closed_by_the_keyboard_and_asks_for_the_token_again(
    browser: Browser, shelf: Shelf, lent: Lent
) -> None:
    open_it(browser, shelf, lent)
    submit(browser, READING)
    browser.wait_for(lambda: browser.driver.find_elements(By.ID, "by-token"))
    browser.open(f"{shelf.url}/read/{lent.digest}")
    assert browser.driver.find_elements(By.TAG_NAME, "video") == []


def test_without_scripts_it_is_opened_and_played(
    browser_without_scripts: Browser, shelf: Shelf, lent: Lent
) -> None:
    open_it(browser_without_scripts, shelf, lent)
    assert browser_without_scripts.find("video").is_displayed()
    assert fits(browser_without_scripts)


def test_a_book_of_900_pages_is_shown_by_the_browser_too_and_sandboxed(
    browser: Browser, shelf: Shelf, book: str
) -> None:
    browser.open(f"{shelf.url}/read/{book}")
    browser.reach("#own")
    browser.press(Keys.ENTER)
    browser.wait_for(lambda: browser.driver.current_url.endswith("/content"))
    shown = "return document.contentType"
    browser.wait_for(lambda: browser.run(shown) == "application/pdf")


def test_a_revocation_is_told_on_the_page(browser: Browser, shelf: Shelf, lent: Lent) -> None:
    """The last of these: it ends the loan."""
    open_it(browser, shelf, lent)
    answer = shelf.library.registrar.post(f"/grants/{lent.grant}/revocation")
    assert answer.status_code == 202
    browser.open(f"{shelf.url}/read/{lent.digest}")
    assert "your grant was revoked" in browser.text("[role=alert]")
    assert browser.driver.find_elements(By.TAG_NAME, "video") == []
    assert axe(browser)["violations"] == []
