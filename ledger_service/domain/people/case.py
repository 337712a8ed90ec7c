"""Cases: in one an auditor may look at what private entries commit to, for a time, at all or at some."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.errors import InvalidCase
from ledger_service.domain.identifiers import Digest

LONGEST_NAME = 64  # characters
MOST_ABOUT = 100  # resources
LONGEST_SECONDS = 366 * 86_400


@dataclass(frozen=True, slots=True)
class Case:
    """id: 64 hex digits, random; auditor: the colleague's number; until: seconds since 1970 UTC.

    about: the only resources whose openings and denials may be looked at; None: all that is private.
    """

    id: str
    name: str
    auditor: int
    opened_at: int
    until: int
    about: frozenset[Digest] | None = None
    closed_at: int | None = None

    def stands_at(self, at: int) -> bool:
        """Return whether it lets its auditor look at this time."""
        return self.closed_at is None and at < self.until

    def covers(self, digest: Digest | None) -> bool:
        """Return whether it is about this resource; None: about something that is of no resource."""
        return self.about is None or digest in self.about


def check_case(name: str, now: int, until: int, about: frozenset[Digest] | None) -> None:
    """Check that a case may be opened so; raise InvalidCase otherwise."""
    if not name.isprintable() or name != name.strip() or not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidCase("name", longest=LONGEST_NAME)
    if not now < until <= now + LONGEST_SECONDS:
        raise InvalidCase("until")
    if about is not None and not 1 <= len(about) <= MOST_ABOUT:
        raise InvalidCase("about", most=MOST_ABOUT)
