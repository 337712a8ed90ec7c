"""The pages of halls: to walk in, one's own work of laboratories, and the desk where they are made."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.domain.people.permission import Permission
from ledger_service.web.layout import OwnLink
from reading_room.halls.pages import desk, laboratory, own, walk

PARTS = (walk, laboratory, own, desk)
# Not by include_router: the head of every page looks for the paths of rooms' routes.
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
LINKS = (("/halls", "page.halls.title"),)
"""(path, id of the words) of the links that lead here from every page."""
ME_LINKS = (
    OwnLink("/me/laboratories", "page.labs.title", "page.labs.about", Permission.LAB_HAND_IN),
)
