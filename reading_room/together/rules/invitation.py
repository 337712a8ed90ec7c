"""Invitations: how long they stand, how many there are, and for which roles."""

from __future__ import annotations

import secrets

from ledger_service.domain.errors import InvalidProject
from reading_room.together.rules.role import ProjectRole

MOST_INVITATIONS = 600  # of a project at a time
MOST_DAYS = 90
USUAL_DAYS = 7
DAY_SECONDS = 86_400
SECRET_BYTES = 32
LONGEST_SECRET = 100  # characters that are looked at
LONGEST_PERSON = 200  # characters of a card number or an account as it is typed


def new_secret() -> str:
    """Return the secret of a link; it is told once, and kept as a digest alone."""
    return secrets.token_urlsafe(SECRET_BYTES)


def end_of(now: int, days: int) -> int:
    """Return when an invitation of so many days ends, in seconds; raise InvalidProject."""
    if not 1 <= days <= MOST_DAYS:
        raise InvalidProject("days", most=MOST_DAYS)
    return now + days * DAY_SECONDS


def check_invited(role: ProjectRole) -> None:
    """Check that somebody may be invited as this: a lead is made of a member; raise InvalidProject."""
    if role is ProjectRole.LEAD:
        raise InvalidProject("lead-invited")
