"""The room's tables, and what is read and written there."""

from __future__ import annotations

from sqlalchemy import Connection

from reading_room.together.sql.files import SqlFiles
from reading_room.together.sql.invitations import SqlInvitations
from reading_room.together.sql.live import SqlLive
from reading_room.together.sql.papers import SqlPapers
from reading_room.together.sql.projects import SqlProjects

__all__ = ["SqlTogether"]


class SqlTogether:
    """Implements ports.TogetherTables, and live.ports.LiveTables."""

    def __init__(self, connection: Connection) -> None:
        self.projects = SqlProjects(connection)
        self.papers = SqlPapers(connection)
        self.invitations = SqlInvitations(connection)
        self.files = SqlFiles(connection)
        self.live = SqlLive(connection)
