"""Routes of the room: who is told of changes, and what others notify the library of."""

from __future__ import annotations

from fastapi import APIRouter

from reading_room.tidings.api import hooks, notifications, peers

router = APIRouter()
for part in (hooks, peers, notifications):
    router.include_router(part.router)
