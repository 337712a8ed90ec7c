"""Read a paper as it stands, or as it stood: for output, for sealing a version, and for its history.

A paper is read as it stood after a sitting: a time in which it was written and nobody paused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pycrdt import Doc, Map, Text

from ledger_service.domain.errors import ProjectPartNotFound
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.services.library import Library
from reading_room.together.live.keep import Log, Tables, Whole, read_log
from reading_room.together.live.room import merged
from reading_room.together.live.sittings import sittings_of
from reading_room.together.live.yjs.wire import NOTHING
from reading_room.together.rules.project import PaperId
from reading_room.together.rules.role import Right
from reading_room.together.verbs.membership import Tables as RoomTables
from reading_room.together.verbs.membership import enter_paper


@dataclass(frozen=True)
class PaperState:
    """A paper as it stands. number: of the newest update of the log that is in it, 0 for an empty paper.

    version: its state vector, as Yjs writes it; update: all of it as one update of Yjs; clients: whose
    each client is, by the number of a member. comments and about: as JSON has them.
    """

    number: int
    text: str
    comments: Mapping[str, Any]
    about: Mapping[str, Any]
    version: bytes
    update: bytes
    clients: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Sitting:
    """A time in which a paper was written. number: of its last update; at: when that came, seconds UTC.

    members: the numbers of those who wrote.
    """

    number: int
    began_at: int
    at: int
    members: tuple[int, ...]


def read_paper(
    library: Library,
    tables: Tables,
    room_tables: RoomTables,
    caller: Caller,
    paper: PaperId,
    number: int | None = None,
) -> PaperState:
    """Return a paper as it stands, or as it stood after the update of a number, the last of a sitting.

    Raises as `enter_paper`; ContentKeyUnavailable, ContentKeyWrong, SealBroken. ProjectPartNotFound: also if
    it was nothing yet by then.
    """
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        enter_paper(transaction, room_tables, caller, paper, Right.READ)
        log = read_log(library, transaction, tables, paper, number)
    if number is not None and not log.written and log.whole == Whole():
        raise ProjectPartNotFound("paper")
    return state_of(log)


def list_sittings(
    library: Library, tables: Tables, room_tables: RoomTables, caller: Caller, paper: PaperId
) -> list[Sitting]:
    """Return when a paper was written and by whom, the newest first; raise as `enter_paper`."""
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        enter_paper(transaction, room_tables, caller, paper, Right.READ)
        marks = transaction.room(tables).live.marks(paper)
    sittings = [
        Sitting(
            some[-1].number, some[0].at, some[-1].at, tuple(sorted({one.member for one in some}))
        )
        for some in sittings_of(marks, lambda mark: mark.at)
    ]
    return sittings[::-1]


def state_of(log: Log) -> PaperState:
    """Return what a log holds."""
    updates = [log.whole.update, *(one.update for one in log.written)]
    document: Doc[Any] = Doc()
    text, comments = document.get("text", type=Text), document.get("comments", type=Map)
    about = document.get("about", type=Map)
    for update in updates:
        if update != NOTHING:
            document.apply_update(update)
    return PaperState(
        log.written[-1].number if log.written else log.number,
        str(text),
        comments.to_py() or {},
        about.to_py() or {},
        document.get_state(),
        merged(updates),
        log.clients,
    )
