"""The room's routes: what is told of events and done there, and attendance."""

from __future__ import annotations

from fastapi import APIRouter

from reading_room.events.api import attendance, events, questions

router = APIRouter()
for part in (events, questions, attendance):
    router.include_router(part.router)
