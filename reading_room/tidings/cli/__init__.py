"""The room's commands."""

from __future__ import annotations

from reading_room.tidings.cli.hook import hook
from reading_room.tidings.cli.notify import notify

commands = (hook, notify)
