"""What is read and written in the room's tables."""

from __future__ import annotations

from reading_room.tidings.sql.changes import SqlChanges
from reading_room.tidings.sql.hooks import SqlHooks
from reading_room.tidings.sql.letters import SqlLetters
from reading_room.tidings.sql.notifications import SqlNotifications
from reading_room.tidings.sql.peers import SqlPeers

__all__ = ["SqlChanges", "SqlHooks", "SqlLetters", "SqlNotifications", "SqlPeers"]
