"""Routes of projects: for readers, below /api/v1/projects, and what they are invited to at /api/v1/me."""

from __future__ import annotations

from fastapi import APIRouter

from reading_room.together.api import files, invitations, live, papers, projects

router = APIRouter()
for part in (projects, invitations, papers, files, live):
    router.include_router(part.router)
