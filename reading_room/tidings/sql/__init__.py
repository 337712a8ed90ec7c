"""What is read and written in the room's tables."""

from __future__ import annotations

from reading_room.tidings.sql.changes import SqlChanges

__all__ = ["SqlChanges"]
