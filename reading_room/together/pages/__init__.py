"""The pages of projects, below /me/projects, and of links that invite, at /join; none needs a script."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.domain.people.permission import Permission
from ledger_service.web.layout import OwnLink
from reading_room.together.pages import files, invitations, join, members, project, projects

PARTS = (projects, project, members, invitations, files, join)
# Not by include_router: the head of every page looks for the paths of rooms' routes.
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
LINKS: tuple[tuple[str, str], ...] = ()
"""None: what is a reader's own is led to from /me."""
ME_LINKS = (
    OwnLink("/me/projects", "page.projects.title", "page.projects.about", Permission.PROJECT_OWN),
)
