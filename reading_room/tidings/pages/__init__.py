"""What the room shows: the feed of changes, and pages for librarians."""

from __future__ import annotations

from fastapi import APIRouter

from reading_room.tidings.pages import feed, hooks, notifications

PARTS = (feed, hooks, notifications)
# Not by include_router: the head of every page looks for the paths of rooms' routes.
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
LINKS: tuple[tuple[str, str], ...] = ()
"""None: each page names the feed in its head, and the desk leads to the others."""
