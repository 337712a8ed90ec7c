"""`muhr find`."""

from __future__ import annotations

from reading_room.search.cli.finding import find

commands = (find,)

__all__ = ["commands", "find"]
