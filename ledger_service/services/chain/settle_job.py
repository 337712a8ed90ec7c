"""Write down how a chain job ended: the entry, the new state and the job's end, in one transaction."""

from __future__ import annotations

from typing import NamedTuple

from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.chain.intent import Wish, wishes_of
from ledger_service.domain.chain.job import JOB_STATES_ENDED, LONGEST_WAIT_SECONDS
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.chain.telling import TELLINGS, is_shown_by, place_of
from ledger_service.domain.errors import LedgerError
from ledger_service.ports.chain import Job
from ledger_service.ports.store import Transaction
from ledger_service.services.effect import Effects, Place, Refusal
from ledger_service.services.ledger.append_entry import append_once

ENDING_RETRY_SECONDS = LONGEST_WAIT_SECONDS


class _Stood(NamedTuple):
    """What was wanted and where it stands. event: that shows it, if it was looked for."""

    wish: Wish
    block: int
    transaction: str
    event: ChainEvent | None


def record_submission(effects: Effects, transaction: Transaction, job: Job) -> None:
    """Show what a job is for as submitted, now that a transaction carries it."""
    for wish in wishes_of(job.intent):
        effects.of(wish).submit(transaction, wish)


def record_success(
    effects: Effects,
    transaction: Transaction,
    job: Job,
    block: Block,
    transaction_hash: str,
    now: int,
) -> None:
    """Settle a job whose effect stands on chain in this block; does nothing the second time.

    Where the chain decides what an entry tells, the event must be in the index: a fork may have taken it.
    """
    if _has_ended(transaction, job):
        return
    stood = [
        _Stood(wish, block.number, transaction_hash, _event_left_to_chain(transaction, wish))
        for wish in wishes_of(job.intent)
    ]
    if any(one.wish.LEFT_TO_CHAIN and one.event is None for one in stood):
        return
    _settle(effects, transaction, job, stood, block.number, now)


def _event_left_to_chain(transaction: Transaction, wish: Wish) -> ChainEvent | None:
    return _effect_of(transaction, wish) if wish.LEFT_TO_CHAIN else None


def recall_jobs(effects: Effects, transaction: Transaction, above: int, now: int) -> int:
    """Return how many jobs are under way again, whose effect stood in blocks that are gone.

    What each did counts as on its way until it stands on chain once more.
    """
    recalled = transaction.jobs.recall(above, now)
    for job in recalled:
        for wish in wishes_of(job.intent):
            effects.of(wish).recall(transaction, wish)
    return len(recalled)


def _settle(
    effects: Effects,
    transaction: Transaction,
    job: Job,
    stood: list[_Stood],
    newest: int,
    now: int,
) -> None:
    """Write down what stands on chain now, each in its block and transaction, and end the job.

    stood: nothing for what changes nothing here, such as another's cohort; newest: the last block of it all.

    The entries are written once: a job that was recalled has them, and so has one whose effect was found on
    chain before; the place that they name is where the effect was seen first.
    """
    first = job.entry
    for wish, block, transaction_hash, event in stood:
        index, telling = None, TELLINGS.get(wish.EVENT or "")
        if telling is not None:
            place = place_of(block, transaction_hash)
            facts = telling.facts_of_intent(wish)
            if event is not None:
                facts = telling.facts_of_event(event)
            index, _ = append_once(transaction, telling.kind, facts, place, now)
            first = index if first is None else first
        effects.of(wish).apply(transaction, wish, Place(index, block, transaction_hash))
    transaction.jobs.set_done(job.id, newest, first)


def record_rejection(
    effects: Effects, transaction: Transaction, job: Job, error: LedgerError, now: int
) -> None:
    """Settle a job that the chain will never take, and say why."""
    if _has_ended(transaction, job):
        return
    refusal = Refusal(error, now)
    if _must_go_on(effects, transaction, job, refusal):
        transaction.jobs.set_queued(job.id, now + ENDING_RETRY_SECONDS, error.reason.format())
        return
    transaction.jobs.set_rejected(job.id, error.reason.format())
    for wish in wishes_of(job.intent):
        effect = effects.of(wish)
        if isinstance(job.intent, SignedIntent) and effect.take_up is None:
            continue  # it changed nothing here, and another may be signed in its place
        effect.refuse(transaction, wish, refusal)


def _must_go_on(effects: Effects, transaction: Transaction, job: Job, refusal: Refusal) -> bool:
    """Return whether a job is never given up: openings are refused here, and the chain must follow."""
    if isinstance(job.intent, SignedIntent):
        return False
    is_over = effects.of(job.intent).is_over
    return is_over is not None and not is_over(transaction, job.intent, refusal)


def adopt_effect(effects: Effects, transaction: Transaction, job: Job, now: int) -> bool:
    """Settle a job by the events that already stand in the index; return False if one is missing."""
    wishes = wishes_of(job.intent)
    shown = [_effect_of(transaction, wish) for wish in wishes]
    found = [event for event in shown if event is not None]
    if not found or len(found) < len(wishes):
        return False
    if not _has_ended(transaction, job):
        pairs = zip(wishes, found, strict=True)
        stood = [_Stood(wish, event.block, event.transaction, event) for wish, event in pairs]
        _settle(effects, transaction, job, stood, max(event.block for event in found), now)
    return True


def _effect_of(transaction: Transaction, wish: Wish) -> ChainEvent | None:
    """Return the event in the index that shows a wish carried out; anchors are adopted elsewhere."""
    if wish.EVENT is None:
        return None
    events = transaction.chain_index.events_of([wish.subject.hex()])
    return next((event for event in events if is_shown_by(wish, event)), None)


def _has_ended(transaction: Transaction, job: Job) -> bool:
    standing = transaction.jobs.find(job.name)
    return standing is None or standing.state in JOB_STATES_ENDED
