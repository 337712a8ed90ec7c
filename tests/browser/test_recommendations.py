"""What is near to what was opened in this browser: off until it is switched on, and sent to nobody."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from ledger_service.messages.languages import LANGUAGES
from scripts.harness.waiting import wait_until
from tests.browser.conftest import Browser, Shelf
from tests.browser.test_looks import check_looks
from tests.browser.test_pages import fits

KEPT = "return localStorage.getItem('muhr.opened')"


@pytest.fixture(scope="module")
def near(shelf: Shelf) -> tuple[str, str]:
    """Return the digests of two works by one person, after a run."""
    found = []
    for number in range(2):
        told = shelf.library.register(b"near %d" % number, title=f"Near {number} to another")
        found.append(str(told["digest"]))
    shelf.library.at_rest()
    before = shelf.library.registrar.get("/recommendations").json()["number"]
    assert shelf.library.registrar.post("/recommendations").status_code == 202

    def has_ended() -> bool:
        run = shelf.library.registrar.get("/recommendations").json()
        return bool(run["number"] > before and run["ended_at"] is not None)

    wait_until(has_ended, "the run does not end")
    return found[0], found[1]


def test_a_browser_remembers_only_what_it_was_told_to(
    browser: Browser, shelf: Shelf, near: tuple[str, str]
) -> None:
    browser.open(f"{shelf.url}/resources/{near[0]}?lang=en")
    assert browser.text("#near") == "Others are near to this"
    assert browser.run(KEPT) is None
    browser.open(f"{shelf.url}/recommendations?lang=en")
    browser.reach("#own-buttons button")
    browser.press(Keys.ENTER)
    browser.wait_for(lambda: browser.run(KEPT) == "[]")
    browser.open(f"{shelf.url}/resources/{near[0]}?lang=en")
    browser.wait_for(lambda: near[0] in str(browser.run(KEPT)))
    browser.open(f"{shelf.url}/recommendations?lang=en")
    browser.reach("#own-buttons button")
    browser.press(Keys.ENTER)
    browser.wait_for(lambda: browser.text("#own-results"))
    assert "Near 1 to another" in browser.text("#own-results")
    asked = [name for name, _, _ in browser.loaded()]
    assert not [name for name in asked if near[0] in name or near[1] in name]
    assert [name for name in asked if "/recommendations/list/0.json" in name]
    browser.run("document.querySelectorAll('#own-buttons button')[2].focus()")
    browser.press(Keys.ENTER)
    browser.wait_for(lambda: browser.run(KEPT) is None)
    assert browser.text("#own-results") == ""


@pytest.mark.parametrize("page", ["/recommendations", "/recommendations/model-card"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_any_look(
    browser: Browser, shelf: Shelf, near: tuple[str, str], page: str, language: str
) -> None:
    browser.open(f"{shelf.url}{page}?lang={language}")
    assert fits(browser)
    check_looks(browser)
    browser.run("document.documentElement.style.fontSize = '200%'")
    assert fits(browser)
