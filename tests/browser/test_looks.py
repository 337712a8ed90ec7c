"""The core's pages as people may have them: four languages, light, dark, high contrast, large text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from ledger_service.messages.languages import LANGUAGES
from tests.browser.conftest import Browser, Shelf
from tests.browser.test_pages import axe, fits

PAGES = {
    "home": "/?",
    "verify": "/verify?",
    "authentic": "/verify?digest={book}&",
    "not registered": "/verify?digest={stranger}&",
    "help": "/help?",
    "failure": "/nothing?",
    "problem": "/problems/no-live-grant?",
}
LOOKS = {
    "light": {"prefers_color_scheme": "light"},
    "dark": {"prefers_color_scheme": "dark"},
    "high contrast": {"prefers_color_scheme": "light", "prefers_contrast": "more"},
    "high contrast, dark": {"prefers_color_scheme": "dark", "prefers_contrast": "more"},
    "forced colors": {"prefers_color_scheme": "dark", "forced_colors": "active"},
}
GROUNDS = (
    "return [document.documentElement, document.querySelector('h1')].map((e) => {"
    "const {backgroundColor, color} = getComputedStyle(e); return [backgroundColor, color]})"
)


def address(shelf: Shelf, page: str, language: str) -> str:
    path = PAGES[page].format(book=shelf.digest("book"), stranger=shelf.digest("stranger"))
    return f"{shelf.url}{path}lang={language}"


def check_looks(browser: Browser, looks: Iterable[str] = LOOKS) -> None:
    """Check that axe looks at the page that is open, and finds nothing in any of these looks."""
    for look in looks:
        browser.prefer(**LOOKS[look])
        found = axe(browser)
        assert (look, found["violations"]) == (look, [])
        assert found["passes"] > 10


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_any_look(
    browser: Browser, shelf: Shelf, page: str, language: str
) -> None:
    """Each page in one language has all looks, and in the others one: no color depends on a language."""
    browser.open(address(shelf, page, language))
    assert browser.find("html").get_attribute("lang") == language
    places = list(PAGES).index(page), list(LANGUAGES).index(language)
    has_all = places[0] % len(LANGUAGES) == places[1]
    check_looks(browser, LOOKS if has_all else ["light"])


def test_each_look_has_its_own_colors(browser: Browser, shelf: Shelf) -> None:
    seen: list[Any] = []
    for look in ("light", "dark", "high contrast", "high contrast, dark"):
        browser.open(address(shelf, "authentic", "en"))
        browser.prefer(**LOOKS[look])
        seen.append(str(browser.run(GROUNDS)))
    assert len({*seen}) == len(seen)


@pytest.mark.parametrize("contrast", ["no-preference", "more"])
@pytest.mark.parametrize(("theme", "other"), [("dark", "light"), ("light", "dark")])
def test_a_chosen_theme_looks_as_on_a_system_that_wishes_it(
    browser: Browser, shelf: Shelf, theme: str, other: str, contrast: str
) -> None:
    browser.prefer(prefers_color_scheme=theme, prefers_contrast=contrast)
    browser.open(f"{shelf.url}/help?theme=system")
    wished = browser.run(GROUNDS)
    browser.prefer(prefers_color_scheme=other, prefers_contrast=contrast)
    assert browser.run(GROUNDS) != wished
    browser.reach(f".themes a[href*='theme={theme}']")
    browser.press(Keys.ENTER)
    browser.wait_for(lambda: f"theme={theme}" in browser.driver.current_url)
    assert browser.run(GROUNDS) == wished
    browser.open(f"{shelf.url}/verify")
    assert browser.run(GROUNDS) == wished
    browser.open(f"{shelf.url}/help?theme=system")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["uz", "ru"])
def test_nothing_runs_over_at_twice_the_size_of_text(
    browser: Browser, shelf: Shelf, page: str, language: str
) -> None:
    browser.open(address(shelf, page, language))
    browser.run("document.documentElement.style.fontSize = '200%'")
    assert fits(browser)


@pytest.mark.parametrize("page", PAGES)
def test_without_scripts_a_page_says_as_much(
    browser_without_scripts: Browser, shelf: Shelf, page: str
) -> None:
    browser = browser_without_scripts
    browser.open(address(shelf, page, "en"))
    assert len(browser.text("h1")) > 5
    for control in browser.driver.find_elements("css selector", "main button, main input"):
        if control.is_displayed():
            form = control.find_element("xpath", "ancestor::form")
            assert form.get_attribute("action")


def test_the_switch_of_languages_keeps_the_page(browser: Browser, shelf: Shelf) -> None:
    browser.open(address(shelf, "authentic", "en"))
    for language in LANGUAGES:
        browser.find(f".languages a[lang='{language}']").click()
        browser.wait_for(
            lambda wanted=language: browser.find("html").get_attribute("lang") == wanted
        )
        assert shelf.digest("book") in browser.driver.current_url
    browser.open(shelf.url)
    assert browser.find("html").get_attribute("lang") == language
    browser.driver.delete_all_cookies()


def test_a_word_is_explained_where_it_stands_by_the_keyboard(
    browser: Browser, shelf: Shelf
) -> None:
    browser.open(address(shelf, "authentic", "en"))
    browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
    meaning = browser.find("#term-digest")
    assert not meaning.is_displayed()
    browser.reach("button.term")
    browser.press(Keys.ENTER)
    browser.wait_for(meaning.is_displayed)
    assert "64 signs" in meaning.text
    assert axe(browser)["violations"] == []
    browser.press(Keys.ESCAPE)
    browser.wait_for(lambda: not meaning.is_displayed())
