"""Fold a paper's log: the paper as it stands becomes one update, without what was deleted and forgotten.

The worker does it, so that no process that serves people builds a document. Each step is a small write of its
own: a fold counts once its last piece is there. Behind the fold before the last, a sitting's updates become
one for each member, so that the history stays and the log does not grow with each letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from pycrdt import Doc

from ledger_service.domain.errors import LedgerError
from ledger_service.services.library import Library
from reading_room.together.live.bounds import LARGEST_UPDATE_BYTES
from reading_room.together.live.keep import (
    Log,
    Tables,
    Whole,
    Written,
    opened,
    piece_purpose,
    purpose_of,
    read_log,
)
from reading_room.together.live.ports import KeptFold
from reading_room.together.live.room import merged
from reading_room.together.live.sittings import sittings_of
from reading_room.together.live.yjs.update import read_update
from reading_room.together.live.yjs.wire import NOTHING, read_state_vector
from reading_room.together.rules.project import PaperId

LEAST_UPDATES = 400  # behind the newest fold, for which a new one is made
LEAST_BYTES = 200_000  # the same
MANY_UPDATES = 5_000  # for which one is made, however large the paper is
PIECE_BYTES = 1_000_000
ROWS_A_LOOK = 10_000
KEPT_FOLDS = 3  # the newest; what was before is read from the log


def is_due(log: Log) -> bool:
    """Return whether so much came behind the newest fold that a new one is worth its bytes."""
    size = sum(len(one.update) for one in log.written)
    is_much = len(log.written) >= LEAST_UPDATES or size >= LEAST_BYTES
    is_worth_it = size * 20 >= len(log.whole.update) or len(log.written) >= MANY_UPDATES
    return is_much and is_worth_it


def fold_paper(library: Library, tables: Tables, paper: PaperId, stops: Callable[[], bool]) -> bool:
    """Make a fold of a paper, if one is due; return whether it was made.

    Raises:
        ProjectPartNotFound: the paper is gone. ContentKeyUnavailable, ContentKeyWrong, SealBroken.
    """
    with library.store.read() as transaction:
        log = read_log(library, transaction, tables, paper)
        before = transaction.room(tables).live.folds(paper)
    if not is_due(log) or stops():
        return False
    data = _whole(log).format()
    pieces = [data[at : at + PIECE_BYTES] for at in range(0, len(data), PIECE_BYTES)]
    number = log.written[-1].number
    new = KeptFold(paper, number, library.clock(), len(data))
    for place, piece in enumerate(pieces):
        if stops():
            return False
        sealed = log.key.seal(piece, piece_purpose(number, place))
        with library.store.write() as transaction:
            live = transaction.room(tables).live
            if place == 0:
                live.remove_fold(paper, number)  # one that was begun
            live.add_piece(new, place, sealed, is_last=place == len(pieces) - 1)
    _join(library, tables, log, before)
    with library.store.write() as transaction:
        for old in before[KEPT_FOLDS - 1 :]:
            transaction.room(tables).live.remove_fold(paper, old.number)
    return True


def _whole(log: Log) -> Whole:
    """Return the paper as one update; an update that no document takes is left out."""
    document: Doc[Any] = Doc()
    for update in [log.whole.update, *(one.update for one in log.written)]:
        if update != NOTHING:
            document.apply_update(update)
    update = document.get_update()
    state = read_state_vector(document.get_state())
    return Whole(update, state, tuple(read_update(update).deleted))


def _join(library: Library, tables: Tables, log: Log, folds: Sequence[KeptFold]) -> None:
    """Make the updates of each sitting before the fold before the new one a single one for each member."""
    if not folds:
        return
    after = folds[1].number if len(folds) > 1 else 0
    with library.store.read() as transaction:
        kept = transaction.room(tables).live.after(folds[0].paper, after, folds[0].number)
    written = [opened(log.key, one) for one in kept]
    for some in _of_members(written):
        update = merged([one.update for one in some])
        if len(some) == 1 or len(update) > LARGEST_UPDATE_BYTES:
            continue
        last = some[-1]
        sealed = log.key.seal(update, purpose_of(last.member))
        with library.store.write() as transaction:
            numbers = [one.number for one in some[:-1]]
            transaction.room(tables).live.replace(last.number, sealed, numbers)


def _of_members(written: Sequence[Written]) -> Iterator[list[Written]]:
    """Yield the updates of each member in each sitting, in their order."""
    for sitting in sittings_of(written, lambda one: one.at):
        by_member = sorted(sitting, key=lambda one: one.member)
        for _, some in groupby(by_member, lambda one: one.member):
            yield list(some)


class Folding:
    """What the worker has seen of the log, so that it looks only at papers that were written since."""

    def __init__(self) -> None:
        self._seen = 0
        self._count: dict[PaperId, int] = {}

    def papers(self, library: Library, tables: Tables) -> list[PaperId]:
        """Return the papers for which so many updates came that a fold may be due."""
        while True:
            with library.store.read() as transaction:
                rows = transaction.room(tables).live.papers_after(self._seen, ROWS_A_LOOK)
            for self._seen, paper in rows:
                self._count[paper] = self._count.get(paper, 0) + 1
            if len(rows) < ROWS_A_LOOK:
                break
        due = [paper for paper, count in self._count.items() if count >= LEAST_UPDATES // 4]
        for paper in due:
            del self._count[paper]
        return due


def fold_papers(
    library: Library, tables: Tables, folding: Folding, stops: Callable[[], bool]
) -> None:
    """Fold the papers of which a fold is due; one that cannot be read stays as it is."""
    for paper in folding.papers(library, tables):
        if stops():
            return
        try:
            fold_paper(library, tables, paper, stops)
        except LedgerError:
            continue
