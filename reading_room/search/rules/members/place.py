"""Where each library's list goes on after a page, as a cursor carries it.

The cursor holds all: no server keeps anything of a visitor's search. Each library's own cursor names the last
work that it told before, so that works which come or go meanwhile move none; what was told and not shown is
told again.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidCursor, InvalidJson
from ledger_service.domain.identifiers import StewardId
from reading_room.search.rules.members.told import LONGEST_CURSOR

LONGEST = 14_000  # characters of a cursor: of 64 libraries
MOST_LIBRARIES = 64
MOST_SEEN = 100  # works of earlier pages that are not shown again
MOST_SKIPPED = 100
_STEWARD = re.compile(r"[0-9a-f]{16}\Z")
_SEEN = re.compile(r"[0-9a-f]{8}\Z")


@dataclass(frozen=True)
class Place:
    """cursor: of the library, "" for its first page; skipped: works after it that were shown."""

    cursor: str = ""
    skipped: int = 0


@dataclass(frozen=True)
class Places:
    """of: by the first 16 digits of each steward whose list goes on; None on the first page, where each
    begins. seen: digits of the works that were shown, oldest first.
    """

    of: Mapping[str, Place] | None = None
    seen: tuple[str, ...] = field(default=())

    @classmethod
    def parse(cls, text: str) -> Places:
        """Return what a cursor says; raise InvalidCursor."""
        if not text:
            return cls()
        try:
            if len(text) > LONGEST or not text.isascii():
                raise InvalidCursor()
            value = foreign_json.parse(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            of = {str(name): Place(*place) for name, place in value["at"].items()}
            found = cls(of, tuple(value["seen"]))
            found._check()
        except (
            binascii.Error,
            InvalidJson,
            KeyError,
            TypeError,
            AttributeError,
            ValueError,
        ) as exc:
            raise InvalidCursor() from exc
        return found

    def of_steward(self, steward: StewardId) -> Place | None:
        """Return from where on a library tells on this page; None if all of it was shown."""
        return Place() if self.of is None else self.of.get(digits_of_steward(steward))

    def format(self) -> str:
        """Return the cursor; inverse of `parse`."""
        at = {name: [place.cursor, place.skipped] for name, place in (self.of or {}).items()}
        text = json.dumps({"at": at, "seen": self.seen[-MOST_SEEN:]}, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _check(self) -> None:
        of = self.of or {}
        if len(of) > MOST_LIBRARIES or len(self.seen) > MOST_SEEN:
            raise InvalidCursor()
        if not all(map(_STEWARD.match, of)) or not all(map(_SEEN.match, self.seen)):
            raise InvalidCursor()
        for place in of.values():
            is_text = isinstance(place.cursor, str) and place.cursor.isascii()
            is_number = isinstance(place.skipped, int) and not isinstance(place.skipped, bool)
            if not (is_text and is_number and len(place.cursor) <= LONGEST_CURSOR):
                raise InvalidCursor()
            if not 0 <= place.skipped < MOST_SKIPPED:
                raise InvalidCursor()


def digits_of_steward(steward: StewardId) -> str:
    """Return by which digits a cursor names a steward."""
    return steward.hex()[:16]
