"""What the worker does for recommendations: a run each night, and whenever one is asked for.

A run reads all records, counts the last window of openings if that was not counted yet, and writes what is
near to what, some works at a time. One that is broken off begins anew; one that fails unexpectedly waits an
hour, since what fails at once would fail again and again. What was drawn for a window stays:
drawn again and again, noise would tell what it hides.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from ledger_service.domain import canonical_json, foreign_json
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.services.imports.import_resources import is_importing
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library
from reading_room.recommendations.measuring import code_digest, is_installed, versions
from reading_room.recommendations.measuring.likeness import most_like
from reading_room.recommendations.measuring.noise import OpenDpNoise
from reading_room.recommendations.measuring.records import Works, read_works
from reading_room.recommendations.measuring.together import baskets_of, count_together
from reading_room.recommendations.measuring.whole_list import parts_of
from reading_room.recommendations.ports import Noise
from reading_room.recommendations.rules.card import Card, Release
from reading_room.recommendations.rules.nearness import MOST_NEAR, MOST_TOGETHER, Near, pack
from reading_room.recommendations.rules.run import Run
from reading_room.recommendations.rules.terms import Terms
from reading_room.recommendations.sql import SqlRecommendations

logger = logging.getLogger("muhr.recommendations")
WORKS_A_TRANSACTION = 500

Stops = Callable[[], bool]
Neighbors = dict[int, list[int]]
"""Places of works that the same readers read, by the place of a work, the most readers first."""


def work(
    library: Library, stops: Stops, noise: Noise | None = None, terms: Terms | None = None
) -> None:
    """Make a run if one is due and no import is under way; return soon after it is told to stop.

    noise, terms: by default noise that nobody can foresee, and the terms of the rules.
    """
    if not library.limits.recommends or not is_installed():
        return
    now = library.clock()
    with library.store.read() as transaction:
        known = transaction.room(SqlRecommendations).run()
        is_busy = is_importing(transaction, now)
    if known is None:  # its first night is yet to come
        _set(library, Run(0, now, now))
    elif known.is_due(now) and not is_busy and not stops():
        begun = Run(known.number + 1, now, entry=known.entry, window=known.window)
        _set(library, begun)
        try:
            _run(library, begun, stops, noise or OpenDpNoise(), terms or Terms())
        except LedgerError:  # what is away comes back
            raise
        except Exception:
            _put_off(library)


def _put_off(library: Library) -> None:
    """Say that the run failed, in the log and to whoever asks how it stands, and let the next one wait."""
    with library.store.write() as transaction:
        room = transaction.room(SqlRecommendations)
        known = room.run()
        assert known is not None  # it has begun
        room.set_run(replace(known, failed_at=library.clock()))
    logger.exception("run %d of recommendations failed; it is tried again in an hour", known.number)


def _set(library: Library, run: Run) -> None:
    with library.store.write() as transaction:
        transaction.room(SqlRecommendations).set_run(run)


def _run(library: Library, run: Run, stops: Stops, noise: Noise, terms: Terms) -> None:
    run = _count_window(library, run, noise, terms)
    works = read_works(library, stops)
    if stops():
        return  # what was read is not all
    with library.store.read() as transaction:
        together = _neighbors(transaction.room(SqlRecommendations).pairs(), works)
    found, near = _near(works, together), Found()
    while not stops():
        some = list(islice(found, WORKS_A_TRANSACTION))
        if not some:
            _end(library, run, works, near)
            return
        packed = []
        for at, ones in enumerate(some, near.done):
            if ones:
                read = together.get(at, [])
                told = [Near(works.entries[one], one in read) for one in (at, *ones)]
                packed.append((works.digests[at], pack(told)))
            near.add(at, ones, is_listed=at in works.titles)
        with library.store.write() as transaction:
            room = transaction.room(SqlRecommendations)
            room.put(run.number, packed)
            room.set_run(_asked(room, replace(run, done=near.done, of=len(works.digests))))


class Found:
    """What a run found so far: counts, and the places near to the works of the list."""

    def __init__(self) -> None:
        self.done = self.with_near = self.near = 0
        self.listed: dict[int, list[int]] = {}

    def add(self, at: int, ones: list[int], *, is_listed: bool) -> None:
        """Add what is near to the work at a place."""
        self.done += 1
        self.with_near += bool(ones)
        self.near += len(ones)
        if is_listed:
            self.listed[at] = ones


def _asked(room: SqlRecommendations, run: Run) -> Run:
    """Return the run; somebody may have asked for the next one meanwhile."""
    known = room.run()
    return replace(run, is_asked=known is not None and known.is_asked)


def _count_window(library: Library, run: Run, noise: Noise, terms: Terms) -> Run:
    """Count the last window that has ended, once."""
    window = terms.last_window(library.clock())
    if run.window is not None and run.window >= window:
        return run
    begins, ends = terms.bounds(window)
    with library.store.read() as transaction:
        readers = transaction.access.opened_together(begins, ends, terms.works_a_reader)
        baskets = baskets_of(readers, terms)
    counted = count_together(baskets, terms, noise)
    told = Release(
        window=window,
        readers=counted.readers,
        pairs_before=counted.pairs_before,
        pairs_after=len(counted.pairs),
        scale=counted.drawn.scale,
        threshold=counted.drawn.threshold + terms.k - 1,
        epsilon=counted.drawn.epsilon,
        delta=counted.drawn.delta,
    ).told(terms)
    run = replace(run, window=window)
    with library.store.write() as transaction:
        room = transaction.room(SqlRecommendations)
        room.set_release(window, canonical_json.canonicalize(told), counted.pairs)
        room.set_run(run)
    return run


def _neighbors(pairs: Iterable[tuple[bytes, bytes, int]], works: Works) -> Neighbors:
    """Return who was read together with whom, of works that still stand."""
    found: dict[int, list[tuple[int, int]]] = {}
    for one, other, count in pairs:
        places = works.places.get(one), works.places.get(other)
        if places[0] is not None and places[1] is not None:
            found.setdefault(places[0], []).append((-count, places[1]))
            found.setdefault(places[1], []).append((-count, places[0]))
    return {at: [other for _, other in sorted(ones)[:MOST_TOGETHER]] for at, ones in found.items()}


def _near(works: Works, together: Neighbors) -> Iterator[list[int]]:
    """Yield for each work the places of what is near to it, nearest first."""
    for at, like in enumerate(most_like(works.features, MOST_NEAR)):
        yield list(dict.fromkeys([*together.get(at, []), *like]))[:MOST_NEAR]


def _end(library: Library, run: Run, works: Works, found: Found) -> None:
    """Forget what is gone, and have the ledger attest the card."""
    with library.store.read() as transaction:
        kept = transaction.room(SqlRecommendations).release()
    release = None if kept is None else foreign_json.parse(kept[1])
    card = Card(
        run=run.number,
        began_at=run.began_at,
        ended_at=library.clock(),
        works=len(works.digests),
        with_near=found.with_near,
        near=found.near,
        code=code_digest(),
        versions=versions(),
        release=release,
    )
    lists, statement = parts_of(works, found.listed), card.statement()
    with library.store.write() as transaction:
        room = transaction.room(SqlRecommendations)
        digest, steward = Digest.of(statement), library.steward
        entry, _ = append_statement(
            transaction, StatementType.MODEL, digest, steward, card.ended_at
        )
        room.forget_before(run.number)
        room.set_card(statement, entry)
        room.set_lists(lists)
        run = replace(run, ended_at=card.ended_at, done=found.done, of=found.done, entry=entry)
        room.set_run(_asked(room, run))
