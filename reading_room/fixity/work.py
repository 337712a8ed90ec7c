"""What the worker does for fixity: it notes what is kept, and checks it when it is due or was asked for.

A run may be left anywhere, and whoever leads next goes on with it. It reads the disks, and not the
database, at the rate that the settings allow.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.content.fixity import Outcome, gravest
from ledger_service.domain.errors import ContentStoreFull, ContentStoreUnavailable
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.ledger.merkle import leaf_hash, root_of_leaves
from ledger_service.domain.resources.registration import Registration, RegistrationState
from ledger_service.ports.paging import PageRequest, cursor_after, every
from ledger_service.ports.store import Transaction
from ledger_service.services.imports.import_resources import is_importing
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library
from ledger_service.services.resources.closed.find_stored import left_behind, lies_under
from reading_room.fixity.rules import KEPT_RUNS, Finding, Run
from reading_room.fixity.sql import SqlFixity

LOOKED_AT_A_TIME = 1000  # registrations
COPIES_AT_A_TIME = 500
FILES_A_BATCH = 200
BATCH_SECONDS = 5.0  # of work that is done again after a kill
REST_SECONDS = 0.1

Stops = Callable[[], bool]


def work(library: Library, stops: Stops) -> None:
    """Do what is due now; return when nothing is left, or soon after it is told to stop."""
    if not _note_kept(library, stops):
        return  # the next call goes on
    run = _due(library)
    if run is None:
        _refill(library, stops)
    else:
        _check(library, run, stops)


def _note_kept(library: Library, stops: Stops) -> bool:
    """Look through some more registrations for content that is kept; return whether all were seen.

    While many are being taken in, they are not looked at. No run waits for them while a place is away,
    since it may take half a minute to find that out of each.
    """
    with library.store.read() as transaction:
        if is_importing(transaction, library.clock()):
            return True
        cursor = transaction.room(SqlFixity).looked_to()
        items = transaction.registrations.page(PageRequest(cursor, LOOKED_AT_A_TIME)).items
    if not items:
        return True
    begun = time.monotonic()
    seen: list[Registration] = []
    found: list[ContentId | None] = []
    is_complete = True
    for item in items:
        if stops() or time.monotonic() - begun > BATCH_SECONDS:
            break
        seen.append(item)
        try:
            found.append(_kept_under(library, item))
        except ContentStoreUnavailable:  # nobody can tell now: the next run looks for it again
            found.append(None)
            is_complete = False
    if not seen:
        return False
    kept = [cid.base16() for cid in found if cid is not None]
    with library.store.write() as transaction:
        room = transaction.room(SqlFixity)
        if room.looked_to() == cursor:
            room.note_kept(kept)
            room.forget_kept([cid.base16() for cid in left_behind(transaction, seen)])
            room.look_to(cursor_after(seen[-1].accepted_entry), library.clock())
    return not is_complete or len(seen) == len(items) < LOOKED_AT_A_TIME


def _refill(library: Library, stops: Stops) -> None:
    with suppress(ContentStoreUnavailable, ContentStoreFull):  # it is tried again
        library.content.refill(stops)


def _kept_under(library: Library, item: Registration) -> ContentId | None:
    """Return where content is kept, None if it is not; raise ContentStoreUnavailable if a place is away."""
    if item.state is RegistrationState.REJECTED:
        return None
    cid = lies_under(library, item)
    return cid if cid is not None and library.content.has(cid) else None


def _due(library: Library) -> Run | None:
    """Return the run to go on with, which begins now if it was asked for, or the schedule says so."""
    now, every = library.clock(), library.limits.fixity_seconds
    with library.store.read() as transaction:
        room = transaction.room(SqlFixity)
        newest, since = room.newest(), room.looked_since()
    if newest is not None and newest.ended_at is None:
        if newest.began_at is not None:
            return newest
        begun = replace(newest, began_at=now)
    else:
        last = since if newest is None else newest.began_at
        if not every or last is None or now < last + every:
            return None
        begun = Run.after(newest, now, now)
    with library.store.write() as transaction:
        room = transaction.room(SqlFixity)
        if room.newest() == newest:
            room.set(begun)
            _note_copies(transaction)
            room.look_to("", now)  # what was taken in without its content may have got it since
    return None


def _note_copies(transaction: Transaction) -> None:
    """Let what is kept of other members' content be checked, too, and what is kept no more not."""
    room, number = transaction.room(SqlFixity), 0
    while copies := transaction.member_copies.copies_after(number, COPIES_AT_A_TIME):
        room.note_kept([one.cid.base16() for one in copies if one.is_kept])
        room.forget_kept([one.cid.base16() for one in copies if not one.is_kept])
        number = copies[-1].number


def _check(library: Library, run: Run, stops: Stops) -> None:
    pace = _Pace(library.limits.fixity_bytes_a_second, stops)
    while not stops():
        _refill(library, stops)  # need not wait for the end of a long run
        with library.store.read() as transaction:
            cids = transaction.room(SqlFixity).oldest(run.number, FILES_A_BATCH)
        if not cids:
            _end(library, run)
            return
        found, gone = _findings(library, run, cids, pace)
        if not found and not gone:
            return
        with library.store.write() as transaction:
            room = transaction.room(SqlFixity)
            if room.find(run.number) != run:
                return  # another worker goes on with it
            room.forget_kept(gone)
            if not found:
                continue
            room.add_findings(run.number, found)
            counted = run.counted
            counted.update(one.outcome for one in found)
            places = len({one.place for one in found})
            run = replace(run, outcomes=dict(counted), of=room.count_kept() * places)
            room.set(run)
            run = room.find(run.number) or run


def _findings(
    library: Library, run: Run, cids: list[str], pace: _Pace
) -> tuple[list[Finding], list[str]]:
    """Return what is found of these files, or of the first of them that took long enough.

    Return also those that lie elsewhere by now, encrypted or in a later epoch; they are not missing.
    """
    found: list[Finding] = []
    gone: list[str] = []
    begun = time.monotonic()
    for cid in cids:
        outcomes: dict[str, Outcome] = {}
        for block in library.content.check(ContentId.read(cid)):
            worst = outcomes.get(block.place, block.outcome)
            outcomes[block.place] = gravest([worst, block.outcome])
            pace.keep(block.size_bytes)
            if pace.stops():
                return found, gone
        if Outcome.MISSING in outcomes.values() and _lies_elsewhere(library, cid):
            gone.append(cid)
            continue
        at, first = library.clock(), run.findings + len(found)
        found += [
            Finding(number, cid, place, outcome, at)
            for number, (place, outcome) in enumerate(outcomes.items(), first)
        ]
        if time.monotonic() - begun > BATCH_SECONDS:
            break
    return found, gone


def _lies_elsewhere(library: Library, cid: str) -> bool:
    with library.store.read() as transaction:
        return transaction.stored.lies_elsewhere(cid)


def _end(library: Library, run: Run) -> None:
    """Attest the run in the ledger."""
    with library.store.read() as transaction:
        root = _root(transaction, run)
    with library.store.write() as transaction:
        room, now = transaction.room(SqlFixity), library.clock()
        if room.find(run.number) != run:
            return
        ended = replace(run, ended_at=now, root=root, of=run.findings)
        statement = Digest.of(ended.statement())
        entry, _ = append_statement(
            transaction, StatementType.FIXITY, statement, library.steward, now
        )
        room.set(replace(ended, entry=entry))
        room.forget_findings(run.number - KEPT_RUNS + 1)


def _root(transaction: Transaction, run: Run) -> bytes:
    room = transaction.room(SqlFixity)
    found = every(lambda page: room.findings(run.number, page, tuple(Outcome)))
    return root_of_leaves(leaf_hash(finding.line()) for finding in found)


class _Pace:
    """Holds reading to a rate in bytes a second; stops: whether nobody should go on."""

    def __init__(self, rate: int, stops: Stops) -> None:
        self.stops = stops
        self._rate = rate
        self._free_at = time.monotonic()

    def keep(self, size_bytes: int) -> None:
        """Return when so many bytes more may be read, or when told to stop."""
        self._free_at = max(self._free_at, time.monotonic()) + size_bytes / self._rate
        while (left := self._free_at - time.monotonic()) > REST_SECONDS and not self.stops():
            time.sleep(min(left, REST_SECONDS))
