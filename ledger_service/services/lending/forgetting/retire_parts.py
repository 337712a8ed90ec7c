"""Destroy private parts that are older than the library keeps them, and say in the ledger how many.

Once a day: the worker that leads destroys all from before a midnight, a few hundred a transaction, and the
last of them attests the sum. Grants that ended before then are nobody's, as after an erasure (ADR 0120).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.ledger.retirement import Retirement
from ledger_service.domain.lending.grant import OLDEST_HEAD_SECONDS
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library

DAY_SECONDS = 86_400
AT_ONCE = 300
SECONDS_BETWEEN_LOOKS = 60
Stops = Callable[[], bool]


@dataclass(frozen=True)
class Due:
    """What is older than it is kept. before: all from before this midnight; None if all is kept for ever."""

    before: int | None
    parts: int


class Retiring:
    """What the worker that leads does about it; each process has its own."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._looked_at = 0

    def work(self, stops: Stops) -> None:
        """Destroy what is due, now and then."""
        now = self._library.clock()
        if 0 <= now - self._looked_at < SECONDS_BETWEEN_LOOKS:
            return
        retire_parts(self._library, stops)
        if not stops():
            self._looked_at = now


def retire_parts(library: Library, stops: Stops) -> int:
    """Destroy what is due, until nothing is left or it is told to stop; return how many parts it was.

    Raises Unavailable if something is due and the chain, which is asked for the time, does not answer.
    """
    before, count = _before(library, library.clock()), 0
    if before is None:
        return 0
    with library.store.read() as transaction:
        if not _has_work(transaction, before):
            return 0
    # A clock that leaps ahead must not let that be destroyed which is to be kept.
    told = library.chain.fresh_head().time + OLDEST_HEAD_SECONDS
    before = _before(library, min(library.clock(), told))
    while before is not None and not stops():
        with library.store.read() as transaction:
            if not _has_work(transaction, before):
                break
        with library.store.write() as transaction:
            count += _retire_some(library, transaction, before)
    return count


def find_due(library: Library, caller: Caller) -> Due:
    """Return what the worker destroys at its next look."""
    check_permitted(caller, Permission.RETENTION_READ)
    before = _before(library, library.clock())
    if before is None:
        return Due(None, 0)
    with library.store.read() as transaction:
        return Due(before, transaction.ledger.count_private_parts_before(before))


def count_of_erased(library: Library, caller: Caller) -> int:
    """Return how many parts were destroyed since they named readers who were erased."""
    check_permitted(caller, Permission.RETENTION_READ)
    with library.store.read() as transaction:
        return transaction.retirements.of_erased()


def list_retirements(library: Library, caller: Caller, request: PageRequest) -> Page[Retirement]:
    """Return a page of what was destroyed by age, newest first; raise InvalidCursor."""
    check_permitted(caller, Permission.RETENTION_READ)
    with library.store.read() as transaction:
        return transaction.retirements.page(request)


def _before(library: Library, now: int) -> int | None:
    """Return the midnight from before which nothing is kept; None if all is kept."""
    seconds = library.limits.retention_seconds
    before = now - seconds
    return before - before % DAY_SECONDS if seconds else None


def _has_work(transaction: Transaction, before: int) -> bool:
    return (
        bool(transaction.retirements.open())
        or bool(transaction.ledger.private_parts_before(before, 1))
        or transaction.grants.is_any_named(before)
    )


def _retire_some(library: Library, transaction: Transaction, before: int) -> int:
    """Destroy some parts, and with the last of them attest how many they were; return how many it was."""
    entries = transaction.ledger.private_parts_before(before, AT_ONCE)
    count = transaction.ledger.erase_private_parts(entries)
    found = transaction.retirements.find(before)
    if entries:
        found = _sum(found, Retirement(before, count, min(entries), max(entries)))
        transaction.retirements.keep(found)
    grants = transaction.grants.forget_readers(before, AT_ONCE)
    transaction.access.forget_openings(before)
    for left in transaction.retirements.open():
        is_over = not transaction.ledger.private_parts_before(left.before, 1)
        if left.before != before and is_over:  # a day has begun meanwhile
            _attest(library, transaction, left)
    is_last = len(entries) < AT_ONCE and grants < AT_ONCE
    if is_last and found is not None and found.entry is None:
        _attest(library, transaction, found)
    return count


def _sum(was: Retirement | None, more: Retirement) -> Retirement:
    if was is None:
        return more
    first, last = min(was.first, more.first), max(was.last, more.last)
    return Retirement(was.before, was.parts + more.parts, first, last)


def _attest(library: Library, transaction: Transaction, done: Retirement) -> None:
    kind, statement = StatementType.PARTS_DESTROYED, Digest.of(done.statement())
    entry, _ = append_statement(transaction, kind, statement, library.steward, library.clock())
    transaction.retirements.keep(replace(done, entry=entry))
