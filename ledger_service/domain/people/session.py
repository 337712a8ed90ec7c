"""A session: that a browser may act for somebody for some hours. It is a token, kept in a cookie.

What the library keeps is the SHA-256 of the secret, which opens nothing. Whoever revokes a token ends the
sessions that were begun with it, and the tokens that were made with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.people.caller import Role

COOKIE = "__Host-muhr"
"""Browsers take a cookie of this name only if it is for one host and secure lines (RFC 6265bis)."""
SESSION_PREFIX = "muhr-session_"
"""Of secrets that a cookie may hold: whatever else is put there lets nobody in."""
MOST_SESSIONS = 20
"""Of one person; a new one ends the one that ends first."""
READER_SECONDS = 24 * 3600
STAFF_SECONDS = 8 * 3600


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody whom the library knows. name: a reader's random name, or the name of a colleague."""

    role: Role
    name: str


def ends_at(role: Role, now: int, parent_ends_at: int | None = None) -> int:
    """Return when a session ends that begins now, in seconds since 1970 UTC: with its token at the latest."""
    latest = now + (READER_SECONDS if role is Role.READER else STAFF_SECONDS)
    return latest if parent_ends_at is None else min(latest, parent_ends_at)
