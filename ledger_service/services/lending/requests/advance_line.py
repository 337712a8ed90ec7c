"""Advance lines: a seat that frees is kept for whoever is first, for a while, and then for the next.

Done by the worker's rounds and before a request is looked at, so that neither need wait for the other. All of
it follows from what is stored, the time and the chain's seats: doing it twice does it once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.grant import OLDEST_HEAD_SECONDS
from ledger_service.domain.lending.line import Step, next_steps
from ledger_service.domain.lending.request import (
    REQUEST_STATES_IN_LINE,
    Closing,
    Request,
    RequestState,
)
from ledger_service.domain.resources.registration import STATES_WITHDRAWN
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.notices import NoticeKind, tell

_NOTICES = {
    RequestState.READY: NoticeKind.TURN_CAME,
    RequestState.LAPSED: NoticeKind.TURN_LAPSED,
}


def advance_lines(library: Library, stops: Callable[[], bool]) -> None:
    """Advance every line of the library; raise Unavailable if the chain is needed and does not answer."""
    with library.store.read() as transaction:
        digests = transaction.requests.lines(library.steward)
    for digest in digests:
        if stops():
            return
        advance_line(library, digest)


def advance_line(library: Library, digest: Digest) -> None:
    """Advance the line of one resource.

    Raises:
        Unavailable: something is due, and the chain, which is asked for the time and for seats, does not
            answer; then nothing is done.
    """
    with library.store.read() as transaction:
        is_due = bool(_closed(library, transaction, digest)) or bool(
            _due(library, transaction, digest, library.clock(), frozenset())
        )
    if not is_due:
        return
    # A clock that leaps ahead must not let turns lapse, nor end grants that the chain holds to be live.
    now = min(library.clock(), library.chain.fresh_head().time + OLDEST_HEAD_SECONDS)
    held = _held_by_others(library, digest, now)
    with library.store.write() as transaction:
        for request in _closed(library, transaction, digest):
            transaction.requests.replace(replace(request, changed_at=now))
            if request.why == Closing.RESOURCE_WITHDRAWN:
                about = request.digest.hex()
                tell(transaction, request.reader, NoticeKind.LINE_CLOSED, about, now)
        for step in _due(library, transaction, digest, now, held):
            _take(transaction, step, now)


def _take(transaction: Transaction, step: Step, now: int) -> None:
    request = replace(step.request, state=step.state, held_until=step.held_until, changed_at=now)
    transaction.requests.replace(request)
    if step.state in _NOTICES:
        about = request.digest.hex()
        tell(transaction, request.reader, _NOTICES[step.state], about, now)


def _closed(library: Library, transaction: Transaction, digest: Digest) -> list[Request]:
    """Return the requests, as they are to be, that nobody waits for any more or for which nothing comes."""
    line = transaction.requests.line(digest, library.steward)
    registration = transaction.registrations.find(digest, library.steward)
    if registration is None or registration.state in STATES_WITHDRAWN:
        return [_ended(request, Closing.RESOURCE_WITHDRAWN) for request in line]
    return [
        _ended(request, Closing.READER_GONE)
        for request in line
        if transaction.access.reader_key(request.reader) is None
    ]


def _ended(request: Request, why: Closing) -> Request:
    return replace(request, state=RequestState.CLOSED, held_until=None, why=why.value)


def _due(
    library: Library, transaction: Transaction, digest: Digest, now: int, held: frozenset[int]
) -> list[Step]:
    """Return what is due in a line at this time. held: seats that look free, and are not on chain."""
    line = _in_line(transaction.requests.line(digest, library.steward))
    if not line:
        return []
    registration = transaction.registrations.find(digest, library.steward)
    license_row = None if registration is None else transaction.licenses.find(registration.license)
    if license_row is None:
        return []
    taken = transaction.grants.seats_taken(digest, library.steward, now) | held
    seats = license_row.terms.seats
    free = seats - sum(seat < seats for seat in taken)
    return next_steps(line, free, now, library.limits.pick_up_seconds)


def _held_by_others(library: Library, digest: Digest, now: int) -> frozenset[int]:
    """Return seats that look free here, and are held on chain by grants that this library does not know."""
    with library.store.read() as transaction:
        line = _in_line(transaction.requests.line(digest, library.steward))
        registration = transaction.registrations.find(digest, library.steward)
        license_row = (
            None if registration is None else transaction.licenses.find(registration.license)
        )
        taken = transaction.grants.seats_taken(digest, library.steward, now)
    held, wanted = set[int](), len(line)
    for seat in range(0 if license_row is None else license_row.terms.seats):
        if not wanted:
            break
        if seat in taken:
            continue
        if library.chain.seat(digest, library.steward, seat)[1] > now:
            held.add(seat)
        else:
            wanted -= 1
    return frozenset(held)


def _in_line(requests: Sequence[Request]) -> list[Request]:
    return [request for request in requests if request.state in REQUEST_STATES_IN_LINE]
