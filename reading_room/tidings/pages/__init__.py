"""What the room shows: the feed of changes, and pages for librarians."""

from __future__ import annotations

from fastapi import APIRouter

from reading_room.tidings.pages import feed, hooks, notifications

PARTS = (feed, hooks, notifications)
# Not by include_router: the head of every page looks for the paths of rooms' routes.
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
LINKS = (("/changes.atom", "page.changes.title"),)
