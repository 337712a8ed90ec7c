"""The meetings of one process: who comes is let in by their right, and looked at again while they are there.

Every LOOK_SECONDS it is asked whether each token still stands and whether rights have changed; every
POLL_SECONDS, whether another process has written. Of papers that nobody is at, some stay in memory.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial

from ledger_service.domain.errors import (
    LedgerError,
    NotAuthenticated,
    NotFound,
    NotPermitted,
)
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.presence.presences import Presences
from reading_room.together.live.bounds import (
    KEPT_BYTES,
    KEPT_ROOMS,
    LOOK_SECONDS,
    MOST_ROOMS,
    POLL_SECONDS,
    ROOMS_OF_READER,
    Close,
    Refused,
)
from reading_room.together.live.keep import Tables, opened, read_log
from reading_room.together.live.meeting import PAPERS, Meeting
from reading_room.together.live.ports import KeptUpdate
from reading_room.together.live.room import Room
from reading_room.together.live.visitor import Asks, Visitor
from reading_room.together.rules.project import PaperId, ProjectId, ProjectState
from reading_room.together.rules.role import Right
from reading_room.together.verbs.membership import Tables as RoomTables
from reading_room.together.verbs.membership import enter_paper

ROWS_A_POLL = 10_000
logger = logging.getLogger("muhr.live")


@dataclass(frozen=True)
class Admitted:
    """What a member may at a paper. generation: of the rights in its project."""

    reader: str
    project: ProjectId
    generation: int
    member: int
    may_write: bool
    may_comment: bool


class Meetings:
    """The papers that people are at, or were at not long ago.

    tables: of the whole room; presences: what passes on to other processes who is there.
    """

    def __init__(
        self, library: Library, tables: Tables, room_tables: RoomTables, presences: Presences
    ) -> None:
        self._library = library
        self._presences = presences
        self._tables = tables
        self._room_tables = room_tables
        self._open: OrderedDict[PaperId, Meeting] = OrderedDict()
        self._opening: dict[PaperId, asyncio.Lock] = {}
        self._looking: asyncio.Task[None] | None = None
        self._cursor: int | None = None  # the newest update that a poll has seen
        self._polled: set[Meeting] = set()  # whose updates the last poll has taken in

    # ---- who comes and goes ----

    async def enter(self, paper: PaperId, asks: Asks) -> tuple[Meeting, Visitor]:
        """Let somebody in who may read; raise Refused otherwise, and Unavailable."""
        may = await PAPERS.run(partial(self._admitted, paper, asks))
        visitor = Visitor(
            asks,
            may.reader,
            may.member,
            may.generation,
            may_write=may.may_write,
            may_comment=may.may_comment,
        )
        async with self._opening.setdefault(paper, asyncio.Lock()):
            self._check_rooms(paper, may.reader)
            meeting = await self._meeting(paper, may)
            meeting.join(visitor)
            self._presences.open(_place_of(meeting), meeting)
        if (lock := self._opening.get(paper)) is not None and not lock.locked():
            del self._opening[paper]
        if self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._look_after())
        return meeting, visitor

    def leave(self, meeting: Meeting, visitor: Visitor) -> None:
        """Let somebody be at a paper no more."""
        meeting.part(visitor)
        if not meeting.visitors:
            self._presences.close(_place_of(meeting), meeting)
            if self._open.get(meeting.paper) is meeting:
                self._open.move_to_end(meeting.paper)
            self._forget()

    async def _meeting(self, paper: PaperId, may: Admitted) -> Meeting:
        found = self._open.get(paper)
        if found is not None and not found.is_over:
            if not found.visitors:  # nobody has read the log meanwhile
                await found.catch_up()
            return found
        if sum(bool(one.visitors) for one in self._open.values()) >= MOST_ROOMS:
            raise Refused(Close.TRY_LATER, "rooms")
        room = await PAPERS.run(partial(self._read, paper))
        made = Meeting(self._library, self._tables, paper, may.project, room)
        made.on_presence = partial(self._presences.changed, _place_of(made))
        self._open[paper] = made
        return made

    def _check_rooms(self, paper: PaperId, reader: str) -> None:
        others = [one for one in self._open.values() if one.paper != paper]
        held = sum(any(visitor.reader == reader for visitor in one.visitors) for one in others)
        if held >= ROOMS_OF_READER:
            raise Refused(Close.TOO_MANY, "rooms of yours")

    def _read(self, paper: PaperId) -> Room:
        with self._library.store.read() as transaction:
            log = read_log(self._library, transaction, self._tables, paper)
        return Room(log)

    def _admitted(self, paper: PaperId, asks: Asks) -> Admitted:
        try:
            with self._library.store.read() as transaction:
                return self._admitted_in(transaction, paper, asks)
        except (NotAuthenticated, NotPermitted, NotFound) as exc:
            raise _refusal(exc) from exc

    def _admitted_in(self, transaction: Transaction, paper: PaperId, asks: Asks) -> Admitted:
        caller = asks(transaction)
        kept, entered = enter_paper(transaction, self._room_tables, caller, paper, Right.READ)
        is_open = entered.project.state is ProjectState.OPEN
        rights = entered.member.role.rights if is_open else frozenset()
        return Admitted(
            caller.subject,
            kept.project,
            entered.project.generation,
            entered.member.number,
            Right.WRITE in rights,
            Right.COMMENT in rights,
        )

    def _forget(self) -> None:
        """Drop papers that nobody is at, who was there longest ago first, and those that are over."""
        idle = [one for one in self._open.values() if not one.visitors]
        size = sum(one.room.size_bytes for one in idle)
        for place, one in enumerate(idle):
            is_kept = len(idle) - place <= KEPT_ROOMS and size <= KEPT_BYTES
            if (is_kept and not one.is_over) or one.room.is_keeping or one.room.pending.updates:
                continue
            size -= one.room.size_bytes
            del self._open[one.paper]

    # ---- what is looked at while people are there ----

    async def _look_after(self) -> None:
        """Poll and look while anybody is at a paper."""
        try:
            looked = 0.0
            while busy := [one for one in self._open.values() if one.visitors]:
                await asyncio.sleep(POLL_SECONDS)
                looked += POLL_SECONDS
                try:
                    await self._poll(busy)
                    if looked >= LOOK_SECONDS:
                        looked = 0.0
                        await self._look(busy)
                except LedgerError as exc:  # the database is away; it is asked again
                    logger.warning("papers are not looked after: %s", exc.slug())
        except Exception:
            logger.exception("papers are not looked after")
            for one in self._open.values():
                one.close(Refused(Close.TRY_LATER, "not looked after"))
        finally:
            self._looking, self._cursor = None, None
            self._polled = set()

    async def _poll(self, busy: list[Meeting]) -> None:
        """Take in what other processes have written since the last poll."""
        polled, self._polled = self._polled, set()  # if this fails, all are asked about next time
        now = [one for one in busy if not one.room.is_keeping]
        known = {one.paper: one.room.number for one in now}
        new = {one.paper for one in now if one not in polled}
        found = await PAPERS.run(partial(self._written, known, new))
        self._polled = {one for one in now if not one.room.is_keeping}
        for one in self._polled:  # what is being kept now may be among it, and is told once it is
            if one.paper in found:
                one.take_in([opened(one.room.key, kept) for kept in found[one.paper]])

    def _written(
        self, known: dict[PaperId, int], new: set[PaperId]
    ) -> dict[PaperId, list[KeptUpdate]]:
        """Return what the log has behind these numbers. Few rows are read where nothing is new.

        new: papers that the last poll passed over, whose updates it may have seen.
        """
        with self._library.store.read() as transaction:
            live = transaction.room(self._tables).live
            if self._cursor is None:
                asked, cursor = set(known), live.newest()
            else:
                rows = live.papers_after(self._cursor, ROWS_A_POLL)
                asked = {paper for number, paper in rows if number > known.get(paper, number)} | new
                cursor = rows[-1][0] if rows else self._cursor
            found = {paper: live.after(paper, known[paper]) for paper in asked}
        self._cursor = cursor
        return found

    async def _look(self, busy: list[Meeting]) -> None:
        """Let those go who are signed out or may not be here any more, and heed new rights of the others."""
        for meeting in busy:
            visitors = list(meeting.visitors)
            found = await PAPERS.run(partial(self._seen, meeting, visitors))
            for visitor, may in found.items():
                if isinstance(may, Refused):
                    visitor.leave(may)
                else:
                    visitor.may_write, visitor.may_comment = may.may_write, may.may_comment
                    visitor.generation = may.generation

    def _seen(self, meeting: Meeting, visitors: list[Visitor]) -> dict[Visitor, Admitted | Refused]:
        """Return of whom something has changed what they may now, or why they have to go."""
        found: dict[Visitor, Admitted | Refused] = {}
        with self._library.store.read() as transaction:
            project = transaction.room(self._tables).projects.find(meeting.project)
            paper = transaction.room(self._tables).papers.find(meeting.paper)
            generation = None if paper is None or project is None else project.generation
            for visitor in visitors:
                try:
                    if generation == visitor.generation:
                        visitor.asks(transaction)
                    else:
                        found[visitor] = self._admitted_in(transaction, meeting.paper, visitor.asks)
                except (NotAuthenticated, NotPermitted, NotFound) as exc:
                    found[visitor] = _refusal(exc)
        return found


def _place_of(meeting: Meeting) -> str:
    """Return by which name other processes know who is at a paper."""
    return f"paper:{meeting.paper}"


def _refusal(exc: LedgerError) -> Refused:
    """Return how a socket is closed for an error."""
    if isinstance(exc, NotAuthenticated):
        return Refused(Close.SIGNED_OUT, "signed out")
    if isinstance(exc, NotPermitted):
        return Refused(Close.NO_RIGHT, "no right")
    return Refused(Close.NOT_FOUND, "not found")
