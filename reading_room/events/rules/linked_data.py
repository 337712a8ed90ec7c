"""An event as search engines read it: schema.org's Event in JSON-LD; of who takes part, counts alone."""

from __future__ import annotations

import json
from datetime import datetime

from reading_room.events.rules.calendar import ZONE_INFO
from reading_room.events.rules.event import Event, EventKind, EventState

CONTEXT = "https://schema.org"
_IN_HTML = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
TYPES = {EventKind.CONFERENCE: "Event", EventKind.SEMINAR: "EducationEvent"}


def format_event(event: Event, address: str, library: str, free: int | None) -> str:
    """Return it as text that may stand within a script element.

    address: of the library's pages, without a slash at the end; library: its name; free: places left.
    """
    page, told = f"{address}/events/{event.id}", event.told
    value: dict[str, object] = {
        "@context": CONTEXT,
        "@type": TYPES.get(event.kind, "EducationEvent"),
        "@id": page,
        "url": page,
        "name": told.title,
        "inLanguage": told.language,
        "startDate": _time(event.begins_at),
        "endDate": _time(event.ends_at),
        "eventStatus": f"{CONTEXT}/{_status(event)}",
        "eventAttendanceMode": f"{CONTEXT}/{_mode(event)}",
        "isAccessibleForFree": True,
        "organizer": {"@type": "Organization", "name": library, "url": address},
        "location": _locations(event, page),
    }
    if told.about:
        value["description"] = told.about
    if told.speakers:
        value["performer"] = [{"@type": "Person", "name": one.name} for one in told.speakers]
    if told.program:
        value["subEvent"] = [
            {"@type": "Event", "name": one.text, "startDate": _time(one.at)} for one in told.program
        ]
    if told.materials:
        value["workFeatured"] = [
            {"@type": "CreativeWork", "url": f"{address}/resources/{one.digest.hex()}"}
            for one in told.materials
        ]
    if event.places:
        value["maximumAttendeeCapacity"] = event.places
        value["remainingAttendeeCapacity"] = free or 0
    return json.dumps(value, ensure_ascii=False).translate(_IN_HTML)


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, ZONE_INFO).isoformat()


def _status(event: Event) -> str:
    return "EventCancelled" if event.state is EventState.CANCELED else "EventScheduled"


def _mode(event: Event) -> str:
    if not event.room:
        return "OfflineEventAttendanceMode"
    return "MixedEventAttendanceMode" if event.told.venue else "OnlineEventAttendanceMode"


def _locations(event: Event, page: str) -> list[dict[str, str]]:
    """Return where it is held; the address of a room online is never told, its page is."""
    found = []
    if event.told.venue or not event.room:
        found.append({"@type": "Place", "name": event.told.venue or page})
    if event.room:
        found.append({"@type": "VirtualLocation", "url": page})
    return found
