"""What only uses the ledger, a folder a capability, and the one list of them.

A room adds no kind of entry, no intent and no rule that an auditor replays. The parts that it may have,
and what each may import, are in docs/rooms.md. This list is read by the compositions `app`, `cli`,
`worker` and `setup` alone; it imports a room only when one of its parts is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple


class Command(NamedTuple):
    """What a room adds to `muhr`. says: what it does, for the list of all commands."""

    name: str
    says: str


class Room(NamedTuple):
    """A folder of this package, `interop.NAME` for a protocol. commands: those of its `cli`."""

    name: str
    commands: tuple[Command, ...] = ()


OVERVIEW = (
    Command("status", "Show how the library is."),
    Command("list", "List what the library holds."),
)
CATALOG = (Command("cite", "Print a resource as it is cited."),)
COST = (Command("cost", "Split a bill of several libraries, or check a share."),)
EVENTS = (Command("event", "Show events, take them out, have attendance attested."),)
FIXITY = (Command("fixity", "Show whether all that is kept is whole."),)
LCP = (Command("lcp", "Lend files that a license server of Readium LCP encrypted."),)
MEDIA = (Command("media", "Show what a resource is by its content."),)
RECOMMENDATIONS = (
    Command("recommend", "Show what is near to a resource, or how that is computed."),
)
SEARCH = (Command("find", "Find resources by words, however they are typed."),)
TIDINGS = (
    Command("hook", "Tell other systems of changes, at addresses of theirs."),
    Command("notify", "Decide what services of others notify the library of."),
)
USAGE = (Command("usage", "Show how often open content was read."),)
ROOMS = (
    Room("overview", OVERVIEW),
    Room("catalog", CATALOG),
    Room("consortium"),
    Room("cost", COST),
    Room("fixity", FIXITY),
    Room("desk"),
    Room("gateway"),
    Room("copies"),
    Room("interop.iiif"),
    Room("interop.mirror"),
    Room("interop.oai"),
    Room("interop.odl"),
    Room("lcp", LCP),
    Room("me"),
    Room("media", MEDIA),
    Room("recommendations", RECOMMENDATIONS),
    Room("search", SEARCH),
    Room("shelf"),
    Room("authorship"),
    Room("tidings", TIDINGS),
    Room("usage", USAGE),
    Room("interop.opds"),
    Room("together"),
    Room("annotations"),
    Room("events", EVENTS),
    Room("halls"),
)


def parts(kind: str) -> list[ModuleType]:
    """Return the modules of this name, such as `api`, of the rooms that have one, in the list's order.

    Raises ModuleNotFoundError for a room that is listed and has no folder.
    """
    return list(_parts(ROOMS, kind))


@cache
def _parts(rooms: tuple[Room, ...], kind: str) -> tuple[ModuleType, ...]:
    names = [f"{__name__}.{room.name}.{kind}" for room in rooms]
    return tuple(import_module(name) for name in names if find_spec(name) is not None)


def kept_cids(library: Any) -> Iterator[Any]:
    """Yield the CIDs of what rooms keep in a library's content store, so that nobody removes it."""
    for room in parts("kept"):
        yield from room.cids(library)


def commands() -> dict[Command, str]:
    """Return the full name of the module of each command; no module is imported."""
    return {command: f"{__name__}.{room.name}.cli" for room in ROOMS for command in room.commands}


def migration_folders() -> dict[str, Path]:
    """Return the folder of migrations of each room that has tables, by the room's name."""
    return {
        room.name: folder
        for room in ROOMS
        for home in __path__
        if (folder := Path(home, *room.name.split("."), "sql", "migrations")).is_dir()
    }
