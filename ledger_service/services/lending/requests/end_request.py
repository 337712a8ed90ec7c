"""Pick up what is kept for a reader, or leave the line."""

from __future__ import annotations

from ledger_service.domain.errors import RequestEnded, RequestNotFound, RequestNotReady
from ledger_service.domain.lending.request import Request, RequestState
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, Thing, check_permitted
from ledger_service.ports.store import Transaction
from ledger_service.services.lending.requests.ask_for_loan import (
    Ask,
    heed_line,
    lend,
    set_state,
)
from ledger_service.services.library import Library


def pick_up(library: Library, caller: Caller, request_id: str) -> Request:
    """Return the own request, granted; or in line again, if a registrar has given its seat away.

    Raises:
        RequestNotFound: no such request, or another reader's.
        RequestNotReady: its turn has not come. RequestEnded: it lapsed or ended.
        OverLimit: the reader has as many loans as the library allows; the seat is kept on.
        What `issue_grant` raises.
    """
    check_permitted(caller, Permission.REQUEST_MAKE)
    with library.store.read() as transaction:
        digest = _own(transaction, caller, request_id).digest
    heed_line(library, digest)
    with library.store.read() as transaction:
        request = _own(transaction, caller, request_id)
    if request.state is RequestState.GRANTED:
        return request
    if not request.is_open:
        raise RequestEnded(state=request.state.value)
    if request.state is not RequestState.READY:
        raise RequestNotReady(state=request.state.value)
    ask = Ask(digest, request.reader, request.seconds, by_service=not request.approved)
    return lend(library, caller, ask)


def withdraw_request(library: Library, caller: Caller, request_id: str) -> Request:
    """Return the own request, withdrawn; whoever is next in line moves up.

    Raises:
        RequestNotFound: no such request, or another reader's. RequestEnded: it was granted, or ended before.
    """
    check_permitted(caller, Permission.REQUEST_MAKE)
    with library.store.write() as transaction:
        request = _own(transaction, caller, request_id)
        if request.state is not RequestState.WITHDRAWN:
            if not request.is_open:
                raise RequestEnded(state=request.state.value)
            request = set_state(library, transaction, request, RequestState.WITHDRAWN)
    heed_line(library, request.digest)
    return request


def _own(transaction: Transaction, caller: Caller, request_id: str) -> Request:
    """Return the caller's request; others' are not there."""
    request = transaction.requests.find(request_id)
    if request is None or not Thing.of_reader(request.reader).is_of(caller):
        raise RequestNotFound(request=request_id[:32])
    return request
