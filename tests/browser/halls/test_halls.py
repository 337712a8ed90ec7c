"""A hall in a browser: by keys, a granted book is opened; a changed thing and a full license are refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from websockets.sync.client import connect

from ledger_service.domain.resources.record_parts import PartOf
from ledger_service.domain.resources.search import collection_id
from reading_room.halls.presence.wire import write_states
from scripts.harness.waiting import wait_until
from tests.browser.conftest import Browser, Shelf, start
from tests.browser.test_looks import check_looks
from tests.browser.test_pages import fits
from tests.reading_room.halls.conftest import STEPS, send
from tests.simulators.people.browser import BrowserSimulator

DRAWING = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
IWER = Path(__file__).parents[3] / "node_modules" / "iwer" / "build" / "iwer.min.js"
HEADSET = (
    "globalThis.worn = new IWER.XRDevice(IWER.metaQuest3);"
    "worn.installRuntime({ forceInstall: true });"
)
RIG = "document.querySelector('a-scene > a-entity').object3D"
CHANGED = """
const real = window.fetch;
window.fetch = async (address, ...more) => {
  const answer = await real(address, ...more);
  if (!String(address).includes(WHERE)) return answer;
  const bytes = new Uint8Array(await answer.arrayBuffer());
  bytes[AT] ^= 1;
  return new Response(bytes, { status: 200, headers: answer.headers });
};
"""
REQUESTS = (
    "return performance.getEntriesByType('resource').map((one) => [one.name, one.encodedBodySize])"
)
FIGURES = (
    "return document.querySelector('a-scene').object3D.children"
    ".filter((one) => one.children.some((part) => part.type === 'Sprite')).length"
)
FIRST_SCENE_BYTES = 2_000_000


class Halls(NamedTuple):
    """hall: of a collection with a book of one seat; token: of the reader to whom another book is lent."""

    hall: str
    laboratory: str
    full: str
    lent: str
    token: str


@pytest.fixture(scope="module")
def halls(shelf: Shelf) -> Halls:
    library = shelf.library
    library.license("one-copy", seats=1)
    full = library.register(b"the only copy", title="The only copy", license="one-copy")["digest"]
    lent = library.register(b"on anatomy", title="On anatomy", license="lent-here")["digest"]
    free = library.register(b"for everybody", title="For everybody")["digest"]
    registrar = library.client("registrar")
    for digest in (full, lent, free):
        part = {"part_of": [{"title": "A course"}]}
        told = registrar.post(f"/resources/{digest}/descriptions", json=part)
        assert told.status_code == 200, told.text
    holder, reader = (registrar.post("/readers").json() for _ in range(2))
    library.readers.append(holder["reader"])
    library.grant(full, reader=holder["reader"])
    library.grant(lent, reader=reader["reader"])
    collection = collection_id(PartOf("A course", "", ""))
    with BrowserSimulator(shelf.url) as desk:
        assert desk.sign_in(library.kept_token("registrar")).status_code == 303
        wait_until(lambda: collection in desk.get("/desk/halls").text, "no such collection")
        given = {"kind": "hall", "title": "The reading room", "collection": collection}
        hall = send(desk, "/desk/halls", **given).headers["location"][-16:]
        given = {"kind": "laboratory", "title": "Benzene", "ready": "benzene", **STEPS}
        laboratory = send(desk, "/desk/halls", **given).headers["location"][-16:]
    library.at_rest()
    return Halls(hall, laboratory, full, lent, reader["token"])


@pytest.fixture
def open_browser(tmp_path: Path) -> Iterator[Callable[..., Browser]]:
    """Return a function that opens a browser that can draw, and runs a script before each page."""
    opened = []

    def make(before: str = "", width: int = 800, height: int = 640) -> Browser:
        driver = start(tmp_path / str(len(opened)), {}, *DRAWING)
        opened.append(driver)
        browser = Browser(driver)
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        browser.command("Emulation.setDeviceMetricsOverride", **size)
        if before:
            browser.command("Page.addScriptToEvaluateOnNewDocument", source=before)
        return browser

    yield make
    for driver in opened:
        driver.quit()


def come(browser: Browser, shelf: Shelf, token: str) -> None:
    browser.open(f"{shelf.url}/sign-in?lang=en")
    browser.find("#token").send_keys(token)
    browser.find("form[action='/sign-in/token'] button").click()
    browser.wait_for(lambda: "/sign-in" not in browser.driver.current_url)


def walk_in(browser: Browser, shelf: Shelf, hall: str) -> str:
    """Walk in by the keyboard; return what is said then."""
    browser.open(f"{shelf.url}/halls/{hall}?lang=en")
    browser.reach("#walk-in")
    browser.press(Keys.ENTER)
    says = "#scene-says"
    browser.wait_for(
        lambda: (
            browser.find("#scene").get_attribute("data-open")
            or "bad" in browser.find(says).get_attribute("class")
        )
    )
    return browser.text(says)


def test_by_keys_alone_a_granted_book_is_taken_and_opened_and_a_full_one_is_not(
    open_browser: Callable[..., Browser], shelf: Shelf, halls: Halls
) -> None:
    browser = open_browser()
    come(browser, shelf, halls.token)
    assert "Everything in it is what the library signed" in walk_in(browser, shelf, halls.hall)
    assert "signed state of the public register" in browser.text("#scene-says")
    asked = browser.run(REQUESTS)
    assert isinstance(asked, list)
    assert [name for name, _ in asked if not name.startswith(shelf.url)] == []
    assert sum(size for _, size in asked) < FIRST_SCENE_BYTES
    assert browser.driver.switch_to.active_element == browser.find("#stage")
    place = "return document.querySelector('a-scene > a-entity').object3D.position.z"
    before = browser.run(place)
    browser.run("arguments[0].focus()", browser.find("#stage"))
    browser.command("Input.dispatchKeyEvent", type="keyDown", code="ArrowDown", key="ArrowDown")
    browser.wait_for(lambda: browser.run(place) != before)
    browser.command("Input.dispatchKeyEvent", type="keyUp", code="ArrowDown", key="ArrowDown")
    seen = {}
    for _ in range(3):
        browser.press(Keys.PAGE_DOWN)
        browser.press(Keys.ENTER)
        browser.wait_for(lambda: browser.driver.find_elements(By.CSS_SELECTOR, "#hand #book h3"))
        seen[browser.text("#hand #book h3")] = browser.text("#hand #book")
    assert set(seen) == {"On anatomy", "For everybody", "The only copy"}
    assert "all 1 copies are lent to others" in seen["The only copy"]
    assert "Open and read" not in seen["The only copy"]
    assert "Authentic" in seen["On anatomy"]
    check_looks(browser, ("light", "dark"))
    browser.press(Keys.PAGE_DOWN)  # around to the first, which is lent to the reader
    browser.press(Keys.ENTER)
    browser.wait_for(lambda: "On anatomy" in browser.text("#hand"))
    browser.find(f"#hand form[action='/read/{halls.lent}'] button").send_keys(Keys.ENTER)
    browser.wait_for(lambda: browser.driver.current_url == f"{shelf.url}/read/{halls.lent}")
    assert "On anatomy" in browser.text("h1")


def test_others_are_seen_by_who_wishes_to_be_seen(
    open_browser: Callable[..., Browser], shelf: Shelf, halls: Halls
) -> None:
    browser, library = open_browser(), shelf.library
    come(browser, shelf, halls.token)
    walk_in(browser, shelf, halls.hall)
    address = f"{shelf.url.replace('http', 'ws')}/api/v1/halls/{halls.hall}/presence"
    token = library.client("registrar").post("/readers").json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    with connect(address, additional_headers=headers, proxy=None) as other:
        browser.find("#seen-name").send_keys("Aziza")
        browser.find("#be-seen button").send_keys(Keys.ENTER)
        told = other.recv(timeout=20)
        assert isinstance(told, bytes)
        assert b'"name":"Aziza"' in told
        other.send(write_states({1: (1, '{"name":"Bobur","turn":0,"x":1,"z":-1}')}))
        browser.wait_for(lambda: browser.run(FIGURES) == 1)
    browser.wait_for(lambda: browser.run(FIGURES) == 0)


@pytest.mark.parametrize(
    ("where", "at", "says"),
    [
        ("/assets/", 300, "a thing in it is not the one that the library signed ("),
        ("/manifest", 60, "not signed by this library"),
    ],
    ids=["texture", "manifest"],
)
def test_what_was_changed_is_refused_and_the_list_stays(
    open_browser: Callable[..., Browser], shelf: Shelf, halls: Halls, where: str, at: int, says: str
) -> None:
    before = CHANGED.replace("WHERE", f'"{where}"').replace("AT", str(at))
    browser = open_browser(before)
    assert says in walk_in(browser, shelf, halls.hall)
    assert browser.driver.find_elements(By.CSS_SELECTOR, "a-scene") == []
    assert "For everybody" in browser.text("#works")
    check_looks(browser, ("light",))


def test_with_a_headset_the_room_is_entered(
    open_browser: Callable[..., Browser], shelf: Shelf, halls: Halls
) -> None:
    browser = open_browser(f"{IWER.read_text()};{HEADSET}")
    walk_in(browser, shelf, halls.hall)
    browser.wait_for(lambda: browser.find("#headset").is_displayed())
    browser.find("#headset").click()
    browser.wait_for(lambda: browser.run("return document.querySelector('a-scene').is('vr-mode')"))
    asked = browser.run(REQUESTS)
    assert isinstance(asked, list)
    assert [name for name, _ in asked if not name.startswith(shelf.url)] == []


def test_with_a_headset_one_walks_by_sticks_and_is_told_what_the_page_says(
    open_browser: Callable[..., Browser], shelf: Shelf, halls: Halls
) -> None:
    browser = open_browser(f"{IWER.read_text()};{HEADSET}")
    come(browser, shelf, halls.token)
    walk_in(browser, shelf, halls.hall)
    browser.wait_for(lambda: browser.find("#headset").is_displayed())
    browser.find("#headset").click()
    browser.wait_for(lambda: browser.run("return document.querySelector('a-scene').is('vr-mode')"))

    def push(hand: str, x: float, y: float) -> None:
        browser.run(f"worn.controllers.{hand}.updateAxes('thumbstick', {x}, {y})")

    def of_rig(what: str) -> float:
        told = browser.run(f"return {RIG}.{what}")
        assert isinstance(told, int | float)
        return told

    behind = of_rig("position.z")
    push("left", 0, 1)
    browser.wait_for(lambda: of_rig("position.z") > behind + 0.5)
    push("left", 0, 0)
    push("right", 1, 0)
    browser.wait_for(lambda: of_rig("rotation.y") != 0)
    turned = of_rig("rotation.y")
    assert round(turned, 4) == round(-math.pi / 6, 4)
    push("right", 0, 0)
    push("left", 0, -1)  # to where they look now: to the right of the shelves
    aside = of_rig("position.x")
    browser.wait_for(lambda: of_rig("position.x") > aside + 0.2)
    push("left", 0, 0)
    assert of_rig("rotation.y") == turned  # held, a stick turns once

    said = "return document.querySelector('a-scene').board.said"
    assert "Left stick: walk" in str(browser.run(said))
    point = "document.querySelectorAll('a-scene > .book')[0].click()"
    browser.run(point)
    assert "On anatomy" in str(browser.run(said))
    browser.run(point)
    browser.wait_for(lambda: "Authentic" in str(browser.run(said)))
    browser.run(point)  # leaves the headset, and leads to what opens the book
    browser.wait_for(
        lambda: (
            browser.driver.switch_to.active_element.get_attribute("id") == ""
            and browser.driver.switch_to.active_element.text == "Open and read"
        )
    )
    assert not browser.run("return document.querySelector('a-scene').is('vr-mode')")


def test_a_laboratory_is_done_on_a_phone_signed_by_the_browser_and_handed_in(
    open_browser: Callable[..., Browser], shelf: Shelf, halls: Halls
) -> None:
    browser = open_browser(width=360, height=740)
    come(browser, shelf, halls.token)
    assert "The model is on the table" in walk_in(browser, shelf, halls.laboratory)
    assert fits(browser)
    browser.find(".look button").click()
    assert browser.driver.find_elements(By.CSS_SELECTOR, ".steps > li.pointed-at")
    check_looks(browser, ("light", "dark"))
    browser.find("#a-0-1").send_keys(Keys.SPACE)
    browser.find("#a-1").send_keys("A ring\nof six")
    browser.find("#steps button:not(.plain)").send_keys(Keys.ENTER)
    browser.wait_for(lambda: browser.driver.current_url == f"{shelf.url}/me/laboratories")
    assert "A key of your browser has signed it" in browser.text("main")
    check_looks(browser, ("light",))
    assert fits(browser)


def test_the_desk_of_halls_fits_a_phone_and_axe_finds_nothing(
    open_browser: Callable[..., Browser], shelf: Shelf, halls: Halls
) -> None:
    browser = open_browser(width=360, height=740)
    come(browser, shelf, shelf.library.kept_token("registrar"))
    for path in ("", f"/{halls.hall}", f"/{halls.laboratory}"):
        browser.open(f"{shelf.url}/desk/halls{path}?lang=uz")
        browser.run("for (const one of document.querySelectorAll('details')) one.open = true")
        assert fits(browser), path
        check_looks(browser, ("light",))


def test_without_scripts_the_room_is_a_list_and_the_laboratory_a_form(
    browser_without_scripts: Browser, shelf: Shelf, halls: Halls
) -> None:
    browser = browser_without_scripts
    for path in ("", f"/{halls.hall}", f"/{halls.hall}/works/{halls.full}", f"/{halls.laboratory}"):
        browser.open(f"{shelf.url}/halls{path}?lang=uz")
        assert len(browser.text("h1")) > 5
        assert fits(browser)
    browser.open(f"{shelf.url}/halls/{halls.hall}?lang=en")
    assert "The only copy" in browser.text("#works")
    assert not browser.find("#walk-in").is_displayed()
