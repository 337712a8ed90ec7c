"""Every page for people in a real browser: small screens, bad lines, and axe-core's rules (WCAG 2.2 AA)."""

from __future__ import annotations

from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import Browser, Shelf
from tests.browser.test_verifying import check
from tests.unit.test_house_rules import PROJECT

AXE = (PROJECT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = (
    "const [rules, done] = arguments;"
    "axe.run(document, {runOnly: rules}).then(({violations, passes}) => done({passes: passes.length,"
    " violations: violations.map(({id, nodes}) => [id, ...nodes.map(({html}) => html)])}))"
)
SMALLEST_TARGET = 44  # CSS pixels, for thumbs
LARGEST_PAGE_BYTES = 50_000  # on the line, with all that it loads; some 7 s at 56 kbit/s
PAGES = {
    "home": "/",
    "verify": "/verify",
    "help": "/help",
    "authentic": "/verify?digest={book}",
    "not registered": "/verify?digest={stranger}",
    "malformed digest": "/verify?digest=" + "x" * 80,
    "resources": "/resources",
    "resource": "/resources/{book}",
    "closed resource": "/resources/{closed}",
    "license": "/licenses/lent-here",
    "collections": "/collections",
    "entry": "/entries/0",
    "problem": "/problems/invalid-inclusion-proof",
    "failure": "/nothing",
    "status": "/status",
    "reading what is open": "/read/{book}",
    "reading what is closed": "/read/{closed}",
}


@pytest.fixture(params=PAGES.values(), ids=PAGES.keys())
def page(request: pytest.FixtureRequest, browser: Browser, shelf: Shelf) -> Browser:
    """Return the browser with a page open."""
    path = request.param.format(
        book=shelf.digest("book"), stranger=shelf.digest("stranger"), closed=shelf.digest("closed")
    )
    browser.open(shelf.url + path)
    return browser


def fits(browser: Browser) -> bool:
    script = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    return browser.run(script) is True


def axe(browser: Browser) -> dict[str, Any]:
    browser.run(AXE)
    found: dict[str, Any] = browser.driver.execute_async_script(RUN_AXE, RULES)
    return found


def test_nothing_is_wider_than_a_small_phone(page: Browser) -> None:
    assert page.run("return innerWidth") == 320
    assert fits(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Browser, scheme: str) -> None:
    page.prefer(prefers_color_scheme=scheme)
    found = axe(page)
    assert found["violations"] == []
    assert found["passes"] > 10


def test_the_tab_key_leads_to_every_link_and_control(page: Browser) -> None:
    wanted = page.driver.find_elements(By.CSS_SELECTOR, "a[href], input, button")
    shown = [item for item in wanted if item.is_displayed()]
    reached = []
    for _ in range(3 * len(shown)):
        page.press(Keys.TAB)
        reached.append(page.driver.switch_to.active_element)
    assert len(shown) >= 4
    assert [item.get_attribute("outerHTML") for item in shown if item not in reached] == []


def test_every_control_is_large_enough_for_a_thumb(page: Browser) -> None:
    controls = page.driver.find_elements(By.CSS_SELECTOR, "input, button")
    shown = [control for control in controls if control.is_displayed()]
    assert [item.rect["height"] for item in shown if item.rect["height"] < SMALLEST_TARGET] == []


def test_nothing_comes_from_elsewhere_and_it_is_light(page: Browser, shelf: Shelf) -> None:
    page.open_anew(page.driver.current_url)
    page.wait_for(lambda: page.run("return document.readyState") == "complete")
    loaded = page.loaded()
    assert [name for name, *_ in loaded if not name.startswith((shelf.url, "data:"))] == []
    once = {name: body for name, body, _ in loaded}  # a module that is preloaded is told twice
    assert 0 < sum(once.values()) < LARGEST_PAGE_BYTES


def test_verdicts_made_on_the_device_fit_and_axe_finds_nothing(
    browser: Browser, shelf: Shelf
) -> None:
    for evidence, file in (("receipt.json", "changed"), ("absence.json", "stranger")):
        browser.open(f"{shelf.url}/verify")
        check(browser, shelf, evidence, file)
        assert fits(browser)
        assert axe(browser)["violations"] == []
