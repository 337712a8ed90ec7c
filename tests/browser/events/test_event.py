"""An event in a browser: made at the desk, announced, taken, asked at; on a phone, without scripts."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from datetime import datetime

import pytest

from ledger_service.messages.languages import LANGUAGES
from reading_room.events.rules.calendar import ZONE_INFO
from scripts.harness.served_library import ServedLibrary
from tests.browser.conftest import Browser
from tests.browser.test_looks import check_looks
from tests.browser.test_pages import fits
from tests.simulators.people.browser import BrowserSimulator

ROOMS = {"MUHR_EVENT_ROOMS": "jitsi=https://meet.example.uz/{room}"}
PEOPLE = 6
LOOKS = ("light", "dark")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedLibrary]:
    """Yield a library whose university runs rooms online, with a registered paper."""
    folder = tmp_path_factory.mktemp("events")
    with ServedLibrary(folder, "library.test/events", settings=ROOMS) as library:
        library.license("seminar-only", longest_loan_seconds=30 * 86_400)
        library.register(b"the slides", license="seminar-only", title="Navoiy gʻazallari: slaydlar")
        library.register(b"the paper", title="Navoiy gʻazallari haqida")
        library.at_rest()
        yield library


def local(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, ZONE_INFO):%Y-%m-%dT%H:%M}"


def fields(library: ServedLibrary) -> dict[str, str]:
    now, digests = (
        time.time(),
        {
            name: hashlib.sha256(data).hexdigest()
            for name, data in (("slides", b"the slides"), ("paper", b"the paper"))
        },
    )
    return {
        "kind": "seminar",
        "title": "Navoiy gʻazallari: matn, maʼno va nashr tarixi",
        "about": "Ikki soatlik suhbat.\nSavollar oldindan yuborilishi mumkin.",
        "language": "uz",
        "venue": "Samarqand davlat universiteti, 12-xona",
        "begins": local(now + 600),
        "ends": local(now + 7800),
        "places": str(PEOPLE - 2),
        "room": "jitsi",
        "speakers": "Anvar Karimov | SamDU\nЛ. Петрова | Институт востоковедения",
        "program": "10:00 | Kirish soʻzi | Anvar Karimov\n11:00 | Савол-жавоб",
        "materials": f"{digests['paper']} | paper\n{digests['slides']} | slides | {local(now + 86_400)[:10]}",
    }


@pytest.fixture(scope="module")
def desk(library: ServedLibrary) -> Iterator[BrowserSimulator]:
    with BrowserSimulator(library.url) as desk:
        assert desk.sign_in(library.kept_token("registrar")).status_code == 303
        yield desk


@pytest.fixture(scope="module")
def people(library: ServedLibrary) -> Iterator[list[BrowserSimulator]]:
    """Yield the browsers of some readers who are signed in."""
    registrar = library.client("registrar")
    people = [BrowserSimulator(library.url) for _ in range(PEOPLE)]
    for one in people:
        token = registrar.post("/readers").json()["token"]
        assert one.sign_in(token).status_code == 303
    yield people
    for one in people:
        one.close()


@pytest.fixture(scope="module")
def event(library: ServedLibrary, desk: BrowserSimulator, people: list[BrowserSimulator]) -> str:
    """Return an event that runs soon: four have a place, two wait, three questions were asked."""
    made = desk.post("/desk/events", data=fields(library))
    assert made.status_code == 303, made.text
    name = made.headers["location"].rpartition("/")[2]
    assert desk.post(f"/desk/events/{name}/step", data={"do": "announce"}).status_code == 303
    for number, one in enumerate(people):
        given = {"name": f"Oʻquvchi {number}"}
        assert one.post(f"/events/{name}/place", data=given).status_code == 303
    for one in people[:3]:
        asked = one.post(f"/events/{name}/questions", data={"text": "Qoʻlyozma qayerda saqlanadi?"})
        assert asked.status_code == 303
    desk.post(f"/desk/events/{name}/message", data={"text": "Xona oʻzgardi: 14-xona."})
    return name


def come(browser: Browser, url: str, token: str) -> None:
    """Sign somebody in by their token."""
    browser.open(f"{url}/sign-in?lang=en")
    browser.command("Network.clearBrowserCookies")
    browser.open(f"{url}/sign-in?lang=en&then=/help")
    browser.find("#token").send_keys(token)
    browser.find("form[action='/sign-in/token'] button").click()
    browser.wait_for(lambda: browser.driver.current_url == f"{url}/help")


def press(browser: Browser, control: str) -> None:
    """Press a button that leads to another page, and wait for that."""
    old = browser.find("html")
    browser.find(control).click()
    browser.wait_for(lambda: browser.find("html") != old)


def looked_at(browser: Browser, url: str, path: str) -> None:
    """Check that a page fits a phone in each language, and that axe finds nothing in it."""
    mark = "&" if "?" in path else "?"
    for language in LANGUAGES:
        browser.open(f"{url}{path}{mark}lang={language}")
        assert fits(browser), (path, language)
    check_looks(browser, LOOKS)
    browser.prefer()


def test_what_everybody_sees(browser: Browser, library: ServedLibrary, event: str) -> None:
    browser.open(library.url + "/sign-in")
    browser.command("Network.clearBrowserCookies")
    for path in ("/events", "/events?over=yes", f"/events/{event}"):
        looked_at(browser, library.url, path)
    browser.open(f"{library.url}/events/{event}?lang=en")
    page = browser.text("main")
    assert "Participants: 4" in page
    assert "2 people wait in line." in page
    assert "Oʻquvchi" not in page
    assert "meet.example.uz" not in browser.driver.page_source


def test_a_place_is_taken_and_something_asked_without_scripts(
    browser_without_scripts: Browser,
    library: ServedLibrary,
    event: str,
    people: list[BrowserSimulator],
) -> None:
    browser = browser_without_scripts
    token = library.client("registrar").post("/readers").json()["token"]
    come(browser, library.url, token)
    browser.open(f"{library.url}/events/{event}")
    browser.find("#name").send_keys("Dilnoza")
    press(browser, "form[action$='/place'] button")
    assert "2 people are before you." in browser.text("#place")
    for one in people[:3]:
        one.post(f"/events/{event}/place", data={"do": "leave"})
    browser.open(f"{library.url}/events/{event}")
    assert "A place is kept for you." in browser.text("#place")
    browser.find("#name").send_keys("Dilnoza")
    press(browser, "form[action$='/place'] button")
    assert "You have a place." in browser.text("#place")
    assert browser.find("#place a.act").get_attribute("href").startswith("https://meet.example.uz/")
    assert "14-xona" in browser.text("main")
    press(browser, f"a[href='/events/{event}/questions']")
    browser.find("#text").send_keys("Nashr qachon chiqadi?")
    press(browser, "form.card button")
    assert "Nashr qachon chiqadi?" in browser.text("#live")
    press(browser, "#live li:last-child button[value='vote']")
    assert "1 vote" in browser.text("#live")
    for path in (f"/events/{event}", f"/events/{event}/questions", "/me/events"):
        browser.open(library.url + path)
        assert fits(browser), path


def test_questions_come_by_themselves_and_do_not_disturb_who_writes(
    browser: Browser, library: ServedLibrary, event: str, people: list[BrowserSimulator]
) -> None:
    token = library.client("registrar").post("/readers").json()["token"]
    come(browser, library.url, token)
    one = people[3]
    with BrowserSimulator(library.url) as desk:
        desk.sign_in(library.kept_token("registrar"))
        places = {**fields(library), "places": "20"}
        assert desk.post(f"/desk/events/{event}", data=places).status_code == 303
    browser.open(f"{library.url}/events/{event}")
    browser.find("#name").send_keys("Kamola")
    press(browser, "form[action$='/place'] button")
    looked_at(browser, library.url, f"/events/{event}")
    looked_at(browser, library.url, "/me/events")
    looked_at(browser, library.url, f"/events/{event}/questions")
    browser.open(f"{library.url}/events/{event}/questions?lang=en")
    browser.find("#text").send_keys("I am writing")
    one.post(f"/events/{event}/questions", data={"text": "Yangi savol keldi"})
    browser.wait_for(lambda: "Yangi savol keldi" in browser.text("#live"), 20)
    assert browser.find("#text").get_attribute("value") == "I am writing"


def test_the_desk(browser: Browser, library: ServedLibrary, event: str) -> None:
    come(browser, library.url, library.kept_token("registrar"))
    for path in ("/desk/events", "/desk/events/new", f"/desk/events/{event}"):
        looked_at(browser, library.url, path)
    looked_at(browser, library.url, f"/events/{event}/questions")
    browser.open(f"{library.url}/desk/events/{event}?lang=en")
    assert "Oʻquvchi 4" in browser.text("main")
    press(browser, "form[action$='/give'] button")
    assert "were given" in browser.text("main")
