"""The places at which people are by this process: who is there is told to the library's other processes.

While somebody is at a place, a row of the database says so for a few seconds, and is written again before
they are over. Who it is stands in it, sealed, only while another process has somebody there, too.
Nobody reads or writes while nobody is anywhere.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from ledger_service.domain.errors import LedgerError
from ledger_service.services.library import Library
from ledger_service.services.people.presence.pass_presence import (
    Heard,
    Teller,
    keep_presences,
    read_presences,
)
from ledger_service.services.people.presence.told_states import States
from ledger_service.services.pools import Pool

LOOK_SECONDS = 0.25  # between two looks whether another process wrote
TELL_SECONDS = 1.0  # between two writes of this process, for all of its places
BEAT_SECONDS = 5.0  # after which a place is told again, though nothing has changed
LARGEST_WRITE_BYTES = 1_000_000  # of all places; the others come with the next write
PRESENCES = Pool("presences", 1)
logger = logging.getLogger("muhr.presence")


class Company(Protocol):
    """Those who are at a place by this process."""

    def present(self) -> States:
        """Return who is present by this process; if they are too many, those that come first are told."""

    def hear_of(self, process: str, states: States) -> None:
        """Take who is present by another process, instead of what it told before; none: nobody is."""


@dataclass
class _Place:
    """A place with somebody at it. heard: until when each other process counts. Times of the loop's machine.

    is_asked: whether what others told before it was opened has been read.
    """

    company: Company
    heard: dict[str, int] = field(default_factory=dict)
    is_changed: bool = True
    is_asked: bool = False
    told_at: float = float("-inf")


class Presences:
    """The places of one process. All is called in its event loop."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._places: dict[str, _Place] = {}
        self._left: set[str] = set()
        self._teller: Teller | None = None
        self._going: asyncio.Task[None] | None = None
        self._wrote_at = float("-inf")
        self._seen = ""  # as the store told of changes
        self._number = 0  # of the newest row that was read

    # ---- what a room calls ----

    def open(self, name: str, company: Company) -> None:
        """Let somebody be at a place. name: a few letters that tell it apart in the whole library."""
        before = self._places.get(name)
        if before is not None and before.company == company:
            return
        self._places[name] = _Place(company)
        self._left.discard(name)
        if self._going is None:
            self._going = asyncio.get_running_loop().create_task(self._go())

    def close(self, name: str, company: Company) -> None:
        """Let nobody be at a place any more; what others told of it is forgotten."""
        place = self._places.get(name)
        if place is None or place.company != company:
            return
        del self._places[name]
        self._left.add(name)
        _forget(place)

    def changed(self, name: str) -> None:
        """Let it be told soon who is at a place."""
        place = self._places.get(name)
        if place is not None:
            place.is_changed = True

    # ---- what goes on while somebody is somewhere ----

    async def _go(self) -> None:
        try:
            while self._places or self._left:
                try:
                    if self._teller is None:
                        self._teller = await PRESENCES.run(partial(Teller.new, self._library))
                    await self._tell(self._teller)
                    await self._look(self._teller)
                except LedgerError as exc:  # the database is away; it is asked again
                    logger.warning("presence is not passed on: %s", exc.slug())
                    self._left.clear()
                await asyncio.sleep(LOOK_SECONDS)
        except Exception:
            logger.exception("presence is not passed on")
        finally:
            self._going, self._teller, self._seen, self._number = None, None, "", 0
            for place in self._places.values():
                _forget(place)

    async def _tell(self, teller: Teller) -> None:
        """Write what has changed where another process has somebody, and what would end soon."""
        now = time.monotonic()
        if now - self._wrote_at < TELL_SECONDS:
            return
        rows, size = [], 0
        for name in sorted(self._due(now), key=lambda one: self._places[one].told_at):
            place = self._places[name]
            states = place.company.present() if place.heard else {}
            row = teller.row(name, self._library.clock(), states)
            size += len(row.sealed)
            if size > LARGEST_WRITE_BYTES:
                break
            rows.append(row)
            place.told_at, place.is_changed = now, False
        left, self._left = self._left, set()
        rows += [teller.row(name, self._library.clock(), None) for name in left]
        if rows:
            self._wrote_at = now
            await self._library.append_async(keep_presences, rows)

    def _due(self, now: float) -> list[str]:
        return [
            name
            for name, place in self._places.items()
            if now - place.told_at >= BEAT_SECONDS or (place.is_changed and place.heard)
        ]

    async def _look(self, teller: Teller) -> None:
        """Hear what other processes have told since the last look, and forget those that tell no more."""
        seen = await PRESENCES.run(self._library.store.changes)
        new = [name for name, place in self._places.items() if not place.is_asked]
        if new or seen != self._seen:
            after = 0 if new else self._number
            read = partial(read_presences, self._library, list(self._places), after, teller)
            number, heard = await PRESENCES.run(read)
            self._seen, self._number = seen, max(number, self._number)
            for one in heard:
                self._hear(one)
            for name in new:
                if name in self._places:
                    self._places[name].is_asked = True
        now = self._library.clock()
        for place in self._places.values():
            for process in [one for one, until in place.heard.items() if until <= now]:
                del place.heard[process]
                place.company.hear_of(process, {})

    def _hear(self, one: Heard) -> None:
        place = self._places.get(one.place)
        if place is None or one.until < place.heard.get(one.process, 0):
            return
        if one.states is None:
            if place.heard.pop(one.process, None) is not None:
                place.company.hear_of(one.process, {})
            return
        if one.process not in place.heard:
            place.is_changed = True  # whoever is there now is to see those who are here
        place.heard[one.process] = one.until
        place.company.hear_of(one.process, one.states)


def _forget(place: _Place) -> None:
    for process in place.heard:
        place.company.hear_of(process, {})
    place.heard.clear()
