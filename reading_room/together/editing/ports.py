"""What editing needs of the room's tables: those of projects and the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from reading_room.together.live.ports import LiveTables
from reading_room.together.ports import TogetherTables


class EditedTables(TogetherTables, LiveTables, Protocol):
    """All tables of the room that a paper stands in."""


Tables = Callable[[Any], EditedTables]
"""Makes them of a connection."""
