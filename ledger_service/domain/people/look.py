"""Looks: an auditor was shown what private entries commit to. Each is an entry of the private kind `looked`.

Normative text: docs/formats.md §2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.people.caller import ActorClass

VERSION = 1
MOST_RANGES = 2_000
_CASE = re.compile(r"[0-9a-f]{64}\Z")
_MEMBERS = {"v", "kind", "at", "actor", "case", "colleague", "entries", "shown"}


class Shown(StrEnum):
    """What an auditor was shown of the parts."""

    PARTS = "parts"  # what they say
    COUNTS = "counts"  # how many say what


@dataclass(frozen=True, slots=True)
class Look:
    """at: seconds since 1970 UTC; case: 64 hex digits; colleague: the auditor's number.

    entries: first and last of each range, rising; all openings and denials within were shown.
    """

    at: int
    case: str
    colleague: int
    actor: ActorClass
    shown: Shown
    entries: tuple[tuple[int, int], ...]

    def private_part(self) -> dict[str, object]:
        """Return what the entry commits to; inverse of `of`."""
        return {
            "v": VERSION,
            "kind": "looked",
            "at": self.at,
            "actor": self.actor.value,
            "case": self.case,
            "colleague": self.colleague,
            "entries": [list(item) for item in self.entries],
            "shown": self.shown.value,
        }

    @classmethod
    def of(cls, private: Mapping[str, Any]) -> Look:
        """Return what a private part tells.

        Raises:
            InvalidInput, KeyError, TypeError, ValueError: it tells no look.
        """
        entries = tuple((first, last) for first, last in private["entries"])
        numbers = [
            private["at"],
            private["colleague"],
            *(number for pair in entries for number in pair),
        ]
        ranges = [-1, *(number for pair in entries for number in pair)]
        if (
            set(private) != _MEMBERS
            or (private["v"], private["kind"]) != (VERSION, "looked")
            or any(type(number) is not int or number < 0 for number in numbers)
            or not _CASE.match(private["case"])
            or not 1 <= len(entries) <= MOST_RANGES
            or any(first > last for first, last in entries)
            or any(last >= first for last, first in zip(ranges[::2], ranges[1::2], strict=False))
        ):
            raise InvalidInput("look")
        return cls(
            private["at"],
            private["case"],
            private["colleague"],
            ActorClass(private["actor"]),
            Shown(private["shown"]),
            entries,
        )


def ranges_of(shown: Iterable[int], there: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return the entries that were shown as ranges, in which there is nothing that was not.

    shown, there: entries, rising; what was shown is among what is there. More than MOST_RANGES become one.
    """
    wanted, found = set(shown), list[tuple[int, int]]()
    is_open = False
    for entry in there:
        if entry in wanted:
            first = found.pop()[0] if is_open else entry
            found.append((first, entry))
        is_open = entry in wanted
    if len(found) > MOST_RANGES:
        return ((found[0][0], found[-1][1]),)
    return tuple(found)
