"""The pages of events: for everybody, for who takes part, and for the desk; none needs a script."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.domain.people.permission import Permission
from ledger_service.web.layout import OwnLink
from reading_room.events.attendance import pages as attendance
from reading_room.events.pages import calendars, desk, desk_acts, own, public, questions

PARTS = (calendars, public, own, questions, desk, desk_acts, attendance)
# Not by include_router: the head of every page looks for the paths of rooms' routes.
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
LINKS = (("/events", "page.events.title"),)
"""(path, id of the words) of the links that lead here from every page."""
ME_LINKS = (
    OwnLink("/me/events", "page.events.own", "page.events.own-about", Permission.EVENT_JOIN),
)
