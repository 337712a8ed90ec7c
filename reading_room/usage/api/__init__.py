"""Routes of usage: of hours, which everybody may see, and of months."""

from __future__ import annotations

from fastapi import APIRouter

from reading_room.usage.api import hours, months

router = APIRouter()
router.include_router(months.router)  # first: a month is no hour
router.include_router(hours.router)
