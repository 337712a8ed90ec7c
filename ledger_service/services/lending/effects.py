"""What grants become when the chain has taken or refused what was asked of it."""

from __future__ import annotations

from ledger_service.domain.chain.history import ChainEvent, ChainHistory, GrantFact
from ledger_service.domain.chain.intent import IssueGrant, RenewGrant, ReturnGrant, RevokeGrant
from ledger_service.domain.chain.job import JobName, JobState
from ledger_service.domain.chain_errors import (
    GrantNotLive,
    InvalidTurn,
    RenewalNotLater,
    SeatTaken,
)
from ledger_service.domain.identifiers import GrantId
from ledger_service.domain.lending.grant import GRANT_STATES_ENDING, GrantState
from ledger_service.ports.store import Transaction
from ledger_service.services.effect import Effect, EffectTable, Place, Refusal, nothing
from ledger_service.services.lending.cohorts import effects as cohorts
from ledger_service.services.lending.requests.reopen_request import reopen_request


def _submit(transaction: Transaction, intent: IssueGrant) -> None:
    held = transaction.grants.find(intent.grant)
    if held is not None and held.state is GrantState.ACCEPTED:
        transaction.grants.set_state(intent.grant, GrantState.SUBMITTED)


def _issue(transaction: Transaction, intent: IssueGrant, _: Place) -> None:
    held = transaction.grants.find(intent.grant)
    if held is None or held.state not in GRANT_STATES_ENDING:
        transaction.grants.set_state(intent.grant, GrantState.ISSUED)


def _recall_issue(transaction: Transaction, intent: IssueGrant) -> None:
    held = transaction.grants.find(intent.grant)
    if held is not None and held.state is GrantState.ISSUED:
        transaction.grants.set_state(intent.grant, GrantState.DISPUTED)


def _recall_return(transaction: Transaction, intent: ReturnGrant) -> None:
    transaction.grants.set_state(intent.grant, GrantState.RETURNING)


def _recall_revocation(transaction: Transaction, intent: RevokeGrant) -> None:
    transaction.grants.set_state(intent.grant, GrantState.REVOKING)


def _refuse_issue(transaction: Transaction, intent: IssueGrant, refusal: Refusal) -> None:
    rejected, why = GrantState.REJECTED, refusal.error.reason.format()
    transaction.grants.set_state(intent.grant, rejected, rejection=why)
    reopen_request(transaction, intent.grant, refusal)


def _renew(transaction: Transaction, intent: RenewGrant, _: Place) -> None:
    transaction.grants.set_until(intent.grant, intent.until)


def _return(transaction: Transaction, intent: ReturnGrant, _: Place) -> None:
    transaction.grants.set_state(intent.grant, GrantState.RETURNED)


def _revoke(transaction: Transaction, intent: RevokeGrant, _: Place) -> None:
    transaction.grants.set_state(intent.grant, GrantState.REVOKED)


def _refuse_return(transaction: Transaction, intent: ReturnGrant, _: Refusal) -> None:
    _end_what_is_over(transaction, intent, GrantState.RETURNED)


def _refuse_revocation(transaction: Transaction, intent: RevokeGrant, _: Refusal) -> None:
    _end_what_is_over(transaction, intent, GrantState.REVOKED)


def _end_what_is_over(
    transaction: Transaction, intent: ReturnGrant | RevokeGrant, ended: GrantState
) -> None:
    held = transaction.grants.find(intent.grant)
    if held is not None and held.state in GRANT_STATES_ENDING:  # not one never issued
        transaction.grants.set_state(intent.grant, ended)


def _is_over(transaction: Transaction, intent: ReturnGrant | RevokeGrant, refusal: Refusal) -> bool:
    if not isinstance(refusal.error, GrantNotLive):
        return False
    held = transaction.grants.find(intent.grant)
    asked = [transaction.jobs.find(name) for name in JobName.handing_out(intent.grant)]
    return (
        held is None
        or held.until <= refusal.at
        or any(job is not None and job.state is JobState.REJECTED for job in asked)
        or bool(transaction.chain_index.events_of([intent.grant.hex()]))
    )


def _grant_of(transaction: Transaction, event: ChainEvent) -> GrantFact:
    events = transaction.chain_index.events_of([event.subject])
    return ChainHistory.of(events).grants[GrantId.parse(event.subject)]


def _renewed(transaction: Transaction, event: ChainEvent) -> RenewGrant:
    grant = _grant_of(transaction, event)
    until = event.number("until")
    return RenewGrant(grant.grant, grant.digest, grant.steward, grant.seat, until)


def _returned(transaction: Transaction, event: ChainEvent) -> ReturnGrant:
    grant = _grant_of(transaction, event)
    return ReturnGrant(grant.grant, grant.digest, grant.steward, grant.seat)


def _revoked(transaction: Transaction, event: ChainEvent) -> RevokeGrant:
    grant = _grant_of(transaction, event)
    return RevokeGrant(grant.grant, grant.digest, grant.steward, grant.seat)


EFFECTS: EffectTable = {
    **cohorts.EFFECTS,
    IssueGrant: Effect(
        _issue,
        _refuse_issue,
        submit=_submit,
        recall=_recall_issue,
        there_already=(SeatTaken, InvalidTurn),
    ),
    RenewGrant: Effect(
        _renew, nothing, there_already=(RenewalNotLater, GrantNotLive), meant_by=_renewed
    ),
    ReturnGrant: Effect(
        _return,
        _refuse_return,
        recall=_recall_return,
        is_over=_is_over,
        there_already=(GrantNotLive,),
        meant_by=_returned,
    ),
    RevokeGrant: Effect(
        _revoke,
        _refuse_revocation,
        recall=_recall_revocation,
        is_over=_is_over,
        there_already=(GrantNotLive,),
        meant_by=_revoked,
    ),
}
