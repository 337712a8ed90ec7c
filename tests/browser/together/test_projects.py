"""A project in a browser: made, joined by a link, and given files, by forms without scripts, on a phone."""

from __future__ import annotations

from pathlib import Path

from tests.browser.conftest import Browser, Shelf
from tests.browser.me.test_shelf import come, press, text_of_page
from tests.browser.test_looks import check_looks
from tests.browser.test_pages import fits

LOOKS = ("light", "dark", "high contrast")


def check(browser: Browser) -> None:
    """Check that the page fits a phone, and that axe finds nothing in it, all folds open."""
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true")
    assert fits(browser)
    check_looks(browser, LOOKS)


def make_project(browser: Browser, shelf: Shelf, title: str) -> str:
    """Return the path of a new project of a new reader's."""
    come(browser, shelf, "/me/projects")
    browser.find("#title").send_keys(title)
    browser.find("#name").send_keys("Ada")
    press(browser, "form[action='/me/projects'] button")
    return browser.driver.current_url.removeprefix(shelf.url)


def test_a_project_is_made_and_joined_without_scripts(
    browser_without_scripts: Browser, shelf: Shelf, tmp_path: Path
) -> None:
    browser = browser_without_scripts
    path = make_project(browser, shelf, "Alisher Navoiy")
    file = tmp_path / "Қайдлар.txt"
    file.write_text("“Хамса”")
    browser.find("#file").send_keys(str(file))
    press(browser, f"form[action='{path}/files'] button")
    assert "Қайдлар.txt" in browser.text("#files ~ div")
    browser.find("#paper-title").send_keys("Xamsa")
    press(browser, f"form[action='{path}/papers'] button")
    assert "Xamsa" in text_of_page(browser)
    press(browser, f"nav a[href='{path}/members']")
    browser.run("document.querySelector('details:has(#role-link)').open = true")
    press(browser, "button[value='link']")
    link = browser.text("#made code").removeprefix(shelf.url)

    come(browser, shelf, link)
    assert "Alisher Navoiy" in text_of_page(browser)
    browser.find("#name").send_keys("Bek")
    press(browser, f"form[action='{link}'] button")
    assert browser.driver.current_url == shelf.url + path
    press(browser, f"nav a[href='{path}/members']")
    assert "Bek" in text_of_page(browser)


def test_the_pages_of_projects_fit_a_phone_and_axe_finds_nothing(
    browser: Browser, shelf: Shelf, tmp_path: Path
) -> None:
    path = make_project(browser, shelf, "A title of many letters " * 4)
    check(browser)
    for number in range(2):
        file = tmp_path / ("a_name_of_a_file_without_blanks_" * 4 + ".txt")
        file.write_text(f"version {number}")
        browser.find("#file").send_keys(str(file))
        press(browser, f"form[action='{path}/files'] button")
    check(browser)
    press(browser, f"a[href^='{path}/files/']")
    check(browser)
    browser.open(f"{shelf.url}{path}/members")
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true")
    press(browser, "button[value='link']")
    link = browser.text("#made code")
    check(browser)
    for address in (link, f"{shelf.url}{path}/leave", f"{shelf.url}/me/projects"):
        browser.open(address)
        check(browser)
