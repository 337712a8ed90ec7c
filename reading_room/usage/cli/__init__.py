"""`muhr usage`: how often open content was read, the totals of months, and what was refused."""

from __future__ import annotations

from reading_room.usage.cli.hours import usage
from reading_room.usage.cli.months import months, recompute, turnaways

for command in (months, recompute, turnaways):
    usage.add_command(command)
commands = (usage,)
