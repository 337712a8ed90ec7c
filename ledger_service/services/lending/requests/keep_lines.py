"""Tell readers of loans that soon end, each end once; and forget requests that ended long ago."""

from __future__ import annotations

from collections.abc import Callable

from ledger_service.domain.lending.line import is_due_to_end
from ledger_service.services.lending.requests.advance_line import advance_lines
from ledger_service.services.library import Library
from ledger_service.services.people.notices import NoticeKind, tell

SECONDS_BETWEEN_SWEEPS = 60


class LineKeeper:
    """What the worker that leads does for lines and loans; each process has its own."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._swept_at = 0

    def work(self, stops: Callable[[], bool]) -> None:
        """Advance all lines; now and then, tell of ends and forget.

        Raises:
            Unavailable: the chain or the database does not answer; what is due is done later.
        """
        now = self._library.clock()
        if not 0 <= now - self._swept_at < SECONDS_BETWEEN_SWEEPS:
            tell_ends(self._library)
            forget_requests(self._library)
            self._swept_at = now
        advance_lines(self._library, stops)


def tell_ends(library: Library) -> int:
    """Tell the readers whose loans soon end; return how many were told."""
    now, notice = library.clock(), library.limits.end_notice_seconds
    with library.store.read() as transaction:
        ending = [
            grant
            for grant in transaction.grants.ending(library.steward, now, now + notice)
            if is_due_to_end(grant.until, grant.accepted_at, now, notice)
        ]
    if not ending:
        return 0
    with library.store.write() as transaction:
        for grant in ending:
            transaction.grants.tell_end(grant.id, grant.until)
            tell(transaction, grant.reader, NoticeKind.LOAN_ENDS, grant.digest.hex(), now)
    return len(ending)


def forget_requests(library: Library) -> None:
    """Forget requests that ended longer ago than the library remembers them."""
    before = library.clock() - library.limits.request_seconds
    with library.store.read() as transaction:
        if not transaction.requests.has_ended(before):
            return
    with library.store.write() as transaction:
        transaction.requests.forget_ended(before)
