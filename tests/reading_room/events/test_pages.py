"""The pages of events at the shared library: everything by forms, names on the desk's page alone."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from reading_room.events.rules.calendar import ZONE_INFO
from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator

NewReader = Callable[[], tuple[str, BrowserSimulator]]
NAME = "Gulchehra Rahimova"


def local(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, ZONE_INFO):%Y-%m-%dT%H:%M}"


@pytest.fixture
def desk(library: RunningLibrary) -> Iterator[BrowserSimulator]:
    with BrowserSimulator(library.url) as browser:
        assert browser.sign_in(library.token("registrar", "Malika")).status_code == 303
        yield browser


def form(**others: str) -> dict[str, str]:
    told = {
        "kind": "defense",
        "title": "Navoiy <gʻazallari>",
        "about": "Himoya.\nSoʻng savollar.",
        "language": "uz",
        "venue": "12-xona",
        "begins": local(time.time() + 7200),
        "ends": local(time.time() + 14_400),
        "places": "1",
        "speakers": "Anvar Karimov | SamDU",
        "program": "10:00 | Kirish | Anvar Karimov",
    }
    return told | others


@pytest.fixture
def event(desk: BrowserSimulator) -> str:
    """Return the id of an event that is announced, with one place."""
    made = desk.post("/desk/events", data=form())
    assert made.status_code == 303, made.text
    name = made.headers["location"].removeprefix("/desk/events/")
    assert desk.post(f"/desk/events/{name}/step", data={"do": "announce"}).status_code == 303
    return name


def test_a_draft_is_announced_and_told_to_everybody(
    library: RunningLibrary, desk: BrowserSimulator
) -> None:
    made = desk.post("/desk/events", data=form()).headers["location"]
    name = made.removeprefix("/desk/events/")
    with BrowserSimulator(library.url) as anybody:
        assert anybody.get(f"/events/{name}").status_code == 404
        assert anybody.get(f"/events/{name}.ics").status_code == 404
        assert name not in anybody.get("/events").text
        desk.post(f"{made}/step", data={"do": "announce"})
        page = anybody.get(f"/events/{name}")
        assert "Navoiy &lt;gʻazallari&gt;" in page.text
        assert "<gʻazallari>" not in page.text
        told = json.loads(re.findall(r'ld\+json">(.*?)</script>', page.text)[0])
        assert (told["name"], told["remainingAttendeeCapacity"]) == ("Navoiy <gʻazallari>", 1)
        assert told["startDate"].endswith("+05:00")
        assert name in anybody.get("/events").text
        file = anybody.get(f"/events/{name}.ics")
        assert file.headers["content-type"].startswith("text/calendar")
        assert f"event-{name}@" in file.text
        known = anybody.get("/events.ics", headers={"If-None-Match": file.headers["etag"]})
        assert name in known.text
        again = {"If-None-Match": known.headers["etag"]}
        assert anybody.get("/events.ics", headers=again).status_code == 304


def test_places_are_taken_by_forms_and_names_are_for_the_desk(
    library: RunningLibrary, desk: BrowserSimulator, new_reader: NewReader, event: str
) -> None:
    (reader, one), (_, two) = new_reader(), new_reader()
    took = one.post(f"/events/{event}/place", data={"name": NAME})
    assert took.headers["location"] == f"/events/{event}#place"
    two.post(f"/events/{event}/place", data={"name": "Bobur"})
    assert "You have a place." in one.get(f"/events/{event}").text
    assert "You wait in line. 0 people are before you." in two.get(f"/events/{event}").text
    assert NAME in desk.get(f"/desk/events/{event}").text
    with BrowserSimulator(library.url) as anybody:
        shown = [browser.get(f"/events/{event}").text for browser in (anybody, one, two)]
    assert not [page for page in shown if NAME in page or reader in page]
    assert "Participants: 1" in shown[0]
    one.post(f"/events/{event}/place", data={"do": "leave"})
    assert "A place is kept for you." in two.get(f"/events/{event}").text
    two.post(f"/events/{event}/place", data={"name": "Bobur"})
    assert "You have a place." in two.get(f"/events/{event}").text
    assert "Navoiy" in two.get("/me/events").text
    nameless = one.post(f"/events/{event}/place", data={"name": " "})
    assert nameless.status_code == 422
    assert "A name has 1 to 80 characters" in nameless.text


def test_whoever_is_not_signed_in_is_asked_to(library: RunningLibrary, event: str) -> None:
    with BrowserSimulator(library.url) as anybody:
        for path in (f"/events/{event}/place", f"/events/{event}/questions"):
            answer = anybody.post(path, data={"name": "A", "text": "b"})
            assert answer.status_code == 401, answer.text
        assert f"/sign-in?then=/events/{event}" in anybody.get(f"/events/{event}").text
        assert anybody.get("/desk/events").headers["location"].startswith("/sign-in?then=")


def test_a_reader_does_not_come_to_the_desk(new_reader: NewReader, event: str) -> None:
    _, reader = new_reader()
    assert reader.get("/desk/events").status_code == 403
    assert reader.post(f"/desk/events/{event}/step", data={"do": "cancel"}).status_code == 403


def test_questions_are_anonymous_votes_count_once_and_the_desk_answers(
    desk: BrowserSimulator, new_reader: NewReader, event: str
) -> None:
    (_, one), (_, other) = new_reader(), new_reader()
    asked = f"/events/{event}/questions"
    assert other.get(asked).status_code == 403
    one.post(f"/events/{event}/place", data={"name": NAME})
    assert one.post(asked, data={"text": "<b>Qachon?</b>"}).headers["location"] == asked
    page = one.get(asked).text
    assert "&lt;b&gt;Qachon?&lt;/b&gt;" in page
    [number] = re.findall(r'id="q-(\d+)"', page)
    for _ in range(3):
        one.post(f"{asked}/{number}", data={"do": "vote"})
    assert "1 vote" in desk.get(asked).text
    assert NAME not in desk.get(asked).text
    desk.post(f"{asked}/{number}", data={"do": "answer", "answer": "Soat oʻnda."})
    assert "Soat oʻnda." in one.get(asked).text
    desk.post(f"{asked}/{number}", data={"do": "hide"})
    assert "Qachon" not in one.get(asked).text
    assert other.post(f"{asked}/{number}", data={"do": "vote"}).status_code == 403
    one.post(asked, data={"text": "Nega?", "named": "yes"})
    assert NAME in one.get(asked).text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "", "title"),
        ("begins", "yesterday", "no time"),
        ("ends", "2020-01-01T10:00", "ends after it begins"),
        ("places", "99999", "at most 10000 places"),
        ("program", "25:61 | nothing", "no time"),
        ("program", "opening at ten", "no line of the program"),
        ("speakers", "a | b | c | d", "three parts"),
        ("materials", "zz", "no fingerprint"),
        ("materials", "0" * 64, "has not registered"),
        ("room", "nowhere", "no such room"),
    ],
)
def test_a_form_that_is_refused_keeps_what_was_typed(
    desk: BrowserSimulator, field: str, value: str, said: str
) -> None:
    answer = desk.post("/desk/events", data=form(about="Kept as it was typed", **{field: value}))
    assert answer.status_code == 422
    assert said in answer.text
    assert "Kept as it was typed" in answer.text


def test_an_event_that_is_canceled_is_told_as_such(
    library: RunningLibrary, desk: BrowserSimulator, event: str
) -> None:
    path = f"/desk/events/{event}"
    changed = desk.post(path, data=form(title="Boshqa nom"))
    assert changed.status_code == 303
    early = desk.post(f"{path}/step", data={"do": "close"})
    assert (early.status_code, "has not begun" in early.text) == (422, True)
    assert desk.post(f"{path}/step", data={"do": "cancel"}).status_code == 303
    with BrowserSimulator(library.url) as anybody:
        assert "EventCancelled" in anybody.get(f"/events/{event}").text  # codespell:ignore
        file = anybody.get(f"/events/{event}.ics").text
        assert "STATUS:CANCELLED" in file  # codespell:ignore
        assert "SEQUENCE:2" in file
    assert desk.post(path, data=form()).status_code == 422


def test_who_is_erased_vanishes_from_the_event(
    desk: BrowserSimulator, new_reader: NewReader, event: str
) -> None:
    _, one = new_reader()
    one.post(f"/events/{event}/place", data={"name": NAME})
    one.post(f"/events/{event}/questions", data={"text": "Qachon tugaydi?"})
    assert one.get("/api/v1/me/known").status_code in (200, 404)
    assert one.post("/me/known/erase", data={"sure": "yes"}).status_code == 200
    for path in (f"/desk/events/{event}", f"/events/{event}/questions"):
        page = desk.get(path).text
        assert NAME not in page
        assert "Qachon tugaydi" not in page
