"""A real OpenID provider (npm oidc-provider) signs readers and staff in and out, through Chromium."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from selenium.webdriver.common.by import By

from scripts.harness.served_library import ServedLibrary
from tests.browser.conftest import Browser
from tests.browser.test_pages import axe, fits

FLOW = "__Host-muhr-flow"


def at_university(browser: Browser, person: str) -> None:
    """Sign in there with any password, and agree."""
    browser.wait_for(lambda: browser.driver.find_elements(By.NAME, "login"))
    browser.find("[name=login]").send_keys(person)
    browser.find("[name=password]").send_keys("any")
    browser.find("button[type=submit]").click()
    browser.wait_for(lambda: "consent" in browser.driver.page_source.lower())
    browser.find("button[type=submit]").click()


def sign_in(browser: Browser, place: ServedLibrary, person: str, then: str = "/resources") -> None:
    browser.open(f"{place.url}/sign-in?lang=en&then={then}")
    browser.find("a[href^='/sign-in/university/tatu']").click()
    at_university(browser, person)


def is_in(browser: Browser) -> bool:
    return bool(browser.driver.find_elements(By.CSS_SELECTOR, "form[action='/sign-out']"))


def test_the_test_of_the_provider_finds_no_fault(place: ServedLibrary, university: str) -> None:
    told = place.muhr("provider", "test", "tatu")
    assert university in told
    assert "✗" not in told
    assert "It knows this library by its secret." in told


def test_a_student_signs_in_and_out_here_and_there(
    fresh: Browser, place: ServedLibrary, university: str
) -> None:
    fresh.open(f"{place.url}/sign-in?lang=en")
    assert fits(fresh)
    assert axe(fresh)["violations"] == []
    sign_in(fresh, place, "student-1")
    fresh.wait_for(lambda: urlsplit(fresh.driver.current_url).path == "/resources")
    assert is_in(fresh)
    fresh.find("form[action='/sign-out'] button").click()
    fresh.wait_for(lambda: fresh.driver.current_url.endswith("/left"))
    assert fits(fresh)
    assert axe(fresh)["violations"] == []
    fresh.find(f"a[href^='{university}']").click()
    fresh.wait_for(lambda: fresh.driver.find_elements(By.NAME, "logout"))
    fresh.find("[name=logout]").click()
    fresh.wait_for(lambda: fresh.driver.current_url == f"{place.url}/")
    assert not is_in(fresh)


def test_a_librarian_comes_to_the_desk_and_others_do_not_come_in(
    fresh: Browser, place: ServedLibrary, university: str
) -> None:
    sign_in(fresh, place, "librarian-1", "/desk")
    fresh.wait_for(lambda: fresh.driver.find_elements(By.CSS_SELECTOR, ".desk-bar"))
    fresh.command("Network.clearBrowserCookies")
    sign_in(fresh, place, "visitor-1")
    fresh.wait_for(lambda: fresh.driver.find_elements(By.CSS_SELECTOR, "#fault"))
    assert "lets in other members" in fresh.text("#fault")
    assert not is_in(fresh)


def test_who_signs_out_at_the_university_is_out_here_at_once(
    fresh: Browser, place: ServedLibrary, university: str
) -> None:
    sign_in(fresh, place, "student-2")
    fresh.wait_for(lambda: is_in(fresh))
    fresh.open(f"{university}/session/end")
    fresh.wait_for(lambda: fresh.driver.find_elements(By.NAME, "logout"))
    fresh.find("[name=logout]").click()
    fresh.wait_for(lambda: "session/end/success" in fresh.driver.current_url)
    fresh.open(f"{place.url}/resources")
    assert not is_in(fresh)


def brought_back(
    browser: Browser, place: ServedLibrary
) -> tuple[dict[str, str], dict[str, object]]:
    """Sign in with a cookie that is lost on the way; return the answer that was refused, and the cookie."""
    browser.command("Network.clearBrowserCookies")
    browser.open(f"{place.url}/sign-in?lang=en")
    browser.find("a[href^='/sign-in/university/tatu']").click()
    browser.wait_for(lambda: browser.driver.find_elements(By.NAME, "login"))
    found: Any = browser.driver.execute_cdp_cmd("Network.getCookies", {"urls": [place.url]})
    [cookie] = [each for each in found["cookies"] if each["name"] == FLOW]
    lost = {"name": FLOW, "url": place.url}
    browser.driver.execute_cdp_cmd("Network.deleteCookies", lost)
    at_university(browser, "student-3")
    browser.wait_for(lambda: browser.driver.find_elements(By.CSS_SELECTOR, "#fault"))
    assert "not begun in this browser" in browser.text("#fault")
    query = parse_qs(urlsplit(str(browser.driver.current_url)).query)
    return {name: values[0] for name, values in query.items()}, cookie


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("state", "another", "belongs to another sign-in"),
        ("iss", "https://evil.example", "comes from another provider"),
        ("code", "another", "did not accept its own answer"),
    ],
)
def test_a_changed_answer_of_the_provider_lets_nobody_in(
    fresh: Browser, place: ServedLibrary, university: str, part: str, value: str, words: str
) -> None:
    brought, cookie = brought_back(fresh, place)
    assert {"code", "state", "iss"} <= brought.keys()
    kept = {name: cookie[name] for name in ("name", "value", "path", "secure", "httpOnly")}
    fresh.driver.execute_cdp_cmd("Network.setCookie", kept | {"url": place.url})
    answer = f"{place.url}/sign-in/university/tatu/answer?"
    fresh.open(answer + urlencode(brought | {part: value}))
    assert words in fresh.text("#fault")
    assert not is_in(fresh)
