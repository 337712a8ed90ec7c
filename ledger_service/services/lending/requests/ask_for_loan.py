"""Ask to be lent a resource: granted at once, or put before a registrar, or placed in line.

A request that is refused leaves an entry of kind `denied`. One that is granted or that waits is stored in the
transaction that decides it, so that the order in which requests are accepted is the order of the line.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from ledger_service.domain.chain_errors import ResourceIsWithdrawn
from ledger_service.domain.errors import (
    ContentNotFound,
    LoanNotNeeded,
    NoCheckoutLeft,
    NoSeatFree,
    OverLimit,
    RequestEnded,
    RequestRefused,
    Unavailable,
    UnknownReader,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.lending.grant import Grant, Scope, check_loan
from ledger_service.domain.lending.request import Request, RequestState, new_request_id
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.resources import License
from ledger_service.ports.store import Transaction
from ledger_service.services.lending.cohorts.claim_grant import claimed_grant
from ledger_service.services.lending.requests.advance_line import advance_line
from ledger_service.services.lending.requests.deny_request import deny_request, why_no_seat
from ledger_service.services.lending.take_seat import (
    AskedGrant,
    Taken,
    check_kept,
    license_of,
    take_seat,
)
from ledger_service.services.library import Library

DEFAULT_LOAN_SECONDS = 14 * 86_400  # or the longest that the license allows, if that is less


class Ask(NamedTuple):
    """What a reader asks for. seconds: of the loan; by_service: no registrar decides.

    waits: whether they want a place in line.
    """

    digest: Digest
    reader: str
    seconds: int
    by_service: bool
    waits: bool = True


class _RefusedError(Exception):
    """Undoes the transaction that found why a request is refused."""

    def __init__(self, why: Denial) -> None:
        super().__init__(why)
        self.why = why


def ask_for_loan(
    library: Library,
    caller: Caller,
    *,
    digest: Digest,
    seconds: int | None = None,
    waits: bool = True,
) -> Request:
    """Return the request: granted, or before a registrar, or in line. Asked again, it is the same one.

    seconds: how long the loan is to be, by default two weeks, or less if the license allows less.
    waits: False if the reader wants the loan now or not at all.

    Raises:
        RequestRefused: after the entry of the refusal is durable; it tells why.
        LoanNotNeeded: everybody may read it.
        ResourceNotFound, ResourceNotYetRegistered, UnknownReader, GrantHeld, LoanTooLong,
        GrantEndsInPast: see `issue_grant`.
        Unavailable: it is to be refused, and the chain does not answer, so that no entry can say so.
    """
    check_permitted(caller, Permission.REQUEST_MAKE)
    heed_line(library, digest)
    try:
        return _asked(library, caller, digest, seconds, waits)
    except _RefusedError as exc:
        why = exc.why
    except ResourceIsWithdrawn:
        why = Denial.WITHDRAWN
    except ContentNotFound:
        why = Denial.ELSEWHERE
    except NoCheckoutLeft:
        why = Denial.NO_LICENSE
    except OverLimit:
        why = Denial.OVER_LIMIT
    head = library.chain.fresh_head()
    with library.store.write() as transaction:
        entry = deny_request(
            library,
            transaction,
            head,
            digest=digest,
            reader=caller.subject,
            actor=caller.actor_class,
            why=why,
        )
    raise RequestRefused(digest=str(digest), entry=entry, why=why.reason)


def heed_line(library: Library, digest: Digest) -> None:
    """Advance a line if the chain answers; if it does not, the line stays as it is."""
    with suppress(Unavailable):  # a request is kept all the same
        advance_line(library, digest)


def _asked(
    library: Library, caller: Caller, digest: Digest, seconds: int | None, waits: bool
) -> Request:
    reader = caller.subject
    check_kept(library, digest)
    with library.store.read() as transaction:
        license_row = license_of(library, transaction, digest)
        mine = transaction.requests.open_of(reader, digest, library.steward)
        if transaction.access.reader_key(reader) is None:
            raise UnknownReader("gone")
    if license_row.terms.is_open:
        raise LoanNotNeeded(license=license_row.name)
    if mine is not None and mine.state is not RequestState.READY:
        return mine
    longest = license_row.terms.longest_loan_seconds
    length = min(DEFAULT_LOAN_SECONDS, longest) if seconds is None else seconds
    if mine is not None:
        return lend(library, caller, Ask(digest, reader, mine.seconds, not mine.approved))
    ask = Ask(digest, reader, length, license_row.terms.self_service, waits)
    with suppress(NoSeatFree):  # then the line is theirs as it is everybody's
        claimed = claimed_grant(library, caller, digest)
        if claimed is not None:
            with library.store.write() as transaction:
                return _granted(library, transaction, ask, None, claimed)
    if not ask.by_service:
        return _put_before_registrar(library, ask, license_row)
    return lend(library, caller, ask)


def lend(library: Library, caller: Caller, ask: Ask) -> Request:
    """Return the request of this reader, granted if a seat is left for it, else in line.

    Raises:
        RequestEnded: a registrar approved it, and it ended meanwhile.
        What `take_seat` raises.
    """
    asked = AskedGrant(
        ask.digest,
        ask.reader,
        library.clock() + ask.seconds,
        Scope.READ,
        ask.by_service,
    )

    def finish(transaction: Transaction, taken: Taken) -> Request:
        present = transaction.requests.open_of(ask.reader, ask.digest, library.steward)
        if present is None and not ask.by_service:
            raise RequestEnded(state=RequestState.LAPSED.value)
        if taken.grant is not None:
            return _granted(library, transaction, ask, present, taken.grant)
        if present is not None and present.state is RequestState.READY:
            return set_state(library, transaction, present, RequestState.WAITING)
        if present is not None:
            return present
        if not ask.waits or _is_full(library, transaction, ask.digest):
            raise _RefusedError(why_no_seat(library, transaction, ask.digest))
        _check_share(library, transaction, ask.reader)
        return _added(transaction, _new(library, ask, RequestState.WAITING))

    return take_seat(library, caller, asked, finish)


def set_state(
    library: Library,
    transaction: Transaction,
    request: Request,
    state: RequestState,
    **changes: object,
) -> Request:
    """Return the request in another state, stored, with no seat kept."""
    now = library.clock()
    changed = replace(request, state=state, held_until=None, changed_at=now, **changes)  # type: ignore[arg-type]
    transaction.requests.replace(changed)
    return changed


def _put_before_registrar(library: Library, ask: Ask, license_row: License) -> Request:
    with library.store.write() as transaction:
        mine = transaction.requests.open_of(ask.reader, ask.digest, library.steward)
        if mine is not None:
            return mine
        if _is_full(library, transaction, ask.digest):
            raise _RefusedError(why_no_seat(library, transaction, ask.digest))
        _check_share(library, transaction, ask.reader)
        now = library.clock()
        check_loan(license_row.terms, now, now + ask.seconds)
        return _added(transaction, _new(library, ask, RequestState.ASKED))


def _granted(
    library: Library, transaction: Transaction, ask: Ask, present: Request | None, grant: Grant
) -> Request:
    """Return the request that this grant answers; the first one of a grant that was given unasked."""
    if present is not None:
        return set_state(library, transaction, present, RequestState.GRANTED, grant=grant.id)
    before = transaction.requests.of_grant(grant.id)
    if before is not None:
        return before
    granted = replace(_new(library, ask, RequestState.GRANTED), grant=grant.id)
    return _added(transaction, granted)


def _added(transaction: Transaction, request: Request) -> Request:
    """Return the request, stored; raise UnknownReader for a reader who was erased meanwhile."""
    if transaction.access.reader_key(request.reader) is None:
        raise UnknownReader("gone")
    return transaction.requests.add(request)


def _new(library: Library, ask: Ask, state: RequestState) -> Request:
    now = library.clock()
    return Request(
        serial=0,
        id=new_request_id(),
        digest=ask.digest,
        steward=library.steward,
        reader=ask.reader,
        seconds=ask.seconds,
        state=state,
        asked_at=now,
        changed_at=now,
    )


def _is_full(library: Library, transaction: Transaction, digest: Digest) -> bool:
    line = transaction.requests.line(digest, library.steward)
    return len(line) >= library.limits.line_places


def _check_share(library: Library, transaction: Transaction, reader: str) -> None:
    """Check that the reader's open requests leave one more."""
    most = library.limits.requests_of_reader
    if transaction.requests.count_open(reader) >= most:
        raise OverLimit("requests", most=most)
