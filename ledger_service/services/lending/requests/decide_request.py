"""Approve or refuse what a reader asks for: a registrar's decisions, each on record."""

from __future__ import annotations

from dataclasses import replace

from ledger_service.domain.errors import InvalidInput, RequestEnded, RequestNotFound
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.lending.grant import Scope
from ledger_service.domain.lending.request import REFUSALS, Request, RequestState
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.store import Transaction
from ledger_service.services.lending.requests.ask_for_loan import heed_line, set_state
from ledger_service.services.lending.requests.deny_request import deny_request
from ledger_service.services.lending.take_seat import AskedGrant, Taken, take_seat
from ledger_service.services.library import Library
from ledger_service.services.people.notices import NoticeKind, tell
from ledger_service.services.people.record_act import record_act


def approve_request(library: Library, caller: Caller, request_id: str) -> Request:
    """Return the request, granted from now on if a seat is left for it, else in line.

    Approved again, it is as it was.

    Raises:
        RequestNotFound: no such request. RequestEnded: it was refused, withdrawn or ended.
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn, UnknownReader, GrantHeld,
        LoanTooLong, NoCheckoutLeft: see `issue_grant`.
    """
    check_permitted(caller, Permission.REQUEST_DECIDE)
    with library.store.read() as transaction:
        request = _found(transaction, request_id)
    if request.approved or request.state is RequestState.GRANTED:
        return request
    heed_line(library, request.digest)
    until = library.clock() + request.seconds
    asked = AskedGrant(
        request.digest, request.reader, until, Scope.READ, by_service=False, is_limited=False
    )

    def finish(transaction: Transaction, taken: Taken) -> Request:
        present = _found(transaction, request_id)
        if present.approved or present.state is RequestState.GRANTED:
            return present
        if present.state is not RequestState.ASKED:
            raise RequestEnded(state=present.state.value)
        now, about = library.clock(), present.digest.hex()
        record_act(transaction, caller, now, ActKind.REQUEST_APPROVED, present.id)
        present = replace(present, approved=True)
        if taken.grant is None:
            return set_state(library, transaction, present, RequestState.WAITING)
        tell(transaction, present.reader, NoticeKind.LOAN_GIVEN, about, now)
        return set_state(library, transaction, present, RequestState.GRANTED, grant=taken.grant.id)

    return take_seat(library, caller, asked, finish)


def refuse_request(library: Library, caller: Caller, request_id: str, why: Denial) -> Request:
    """Return the request, refused, after the entry of the refusal is durable.

    why: one of REFUSALS.

    Raises:
        RequestNotFound: no such request. RequestEnded: it was granted, or ended before.
        InvalidInput: no reason to refuse. Unavailable: the chain does not answer, so no entry can say so.
    """
    check_permitted(caller, Permission.REQUEST_DECIDE)
    if why not in REFUSALS:
        raise InvalidInput("refusal", known=", ".join(REFUSALS))
    with library.store.read() as transaction:
        _open(transaction, request_id)
    head = library.chain.fresh_head()
    with library.store.write() as transaction:
        request = _open(transaction, request_id)
        now, about = library.clock(), request.digest.hex()
        entry = deny_request(
            library,
            transaction,
            head,
            digest=request.digest,
            reader=request.reader,
            actor=caller.actor_class,
            why=why,
        )
        record_act(transaction, caller, now, ActKind.REQUEST_REFUSED, request.id, entry)
        tell(transaction, request.reader, NoticeKind.REQUEST_REFUSED, about, now)
        refused = set_state(library, transaction, request, RequestState.REFUSED, why=why.value)
    heed_line(library, request.digest)
    return refused


def _found(transaction: Transaction, request_id: str) -> Request:
    request = transaction.requests.find(request_id)
    if request is None:
        raise RequestNotFound(request=request_id[:32])
    return request


def _open(transaction: Transaction, request_id: str) -> Request:
    request = _found(transaction, request_id)
    if not request.is_open:
        raise RequestEnded(state=request.state.value)
    return request
