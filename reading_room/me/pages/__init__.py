"""The pages below /me that are no other room's. ME_LINKS leads to the parts that the first of them names."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.web.layout import OwnLink
from reading_room.me.pages import courses, credentials, known, loans, overview, passkeys, sessions

PARTS = (overview, loans, courses, credentials, known, sessions, passkeys)
# Not by include_router: the head of every page looks for the paths of rooms' routes.
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
LINKS: tuple[tuple[str, str], ...] = ()
"""None: the head of every page leads here."""
ME_LINKS: tuple[OwnLink, ...] = (
    *loans.LINKS,
    courses.LINK,
    credentials.LINK,
    known.LINK,
    sessions.LINK,
)
