"""What cohorts and claims become when the chain has taken or refused what was asked of it."""

from __future__ import annotations

from ledger_service.domain.chain.cohorts.cohort_intent import ClaimGrant, CloseCohort, GrantCohort
from ledger_service.domain.chain.cohorts.cohort_tree import proof_of_member
from ledger_service.domain.chain.history import ChainEvent, ChainHistory, GrantFact
from ledger_service.domain.chain.job import JobName, JobState
from ledger_service.domain.chain_errors import (
    CohortAlreadyClaimed,
    CohortAlreadyGranted,
    CohortNotOpen,
    InvalidTurn,
    SeatTaken,
)
from ledger_service.domain.identifiers import Commitment
from ledger_service.domain.lending.cohort import CohortState
from ledger_service.domain.lending.grant import GRANT_STATES_ENDING, GrantState
from ledger_service.ports.cohorts import MemberRight
from ledger_service.ports.store import Transaction
from ledger_service.services.effect import Effect, EffectTable, Place, Refusal
from ledger_service.services.lending.cohorts.grant_of_member import grant_of_member
from ledger_service.services.lending.requests.reopen_request import reopen_request


def _move(
    transaction: Transaction,
    intent: GrantCohort | CloseCohort,
    state: CohortState,
    *was: CohortState,
    why: str | None = None,
) -> None:
    found = transaction.cohorts.find_on_chain(intent.cohort)
    if found is not None and found.state in was:
        transaction.cohorts.set_state(found.name, state, rejection=why)


def _grant(transaction: Transaction, intent: GrantCohort, _: Place) -> None:
    _move(transaction, intent, CohortState.OPEN, CohortState.GRANTING)


def _recall_grant(transaction: Transaction, intent: GrantCohort) -> None:
    _move(transaction, intent, CohortState.GRANTING, CohortState.OPEN)


def _refuse_grant(transaction: Transaction, intent: GrantCohort, refusal: Refusal) -> None:
    why = refusal.error.reason.format()
    _move(transaction, intent, CohortState.REJECTED, CohortState.GRANTING, why=why)


def _close(transaction: Transaction, intent: CloseCohort, _: Place) -> None:
    _move(transaction, intent, CohortState.CLOSED, CohortState.CLOSING)


def _recall_close(transaction: Transaction, intent: CloseCohort) -> None:
    _move(transaction, intent, CohortState.CLOSING, CohortState.CLOSED)


def _refuse_close(transaction: Transaction, intent: CloseCohort, _: Refusal) -> None:
    _move(transaction, intent, CohortState.CLOSED, CohortState.CLOSING)


def _is_closed(transaction: Transaction, intent: CloseCohort, refusal: Refusal) -> bool:
    """Return whether nobody can claim any more without our closing the cohort."""
    if not isinstance(refusal.error, CohortNotOpen):
        return False
    granting = transaction.jobs.find(JobName(GrantCohort.KIND, intent.cohort))
    is_refused = granting is None or granting.state is JobState.REJECTED
    events = transaction.chain_index.events_of([intent.cohort.hex()])
    is_closed = any(event.name == CloseCohort.EVENT for event in events)
    return intent.until <= refusal.at or is_refused or is_closed


def _submit_claim(transaction: Transaction, intent: ClaimGrant) -> None:
    held = transaction.grants.find(intent.grant)
    if held is not None and held.state is GrantState.ACCEPTED:
        transaction.grants.set_state(intent.grant, GrantState.SUBMITTED)


def _claim(transaction: Transaction, intent: ClaimGrant, _: Place) -> None:
    """Let the grant be issued, with the end that the chain gave it; one that others claimed is taken in."""
    fact = _fact_of(transaction, intent.grant.hex())
    until = fact.renewals[-1].until if fact.renewals else fact.until
    held = transaction.grants.find(intent.grant)
    if held is None:
        right = transaction.cohorts.member_of(intent.grantee)
        if right is None:  # the member has left since, and is known no more
            return
        _take_in(transaction, right, fact, until)
    elif held.state not in GRANT_STATES_ENDING:
        transaction.grants.set_state(intent.grant, GrantState.ISSUED)
    transaction.grants.set_until(intent.grant, until)


def _take_in(transaction: Transaction, right: MemberRight, fact: GrantFact, until: int) -> None:
    cohort, member = right
    assert cohort.stated is not None  # members have commitments once it is granted
    place = fact.seat, fact.turn, until, fact.starts_at
    grant = grant_of_member(transaction, cohort.stated, member, *place)
    transaction.grants.add(grant)
    transaction.grants.set_state(grant.id, GrantState.ISSUED)
    transaction.cohorts.set_grant(cohort.name, member.index, grant.id)


def _recall_claim(transaction: Transaction, intent: ClaimGrant) -> None:
    held = transaction.grants.find(intent.grant)
    if held is not None and held.state is GrantState.ISSUED:
        transaction.grants.set_state(intent.grant, GrantState.DISPUTED)


def _refuse_claim(transaction: Transaction, intent: ClaimGrant, refusal: Refusal) -> None:
    held = transaction.grants.find(intent.grant)
    if held is None:
        return
    rejected, why = GrantState.REJECTED, refusal.error.reason.format()
    transaction.grants.set_state(intent.grant, rejected, rejection=why)
    transaction.cohorts.give_up(intent.grant)
    reopen_request(transaction, intent.grant, refusal)


def _claimed(transaction: Transaction, event: ChainEvent) -> ClaimGrant | None:
    """Return the claim that an event shows, if it is of a member of ours; nothing of any other grant."""
    right = transaction.cohorts.member_of(Commitment.parse(event.text("grantee")))
    if right is None or right.cohort.stated is None:
        return None
    cohort, member = right
    return ClaimGrant(
        **vars(right.cohort.stated),
        seat=event.number("seat"),
        turn=event.number("turn"),
        grantee=member.grantee,
        index=member.index,
        hashes=proof_of_member(transaction.cohorts.grantees(cohort.name), member.index),
    )


def _fact_of(transaction: Transaction, grant: str) -> GrantFact:
    facts = ChainHistory.of(transaction.chain_index.events_of([grant])).grants
    return next(iter(facts.values()))


EFFECTS: EffectTable = {
    GrantCohort: Effect(
        _grant, _refuse_grant, recall=_recall_grant, there_already=(CohortAlreadyGranted,)
    ),
    CloseCohort: Effect(
        _close,
        _refuse_close,
        recall=_recall_close,
        is_over=_is_closed,
        there_already=(CohortNotOpen,),
    ),
    ClaimGrant: Effect(
        _claim,
        _refuse_claim,
        submit=_submit_claim,
        recall=_recall_claim,
        there_already=(CohortAlreadyClaimed, SeatTaken, InvalidTurn),
        meant_by=_claimed,
    ),
}
