"""Tell other libraries how their loans went on; again if nobody took it, not for ever."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from ledger_service.domain.errors import InvalidReceiver, LoanNotFound
from ledger_service.domain.lending.loan_elsewhere import LoanElsewhere
from ledger_service.ports.publication import Poster
from ledger_service.services.lending.distribution.find_loan import ToldLoan, ended, told_loan
from ledger_service.services.library import Library

AT_ONCE = 100
WAITS = (60, 300, 1800, 7200, 43_200)
"""Seconds after each attempt that failed; after the last, nobody is told any more."""
NOT_THERE = (404, 410)
"""Answers of a library that does not know the loan any more: it need not be told."""

Written = Callable[[ToldLoan], tuple[bytes, str]]
"""Returns what is sent of a loan, and its media type."""


def follow_loans(library: Library) -> int:
    """Note which loans have ended since, or have another end; return how many."""
    now = library.clock()
    with library.store.read() as transaction:
        if not transaction.loans_elsewhere.moved(now, 1):
            return 0
    with library.store.write() as transaction:
        moved = transaction.loans_elsewhere.moved(now, AT_ONCE)
        for loan in moved:
            told = told_loan(library, transaction, loan)
            if told.status.is_running:
                changed = replace(loan, until=told.grant.until, changed_at=now)
            else:
                changed = ended(loan, told.status, now, tells=bool(told.said.tell))
            transaction.loans_elsewhere.replace(changed)
    return len(moved)


def tell_distributors(library: Library, written: Written, stops: Callable[[], bool]) -> int:
    """Send what is due; return how many were told."""
    if library.poster is None:
        return 0
    with library.store.read() as transaction:
        due = transaction.loans_elsewhere.to_tell(library.clock(), AT_ONCE)
    done = 0
    for loan in due:
        if stops():
            break
        done += _tell(library, loan, written)
    return done


def forget_loans(library: Library) -> int:
    """Forget loans that ended longer ago than requests are remembered; return how many."""
    before = library.clock() - library.limits.request_seconds
    with library.store.read() as transaction:
        if not transaction.loans_elsewhere.has_ended(before):
            return 0
    with library.store.write() as transaction:
        return transaction.loans_elsewhere.forget_ended(before, AT_ONCE)


def _tell(library: Library, loan: LoanElsewhere, written: Written) -> bool:
    assert library.poster is not None  # asked by the caller
    with suppress(LoanNotFound):  # of who was erased meanwhile nothing is told
        with library.store.read() as transaction:
            told = told_loan(library, transaction, loan)
        body, media_type = written(told)
        status = _posted(library.poster, told.said.tell, body, media_type)
        is_taken = status is not None and 200 <= status < 300
        _note(library, loan, is_over=is_taken or status in NOT_THERE)
        return is_taken
    return False


def _posted(poster: Poster, url: str, body: bytes, media_type: str) -> int | None:
    """Return the status by which an address answered, None if nobody did."""
    try:
        with poster.line(url) as line:
            return line.post(body, {"Content-Type": media_type}).status
    except InvalidReceiver:  # the operator allows it no more
        return None


def _note(library: Library, loan: LoanElsewhere, *, is_over: bool) -> None:
    """Note what came of an attempt, unless the loan has changed since: then that is to be told."""
    with library.store.write() as transaction:
        found = transaction.loans_elsewhere.at(loan.address)
        if found is None or found.changed_at != loan.changed_at or found.tell_at != loan.tell_at:
            return
        over = is_over or loan.tries >= len(WAITS)
        tell_at = None if over else library.clock() + WAITS[loan.tries]
        transaction.loans_elsewhere.replace(replace(found, tell_at=tell_at, tries=loan.tries + 1))
