"""Codes that change, and who counts as having been there.

A code follows from a secret of the event and the time: HMAC-SHA-256 of the number of the step, in eight
letters and digits that are not taken for one another. What it proves, and what not: docs/credentials.md.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger_service.domain.errors import InvalidCode, InvalidEvent
from ledger_service.domain.identifiers import Digest

STEP_SECONDS = 30
STEPS_VALID = 2  # the one that is shown, and the one before: who types is slower than who looks
SECRET_BYTES = 32
CODE_LETTERS = 8
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0, 1, I and O
BITS_A_LETTER = 5
MOST_TIMES = 50
MOST_MINUTES = 24 * 60
MINUTE_SECONDS = 60
SECRET = "secret of check-in"


@dataclass(frozen=True)
class CheckInState:
    """How people check in at an event. secret: sealed under the event's key, None once it is closed.

    opened_at, closed_at: seconds since 1970 UTC. least_times: in how many steps somebody has to be seen;
    least_minutes: how much time has to be between the first and the last. statement: what the ledger attests
    of who was there, None until it does.
    """

    event: str
    secret: bytes | None
    opened_at: int
    least_times: int = 1
    least_minutes: int = 0
    closed_at: int | None = None
    statement: Digest | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.least_times <= MOST_TIMES:
            raise InvalidEvent("check-in-times", most=MOST_TIMES)
        if not 0 <= self.least_minutes <= MOST_MINUTES:
            raise InvalidEvent("check-in-minutes", most=MOST_MINUTES)

    @property
    def is_open(self) -> bool:
        """Whether people check in now."""
        return self.closed_at is None

    def counts(self, seen: Sightings) -> bool:
        """Return whether somebody who was seen so counts as having been there."""
        return seen.times >= self.least_times and seen.minutes >= self.least_minutes


@dataclass(frozen=True)
class Sightings:
    """How often somebody checked in, and the first and the last time, in seconds since 1970 UTC."""

    times: int
    first: int
    last: int

    @property
    def minutes(self) -> int:
        """Whole minutes between the first and the last time."""
        return (self.last - self.first) // MINUTE_SECONDS


def step_at(now: int) -> int:
    """Return the number of the step of a time in seconds."""
    return now // STEP_SECONDS


def code_of(secret: bytes, event: str, step: int) -> str:
    """Return the code that is shown in a step."""
    mac = hmac.digest(secret, f"{event} {step}".encode(), hashlib.sha256)
    bits = int.from_bytes(mac[: CODE_LETTERS * BITS_A_LETTER // 8])
    places = range((CODE_LETTERS - 1) * BITS_A_LETTER, -1, -BITS_A_LETTER)
    return "".join(LETTERS[bits >> place & 31] for place in places)


def read_code(text: str) -> str:
    """Return a code as somebody typed it, in capitals and without blanks and dashes; raise InvalidCode."""
    code = "".join(text.split()).replace("-", "").upper()
    if len(code) != CODE_LETTERS or not set(code) <= set(LETTERS):
        raise InvalidCode("form", letters=CODE_LETTERS)
    return code


def step_of(secret: bytes, event: str, code: str, now: int) -> int:
    """Return the step in which a code was shown; raise InvalidCode if it is none of the valid ones."""
    newest = step_at(now)
    for step in range(newest, newest - STEPS_VALID, -1):
        if hmac.compare_digest(code_of(secret, event, step), code):
            return step
    raise InvalidCode("not-now", seconds=STEP_SECONDS * STEPS_VALID)


def device_tag(secret: bytes, device: str) -> bytes:
    """Return by what a device is known at one event alone; it tells nothing once the secret is gone."""
    return hmac.digest(secret, b"device " + device.encode(), hashlib.sha256)


def counted(check_in: CheckInState, seen: Mapping[str, Sightings]) -> dict[str, Sightings]:
    """Return those who count as having been there, by place."""
    return {place: one for place, one in seen.items() if check_in.counts(one)}


def gathered(rows: Iterable[tuple[str, int]]) -> dict[str, Sightings]:
    """Return how often each place was seen. rows: (place, time in seconds), in any order."""
    found: dict[str, Sightings] = {}
    for place, at in rows:
        one = found.get(place, Sightings(0, at, at))
        found[place] = Sightings(one.times + 1, min(one.first, at), max(one.last, at))
    return found
