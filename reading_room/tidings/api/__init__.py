"""Routes of the room: who is told of changes."""

from __future__ import annotations

from fastapi import APIRouter

from reading_room.tidings.api import hooks

router = APIRouter()
router.include_router(hooks.router)
