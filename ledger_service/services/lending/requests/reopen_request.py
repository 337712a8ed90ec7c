"""Let whoever asked for a grant wait again if the chain had no seat for it."""

from __future__ import annotations

from dataclasses import replace

from ledger_service.domain.identifiers import GrantId
from ledger_service.domain.lending.denial import Denial, why_not_readable
from ledger_service.domain.lending.request import Closing, RequestState
from ledger_service.ports.store import Transaction
from ledger_service.services.effect import Refusal


def reopen_request(transaction: Transaction, grant: GrantId, refusal: Refusal) -> None:
    """Let the request of a refused grant wait at its old place if only a seat was lacking; else close it."""
    request, held = transaction.requests.of_grant(grant), transaction.grants.find(grant)
    if request is None or held is None or request.state is not RequestState.GRANTED:
        return
    asked_again = transaction.requests.open_of(request.reader, request.digest, request.steward)
    lacks_seat = why_not_readable(held) is Denial.NO_SEAT
    if lacks_seat and asked_again is None:
        changed = replace(request, state=RequestState.WAITING, grant=None)
    else:
        changed = replace(request, state=RequestState.CLOSED, why=Closing.CHAIN_REFUSED.value)
    transaction.requests.replace(replace(changed, changed_at=refusal.at))
