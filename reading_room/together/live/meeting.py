"""Those who are at one paper, in one process: what each sends is judged, kept, and sent to all.

What comes within MERGE_SECONDS is kept by one write of the database and sent as one message, also to whoever
wrote it: an edit that comes back is durable.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from ledger_service.domain.errors import LedgerError
from ledger_service.services.library import Library
from ledger_service.services.people.presence.told_states import States
from ledger_service.services.pools import Pool
from reading_room.together.live.bounds import (
    LARGEST_UPDATE_BYTES,
    MERGE_SECONDS,
    MOST_ASKED_AGAIN,
    MOST_VISITORS,
    SOCKETS_OF_MEMBER,
    Close,
    Refused,
)
from reading_room.together.live.keep import Addition, Tables, Written, keep_updates, opened
from reading_room.together.live.presence import Presence
from reading_room.together.live.room import Behind, Room
from reading_room.together.live.visitor import Visitor
from reading_room.together.live.yjs import wire
from reading_room.together.live.yjs.update import Update, read_update
from reading_room.together.rules.project import PaperId, ProjectId

LARGE_BYTES = 20_000  # of an update, from which on it is read in a thread
PAPERS = Pool("papers", 4)
"""Papers that are opened, and looked after while people are at them."""
logger = logging.getLogger("muhr.live")


class Meeting:
    """People at a paper."""

    def __init__(
        self,
        library: Library,
        tables: Tables,
        paper: PaperId,
        project: ProjectId,
        room: Room,
    ) -> None:
        self._library = library
        self._tables = tables
        self.paper = paper
        self.project = project
        self.room = room
        self.visitors: set[Visitor] = set()
        self.is_over = False
        self.on_presence: Callable[[], None] = _nobody_hears
        """Called when there is news of who is present here."""
        self._presence = Presence(room)
        self._news: dict[int, tuple[int, str]] = {}  # of presence, not yet told
        self._keeping: asyncio.Task[None] | None = None
        self._at_log = asyncio.Lock()  # held while what was written here is being kept

    # ---- who comes and goes ----

    def join(self, visitor: Visitor) -> None:
        """Let somebody be here; raise Refused if too many are."""
        of_member = sum(one.member == visitor.member for one in self.visitors)
        if of_member >= SOCKETS_OF_MEMBER or len(self.visitors) >= MOST_VISITORS:
            raise Refused(Close.TOO_MANY, "visitors")
        self.visitors.add(visitor)
        visitor.send(self.room.question())
        if self._presence.states:
            visitor.send(wire.awareness(self._presence.states))

    def part(self, visitor: Visitor) -> None:
        """Let somebody be here no more, and the others see it."""
        self.visitors.discard(visitor)
        self._spread_own(self._presence.part(visitor))

    def close(self, why: Refused) -> None:
        """End it: everybody leaves, and what was not kept is kept once they send it again."""
        self.is_over = True
        for visitor in list(self.visitors):
            visitor.leave(why)

    # ---- what they say ----

    async def hear(self, visitor: Visitor, message: bytes) -> None:
        """Take a message of y-protocols; raise Refused if its sender has to go."""
        reader = wire.Reader(message)
        kind = reader.number()
        if kind == wire.SYNC:
            step, data = reader.number(), reader.bytes()
            if step == wire.STEP_1:
                if not visitor.is_opening:  # what is under way has all that is asked
                    visitor.open(self.room.answer(data), self.room.size_bytes)
            elif step in (wire.STEP_2, wire.UPDATE):
                await self._take(visitor, data)
            else:
                raise Refused(Close.MALFORMED, "unknown step")
        elif kind == wire.AWARENESS:
            self._spread_own(self._presence.hear(visitor, reader.bytes()))
        elif kind == wire.QUERY_AWARENESS:
            visitor.send(wire.awareness(self._presence.states))
        else:
            raise Refused(Close.MALFORMED, "unknown message")

    async def _take(self, visitor: Visitor, data: bytes) -> None:
        if data == wire.NOTHING:
            return
        if len(data) > LARGEST_UPDATE_BYTES:
            raise Refused(Close.TOO_LARGE, "update")
        is_large = len(data) > LARGE_BYTES
        update = await PAPERS.run(lambda: read_update(data)) if is_large else read_update(data)
        if not visitor.may_comment:
            await self._check_known(update)
            return
        try:
            is_new = self._accept(visitor, data, update)
        except Behind:
            await self.catch_up()
            try:
                is_new = self._accept(visitor, data, update)
            except Behind as exc:
                self._ask_again(visitor, exc)
                return
        visitor.asked_again = 0
        if is_new:
            self._wake()

    def _ask_again(self, visitor: Visitor, behind: Behind) -> None:
        """Ask for all that is not known: who comes back may write on before that is sent."""
        visitor.asked_again += 1
        if behind.refusal.code is not Close.MALFORMED or visitor.asked_again > MOST_ASKED_AGAIN:
            raise behind.refusal
        visitor.send(self.room.question())

    def _accept(self, visitor: Visitor, data: bytes, update: Update) -> bool:
        only = not visitor.may_write
        return self.room.accept(data, update, visitor.member, comments_only=only)

    async def _check_known(self, update: Update) -> None:
        """Refuse what is new here of somebody who may only read: they may have it from another process."""
        if self.room.is_new(update):
            await self.catch_up()
            if self.room.is_new(update):
                raise Refused(Close.NO_RIGHT, "read only")

    # ---- what is kept, and told ----

    def _wake(self) -> None:
        if self._keeping is None and not self.is_over:
            self._keeping = asyncio.get_running_loop().create_task(self._keep())

    async def _keep(self) -> None:
        """Keep and tell what waits, until nothing does."""
        try:
            while (self.room.pending.updates or self._news) and not self.is_over:
                await asyncio.sleep(MERGE_SECONDS)
                self._tell_news()
                if self.room.pending.updates:
                    await self._keep_once()
        except Exception as exc:
            if not isinstance(exc, LedgerError):
                logger.exception("what was written is not kept")
            self.close(Refused(Close.TRY_LATER, "not kept"))
        finally:
            self._keeping = None

    async def _keep_once(self) -> None:
        async with self._at_log:
            await self._keep_pending()

    async def _keep_pending(self) -> None:
        room = self.room
        pending, made = room.take_pending()
        new = Addition(self.paper, room.number, room.sealed(made), pending.clients, self._tables)
        room.is_keeping = True
        try:
            added = await self._library.append_async(keep_updates, new)
        finally:
            room.is_keeping = False
        if added.others:
            self.take_in([opened(room.key, kept) for kept in added.others])
        if added.number is None:
            self.close(Refused(Close.TRY_LATER, "client of another"))
            return
        self._tell(wire.sync(wire.UPDATE, room.kept(made, added.number)))

    def _spread_own(self, news: dict[int, tuple[int, str]]) -> None:
        """Do as `_spread`, and let those at other processes be told."""
        if news:
            self.on_presence()
            self._spread(news)

    def _spread(self, news: dict[int, tuple[int, str]]) -> None:
        """Let all be told soon who is present, and how."""
        if news:
            self._news |= news
            self._wake()

    def _tell_news(self) -> None:
        news, self._news = self._news, {}
        if news:
            self._tell(wire.awareness(news))

    def _tell(self, message: bytes) -> None:
        for visitor in self.visitors:
            visitor.send(message)

    # ---- what other processes kept, and tell ----

    def present(self) -> States:
        """Return who is present here by this process."""
        return self._presence.own()

    def hear_of(self, process: str, states: States) -> None:
        """Take who is present here by another process, and tell it to all."""
        self._spread(self._presence.hear_of(process, states))

    def take_in(self, written: list[Written]) -> None:
        """Take what others have kept, and tell it to all."""
        update = self.room.take_in(written)
        if update is not None:
            self._tell(wire.sync(wire.UPDATE, update))

    async def catch_up(self) -> None:
        """Read what the log has by now, and take it in."""
        written = await PAPERS.run(self._written_since)
        async with self._at_log:  # what is being kept now may be among it, and is told once it is
            self.take_in(written)

    def _written_since(self) -> list[Written]:
        with self._library.store.read() as transaction:
            live = transaction.room(self._tables).live
            kept = live.after(self.paper, self.room.number)
        return [opened(self.room.key, one) for one in kept]


def _nobody_hears() -> None:
    """Tell nobody that there is news."""
