"""Read a paper's log, and append to it: what has returned is durable, and is sealed under the paper's key.

A fold is the paper as one update: how far it knows each client, what is deleted, and the update itself, the
first two preceded by their lengths, in pieces. Opening a paper reads the newest fold and what came behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger_service.domain.errors import LedgerError, ProjectPartNotFound
from ledger_service.ports.store import Transaction
from ledger_service.services.content.seal_small import SmallKey
from ledger_service.services.library import Library
from reading_room.together.live.ports import KeptUpdate, LiveTables
from reading_room.together.live.yjs.update import Run
from reading_room.together.live.yjs.wire import (
    NOTHING,
    Reader,
    deletions,
    read_state_vector,
    sized,
    state_vector,
)
from reading_room.together.rules.project import PaperId
from reading_room.together.verbs.keys import open_paper_key

Tables = Callable[[Any], LiveTables]
"""Makes the room's tables of a connection."""


@dataclass(frozen=True)
class Whole:
    """A paper as one update. state: how far each client is known; deleted: what is, by client."""

    update: bytes = NOTHING
    state: Mapping[int, int] = field(default_factory=dict)
    deleted: tuple[Run, ...] = ()

    def format(self) -> bytes:
        """Return the bytes of a fold."""
        return sized(state_vector(self.state)) + sized(deletions(self.deleted)) + self.update

    @classmethod
    def parse(cls, data: bytes) -> Whole:
        """Return what `format` made."""
        reader = Reader(data)
        state, deleted = read_state_vector(reader.bytes()), Reader(reader.bytes())
        runs = []
        for _ in range(deleted.number()):
            client = deleted.number()
            for _ in range(deleted.number()):
                runs.append(Run(client, deleted.number(), deleted.number()))
        return cls(data[reader.at :], state, tuple(runs))


@dataclass(frozen=True)
class Written:
    """An update of the log, opened."""

    number: int
    member: int
    at: int
    update: bytes


@dataclass(frozen=True)
class Log:
    """A paper as it is kept. whole: up to the update `number`; written: what came behind, in order.

    clients: whose each client is, by the number of a member.
    """

    key: SmallKey
    number: int
    whole: Whole
    written: list[Written]
    clients: dict[int, int]


@dataclass(frozen=True)
class Addition:
    """What is to be kept of a paper. seen: the newest update that whoever adds this knows.

    updates: each a member's number and what is sealed; clients: those that are new, and whose they are.
    """

    paper: PaperId
    seen: int
    updates: Sequence[tuple[int, bytes]]
    clients: Mapping[int, int]
    tables: Tables


@dataclass(frozen=True)
class Added:
    """What came of it. others: what other processes had kept by then; number: of the newest that was added.

    number is None, and nothing was added, if somebody else has begun to write as one of the new clients.
    """

    others: list[KeptUpdate]
    number: int | None


def purpose_of(member: int) -> str:
    """Return for what an update of this member is sealed."""
    return f"update of member {member}"


def piece_purpose(number: int, piece: int) -> str:
    """Return for what a piece of a fold is sealed."""
    return f"piece {piece} of fold {number}"


def opened(key: SmallKey, kept: KeptUpdate) -> Written:
    """Return an update of the log; raise SealBroken."""
    plain = key.open(kept.sealed, purpose_of(kept.member))
    return Written(kept.number, kept.member, kept.at, plain)


def read_whole(key: SmallKey, number: int, pieces: Sequence[bytes]) -> Whole:
    """Return what the pieces of a fold hold; raise SealBroken."""
    plain = (key.open(one, piece_purpose(number, place)) for place, one in enumerate(pieces))
    return Whole.parse(b"".join(plain))


def read_log(
    library: Library,
    transaction: Transaction,
    tables: Tables,
    paper: PaperId,
    until: int | None = None,
) -> Log:
    """Return a paper as it is kept. until: the number of the last update to be read; by default all are.

    Raises:
        ProjectPartNotFound: there is no such paper.
        ContentKeyUnavailable, ContentKeyWrong, SealBroken: it cannot be opened.
    """
    room = transaction.room(tables)
    found = room.papers.find(paper)
    if found is None:
        raise ProjectPartNotFound("paper")
    key = open_paper_key(library, paper, found.key)
    folds = room.live.folds(paper)
    fold = next((one for one in folds if until is None or one.number <= until), None)
    number, whole = 0, Whole()
    if fold is not None:
        number = fold.number
        whole = read_whole(key, number, room.live.fold_bytes(paper, number))
    written = [opened(key, kept) for kept in room.live.after(paper, number, until)]
    return Log(key, number, whole, written, room.live.clients(paper))


def keep_updates(
    library: Library, transaction: Transaction, additions: Sequence[Addition]
) -> Sequence[Added | LedgerError]:
    """Append to the logs of papers, each addition for itself; see services/group_appends."""
    return [_keep(library, transaction, one) for one in additions]


def _keep(library: Library, transaction: Transaction, new: Addition) -> Added | LedgerError:
    room = transaction.room(new.tables)
    if room.papers.find(new.paper) is None:
        return ProjectPartNotFound("paper")
    others = room.live.after(new.paper, new.seen)
    if new.clients and not room.live.bind(new.paper, new.clients):
        return Added(others, None)
    numbers = room.live.add(new.paper, library.clock(), new.updates)
    return Added(others, numbers[-1])
