"""The room's commands."""

from __future__ import annotations

from reading_room.tidings.cli.hook import hook

commands = (hook,)
