"""Keep what the relayer pays within its budget of 30 days: anchors, and what ends a right, go first.

A transaction counts as what it may cost while it is under way, and as what it has cost once it is in a block.
The last tenth of the budget is for what goes first, so that the ledger is still anchored when the rest waits.
Of it returns get a half: readers make them, and none may leave a revocation or an anchor without money.
"""

from __future__ import annotations

from ledger_service.domain.chain.intent import (
    AnchorCheckpoint,
    Intent,
    ReturnGrant,
    RevokeGrant,
    WithdrawResource,
)
from ledger_service.domain.reasons import Reason
from ledger_service.ports.chain import Job, PreparedTransaction
from ledger_service.services.library import Library

PERIOD_SECONDS = 30 * 86_400
FOR_ALL = 90  # of a hundred parts; the rest is for what goes first
FOR_RETURNS = 95  # of a hundred parts; the rest is for what no reader decides
WHOLE = 100
NEAR = 80  # of a hundred parts spent, and the operator is warned
RETRY_SECONDS = 60
FIRST = (AnchorCheckpoint, RevokeGrant, WithdrawResource)
OVER_BUDGET = Reason("over-relayer-budget")
"""Why a job waits."""

Calls = list[tuple[Job, PreparedTransaction]]


def within_budget(library: Library, calls: Calls) -> Calls:
    """Return the calls that the budget has room for; the others wait, and it is written down why."""
    budget = library.limits.relayer_budget
    if budget is None or not calls:
        return calls
    with library.store.read() as transaction:
        spent = transaction.jobs.spent_since(library.clock() - PERIOD_SECONDS)
    taken, over = [], []
    for job, call in sorted(calls, key=lambda one: -_parts_for(one[0].intent)):
        cost = call.gas * call.max_fee
        if spent + cost <= budget * _parts_for(job.intent) // WHOLE:
            spent += cost
            taken.append((job, call))
        else:
            over.append(job)
    if over:
        again_at = library.clock() + RETRY_SECONDS
        with library.store.write() as transaction:
            for job in over:
                transaction.jobs.put_off(job.id, again_at, OVER_BUDGET.format())
    return taken


def _parts_for(intent: Intent) -> int:
    """Return how many of a hundred parts of the budget may be spent with this."""
    if isinstance(intent, FIRST):
        return WHOLE
    return FOR_RETURNS if isinstance(intent, ReturnGrant) else FOR_ALL


def budget_warnings(library: Library) -> list[Reason]:
    """Return what an operator is told of the budget: that it is nearly spent, and how much waits."""
    budget = library.limits.relayer_budget
    if budget is None:
        return []
    with library.store.read() as transaction:
        spent = transaction.jobs.spent_since(library.clock() - PERIOD_SECONDS)
        waiting = transaction.jobs.count_waiting(OVER_BUDGET.format())
    if waiting:
        return [Reason("relayer-budget-spent", {"count": waiting})]
    if spent * 100 >= budget * NEAR:
        percent = 100 if budget == 0 else min(100, spent * 100 // budget)
        return [Reason("relayer-budget-near", {"percent": percent})]
    return []
