"""The routes of search."""

from __future__ import annotations

from reading_room.search.api.find import router

__all__ = ["router"]
