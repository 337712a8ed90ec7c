"""Events as calendars of others take them in: iCalendar (RFC 5545), published, or mailed (RFC 5546).

Times stand in the library's own zone, with its rules beside them, so that a calendar shows them where they
are held. What is told is public but for who is invited; the way to a room online is never in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as CalendarEvent

from reading_room.events.rules.event import Event, EventState

MEDIA_TYPE = "text/calendar"
ZONE = "Asia/Tashkent"
ZONE_INFO = ZoneInfo(ZONE)
ZONE_DATES = (date(2000, 1, 1), date(2100, 1, 1))
"""Between which the rules of the zone are written down, as events are."""
PRODUCT = "-//Muhr//Events//EN"
CALLED_OFF = "CANCELLED"  # codespell:ignore cancelled
"""As RFC 5545, §3.8.1.11 spells it."""
REFRESH = timedelta(hours=4)
"""After which a calendar that follows the feed asks again."""


class Method(StrEnum):
    """What a calendar is to do with it. Source: RFC 5546, §3.2."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class Library(NamedTuple):
    """Whose events these are. host: ends their UIDs; address: of the library, without a slash at its end.

    name: of the library; organizer: a mail address, empty for none.
    """

    host: str
    address: str
    name: str
    organizer: str = ""


class Invited(NamedTuple):
    """Who is invited. mail: their address; name: as they gave it."""

    mail: str
    name: str


def write_feed(events: Iterable[Event], library: Library, title: str) -> bytes:
    """Return the events as a feed that calendars follow, those that were canceled as such."""
    calendar = _calendar(Method.PUBLISH)
    calendar.add("X-WR-CALNAME", title)
    calendar.add("NAME", title)  # RFC 7986
    calendar.add("REFRESH-INTERVAL", REFRESH, {"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(_written(event, library))
    return _finished(calendar)


def write_event(event: Event, library: Library) -> bytes:
    """Return one event, to be put into a calendar by hand."""
    calendar = _calendar(Method.PUBLISH)
    calendar.add_component(_written(event, library))
    return _finished(calendar)


def write_invitation(event: Event, library: Library, invited: Invited, method: Method) -> bytes:
    """Return what is mailed to one participant: REQUEST for an event as it is now, or CANCEL."""
    calendar = _calendar(method)
    written = _written(event, library)
    attendee = vCalAddress(f"mailto:{invited.mail}")
    attendee.params["CN"] = vText(_printable(invited.name))
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    written.add("ATTENDEE", attendee, encode=False)
    if method is Method.CANCEL:
        written.pop("STATUS", None)
        written.add("STATUS", CALLED_OFF)
    calendar.add_component(written)
    return _finished(calendar)


def uid_of(event: Event, library: Library) -> str:
    """Return the name by which calendars know an event, for good."""
    return f"event-{event.id}@{library.host}"


def _calendar(method: Method) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method.value)
    return calendar


def _written(event: Event, library: Library) -> CalendarEvent:
    written, page = CalendarEvent(), f"{library.address}/events/{event.id}"
    language = {"LANGUAGE": event.told.language}
    written.add("UID", uid_of(event, library))
    written.add("DTSTAMP", datetime.fromtimestamp(event.changed_at, UTC))
    written.add("CREATED", datetime.fromtimestamp(event.made_at, UTC))
    written.add("LAST-MODIFIED", datetime.fromtimestamp(event.changed_at, UTC))
    written.add("SEQUENCE", event.sequence)
    written.add("DTSTART", datetime.fromtimestamp(event.begins_at, ZONE_INFO))
    written.add("DTEND", datetime.fromtimestamp(event.ends_at, ZONE_INFO))
    written.add("SUMMARY", event.told.title, language)
    if event.told.about:
        written.add("DESCRIPTION", event.told.about, language)
    if event.told.venue:
        written.add("LOCATION", event.told.venue, language)
    written.add("URL", page)
    is_canceled = event.state is EventState.CANCELED
    written.add("STATUS", CALLED_OFF if is_canceled else "CONFIRMED")
    written.add("CATEGORIES", [event.kind.value.upper()])
    organizer = vCalAddress(f"mailto:{library.organizer}" if library.organizer else library.address)
    organizer.params["CN"] = vText(_printable(library.name))
    written.add("ORGANIZER", organizer, encode=False)
    return written


def _finished(calendar: Calendar) -> bytes:
    """Return the text of a calendar, with the rules of each zone that it names."""
    calendar.add_missing_timezones(*ZONE_DATES)
    return bytes(calendar.to_ical())


def _printable(name: str) -> str:
    """Return a name as a parameter may hold it: no controls. Quotes are written as RFC 6868 has it."""
    return "".join(letter for letter in name if letter.isprintable())
