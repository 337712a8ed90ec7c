"""Keep for a few seconds, sealed, who a process says is present by it, and read what others say.

A process has a name and a key at random while anybody is there by it. The key rests beside what it seals,
wrapped by the key keeper, and goes with it. Each seal is for its place, its process and its end, so that no
row counts at another place, for another process, or longer than it was told for.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ledger_service.domain.content.sealing import small_bound_to
from ledger_service.domain.errors import (
    ContentKeyUnavailable,
    ContentKeyWrong,
    InvalidJson,
    LedgerError,
    SealBroken,
)
from ledger_service.ports.people import KeptPresence
from ledger_service.ports.store import Transaction
from ledger_service.services.content.seal_small import (
    SMALL_SEAL_BYTES,
    SmallKey,
    new_small_key,
    open_small_key,
)
from ledger_service.services.library import Library
from ledger_service.services.people.presence.told_states import (
    LARGEST_TOLD_BYTES,
    NOBODY,
    States,
    read_states,
    write_states,
)

LIVES_SECONDS = 15  # that what was told counts, unless it is told again
ROWS_A_LOOK = 1_000
NAME_BYTES = 16


@dataclass(frozen=True)
class Heard:
    """What another process tells of a place. states: None if nobody is there by it any more."""

    place: str
    process: str
    until: int
    states: States | None


@dataclass(frozen=True)
class Teller:
    """A process while anybody is there by it. name: at random, in hex; wrapped: its key as it rests."""

    name: str
    wrapped: bytes = field(repr=False)
    key: SmallKey

    @classmethod
    def new(cls, library: Library) -> Teller:
        """Return a new one; raise ContentKeyUnavailable."""
        name = secrets.token_hex(NAME_BYTES)
        wrapped = new_small_key(library.keeper, _bound_to(library, name))
        return cls(name, wrapped, open_small_key(library.keeper, wrapped, _bound_to(library, name)))

    def row(self, place: str, now: int, states: States | None) -> KeptPresence:
        """Return what is kept of a place. states: None once nobody is there by this process."""
        until = now + LIVES_SECONDS
        plain = NOBODY if states is None else write_states(states)
        sealed = self.key.seal(plain, _purpose(place, self.name, until))
        return KeptPresence(0, place, self.name, until, self.wrapped, sealed)


def keep_presences(
    library: Library, transaction: Transaction, requests: Sequence[Sequence[KeptPresence]]
) -> Sequence[LedgerError | None]:
    """Keep rows in place of what the same process told of the same place; see services/group_appends."""
    for rows in requests:
        transaction.presences.put(rows)
    transaction.presences.forget_ended(library.clock())
    return [None] * len(requests)


def read_presences(
    library: Library, places: Sequence[str], after: int, teller: Teller
) -> tuple[int, list[Heard]]:
    """Return what others tell of places behind a number, in order, and the number up to which was read.

    Passed over is what has ended, is larger than may be told, or was not sealed for what it says it is.
    """
    with library.store.read() as transaction:
        rows = transaction.presences.after(
            after,
            places,
            library.clock(),
            largest=LARGEST_TOLD_BYTES + SMALL_SEAL_BYTES,
            limit=ROWS_A_LOOK,
        )
    latest = library.clock() + 2 * LIVES_SECONDS  # clocks of two machines may differ a little
    others = [one for one in rows if one.process != teller.name and one.until <= latest]
    heard = [found for one in others if (found := _opened(library, one)) is not None]
    return (rows[-1].number if rows else after), heard


def forget_presences(library: Library, stops: Callable[[], bool]) -> None:
    """Remove what processes told that were killed. Nothing is written where there is nothing."""
    with library.store.read() as transaction:
        if stops() or not transaction.presences.has_ended(library.clock()):
            return
    with library.store.write() as transaction:
        transaction.presences.forget_ended(library.clock())


def _opened(library: Library, row: KeptPresence) -> Heard | None:
    try:
        key = open_small_key(library.keeper, row.key, _bound_to(library, row.process))
        plain = key.open(row.sealed, _purpose(row.place, row.process, row.until))
        return Heard(row.place, row.process, row.until, read_states(plain))
    except (ContentKeyUnavailable, ContentKeyWrong, SealBroken, InvalidJson):
        return None


def _bound_to(library: Library, name: str) -> bytes:
    return small_bound_to(library.key.name, "presence", name)


def _purpose(place: str, process: str, until: int) -> str:
    return f"presence at {place} by {process} until {until}"
