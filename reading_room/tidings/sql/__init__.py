"""What is read and written in the room's tables."""

from __future__ import annotations

from reading_room.tidings.sql.changes import SqlChanges
from reading_room.tidings.sql.hooks import SqlHooks

__all__ = ["SqlChanges", "SqlHooks"]
