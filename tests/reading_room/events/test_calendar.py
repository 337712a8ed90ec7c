"""What calendars are given, whatever an event is named, and addresses of rooms online."""

from __future__ import annotations

from dataclasses import replace

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.config import load
from ledger_service.domain.errors import InvalidEvent, InvalidInput
from ledger_service.domain.event_rooms import address_of, parse_rooms
from reading_room.events.rules.calendar import (
    Invited,
    Library,
    Method,
    uid_of,
    write_event,
    write_feed,
    write_invitation,
)
from reading_room.events.rules.event import Event, EventKind, EventState, Told, check_event
from reading_room.events.rules.linked_data import format_event

LIBRARY = Library("library.example.uz", "https://library.example.uz", "library.example.uz/main")
NOW = 1_796_000_000
EVENT = Event(
    id="0123456789abcdef",
    kind=EventKind.DEFENSE,
    state=EventState.ANNOUNCED,
    told=Told("Himoya", "", "uz"),
    begins_at=NOW,
    ends_at=NOW + 7200,
    places=0,
    made_at=NOW - 9000,
    changed_at=NOW - 9000,
    wrapped_key=b"",
)
TEXTS = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=120)


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_it_is_named_it_is_read_as_it_was_written(
    title: str, about: str, name: str
) -> None:
    event = replace(EVENT, told=replace(EVENT.told, title=title, about=about, venue=name))
    invited = Invited("anvar@example.org", name)
    for data in (
        write_event(event, LIBRARY),
        write_invitation(event, LIBRARY, invited, Method.REQUEST),
    ):
        assert all(len(line) <= 75 for line in data.split(b"\r\n"))
        [written] = icalendar.Calendar.from_ical(data).events
        assert [str(written[one]) for one in ("SUMMARY", "DESCRIPTION", "LOCATION")] == [
            title,
            about,
            name,
        ]
        assert written["UID"] == uid_of(event, LIBRARY)
        assert (int(written.start.timestamp()), int(written.end.timestamp())) == (NOW, NOW + 7200)


def test_a_feed_publishes_all_and_says_what_is_off() -> None:
    off = replace(EVENT, id="f" * 16, state=EventState.CANCELED, sequence=4)
    feed = icalendar.Calendar.from_ical(write_feed([EVENT, off], LIBRARY, "Tadbirlar"))
    assert (feed["METHOD"], len(feed.timezones)) == ("PUBLISH", 1)
    assert [(one["SEQUENCE"], one["STATUS"][:6]) for one in feed.events] == [
        (0, "CONFIR"),
        (4, "CANCEL"),
    ]
    assert not any("ATTENDEE" in one for one in feed.events)


def test_linked_data_ends_no_script() -> None:
    event = replace(EVENT, told=replace(EVENT.told, title="</script><b>&", venue=""), room="jitsi")
    text = format_event(event, "https://library.example.uz", "main", None)
    assert "<" not in text
    assert "OnlineEventAttendanceMode" in text


@pytest.mark.parametrize(
    ("others", "why"),
    [
        ({"ends_at": NOW}, "times"),
        ({"begins_at": -1}, "times"),
        ({"ends_at": NOW + 32 * 86_400}, "longest"),
        ({"places": 10_001}, "places"),
        ({"places": -1}, "places"),
        ({"room_minutes": 1441}, "room-minutes"),
    ],
)
def test_an_event_beyond_its_bounds_is_refused(others: dict[str, int], why: str) -> None:
    with pytest.raises(InvalidEvent, match=why):
        check_event(replace(EVENT, **others))


def test_rooms_are_named_addresses() -> None:
    told = "jitsi=https://meet.example.uz/{room} bbb=https://bbb.example.uz/b/{room}?guest=1"
    rooms = load({"MUHR_EVENT_ROOMS": told}).limits.event_rooms
    assert rooms == parse_rooms(told)
    assert address_of(rooms, "jitsi", "a/b?") == "https://meet.example.uz/a%2Fb%3F"
    assert address_of(rooms, "bbb", "x") == "https://bbb.example.uz/b/x?guest=1"
    assert address_of(rooms, "zoom", "x") is None
    assert load({}).limits.event_rooms == ()


@pytest.mark.parametrize(
    "given",
    [
        "jitsi",
        "jitsi=http://meet.example.uz/{room}",
        "jitsi=https://meet.example.uz/",
        "jitsi=https://{room}/a",
        "a=https://x.uz/{room} a=https://y.uz/{room}",
        "JITSI=https://meet.example.uz/{room}",
        "a=https://x.uz/{room}{room}{",
        " ".join(f"r{n}=https://x.uz/{{room}}" for n in range(21)),
    ],
)
def test_a_setting_of_rooms_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput, match="setting-not-rooms"):
        parse_rooms(given)
