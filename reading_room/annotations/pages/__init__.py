"""The pages of notes: beside a resource, one's own below /me, and those that librarians moderate."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.domain.people.permission import Permission
from ledger_service.web.layout import OwnLink
from reading_room.annotations.pages import beside, moderating, one, own

PARTS = (beside, one, own, moderating)
# Not by include_router: the head of every page looks for the paths of rooms' routes.
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
LINKS: tuple[tuple[str, str], ...] = ()
"""None: notes are led to from where something is read, and from /me."""
ME_LINKS = (
    OwnLink("/me/notes", "page.notes.own", "page.notes.own-about", Permission.ANNOTATION_OWN),
)
