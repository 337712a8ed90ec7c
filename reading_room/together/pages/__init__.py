"""The pages of projects and papers, below /me/projects, and of links that invite, at /join.

None needs a script; a paper's has an editor where there is one.
"""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.domain.people.permission import Permission
from ledger_service.web.layout import OwnLink
from reading_room.together.pages import export, files, invitations, join, members, project, projects
from reading_room.together.pages.papers import history, plain, read, seal, take_out, write

OF_PAPERS = (write, plain, read, history, take_out, seal)
PARTS = (projects, project, members, invitations, files, export, join, *OF_PAPERS)
# Not by include_router: the head of every page looks for the paths of rooms' routes.
router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
LINKS: tuple[tuple[str, str], ...] = ()
"""None: what is a reader's own is led to from /me."""
ME_LINKS = (
    OwnLink("/me/projects", "page.projects.title", "page.projects.about", Permission.PROJECT_OWN),
)
