"""Run chain jobs: submit what is queued, settle what is under way. Every step may run twice.

A raw transaction is stored, with its nonce, before it is sent. A timeout means that the outcome is
unknown, never that it failed: the same bytes are sent again until the chain shows them or shows that
their nonce went to another.
"""

from __future__ import annotations

import logging

from ledger_service.domain.chain.job import JobState
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.chain_errors import (
    IntentDeadlineTooFar,
    IntentExpired,
    LicenseNotFound,
    LoanTooLong,
    RegistrarNotLive,
)
from ledger_service.domain.errors import (
    LedgerError,
    ResourceNotFound,
    TransactionRejected,
    Unavailable,
)
from ledger_service.domain.reasons import Reason
from ledger_service.ports.chain import (
    Job,
    PreparedTransaction,
    SignedTransaction,
    TransactionOutcome,
)
from ledger_service.ports.store import Transaction
from ledger_service.services.chain.compare_clocks import seconds_behind
from ledger_service.services.chain.settle_job import (
    adopt_effect,
    record_rejection,
    record_submission,
    record_success,
)
from ledger_service.services.library import Library

logger = logging.getLogger(__name__)

JOBS_A_ROUND = 50
RETRY_SECONDS = 2
CLOCK_RETRY_SECONDS = 30  # while a wrong clock may be the cause
MOST_ATTEMPTS = 30  # for refusals that pass once something earlier has landed

MAY_PASS_LATER = (
    LicenseNotFound,
    ResourceNotFound,
    IntentExpired,
    IntentDeadlineTooFar,  # a node may judge by the time of an older block
    LoanTooLong,
)

OF_TIME = (RegistrarNotLive, IntentExpired, IntentDeadlineTooFar, LoanTooLong)
"""Refusals that a wrong clock explains: a window that is not open yet, or a time that is too far."""


def submit_jobs(library: Library) -> int:
    """Return how many queued jobs were handed to the chain; refused ones are settled as rejected.

    Raises:
        ChainUnavailable: the node does not answer; what was stored is sent again by settle_jobs.
    """
    with library.store.read() as transaction:
        jobs = transaction.jobs.queued(library.clock(), JOBS_A_ROUND)
    count = 0
    for job in jobs:
        prepared = _prepare(library, job)
        if prepared is None:
            continue
        signed = _sign_and_store(library, job, prepared)
        if signed is not None:
            _send(library, signed)
            count += 1
    return count


def settle_jobs(library: Library) -> int:
    """Return how many jobs under way came to an end.

    A job ends once the index has read the block of its effect; so a fork that takes the block away takes
    the index back too, and the job is recalled.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    with library.store.read() as transaction:
        pending = transaction.jobs.submitted()
        cursor = transaction.chain_index.cursor()
    if not pending:
        return 0
    read_to = cursor[0].number if cursor else -1
    settled = 0
    for job, sent in pending:
        found = _outcome(library, sent)
        if found is None:
            _find_out(library, job, sent)
            continue
        signed, outcome = found
        if outcome.block.number <= read_to:
            with library.store.write() as transaction:
                if outcome.succeeded:
                    record_success(
                        library.effects,
                        transaction,
                        job,
                        outcome.block,
                        signed.hash,
                        library.clock(),
                    )
                else:
                    # Queued again, so that the next check tells why it reverted.
                    reverted = TransactionRejected("reverted")
                    _retry_or_reject(library, transaction, job, reverted)
            settled += 1
    return settled


def _prepare(library: Library, job: Job) -> PreparedTransaction | None:
    """Return the transaction that the chain would take; settle the job if it would not."""
    try:
        return library.chain.prepare(job.intent)
    except Unavailable:
        raise
    except LedgerError as exc:
        clock_is_wrong = isinstance(exc, OF_TIME) and seconds_behind(library) > 0
        with library.store.write() as transaction:
            if clock_is_wrong:
                again_at = library.clock() + CLOCK_RETRY_SECONDS
                transaction.jobs.set_queued(job.id, again_at, exc.reason.format())
            elif isinstance(exc, library.effects.there_already):
                if not adopt_effect(library.effects, transaction, job, library.clock()):
                    _retry_or_reject(library, transaction, job, exc)
            elif _may_pass_later(job, exc):
                _retry_or_reject(library, transaction, job, exc)
            else:
                record_rejection(library.effects, transaction, job, exc, library.clock())
    return None


def _may_pass_later(job: Job, error: LedgerError) -> bool:
    """Return whether to try again; what was signed elsewhere is not signed anew when it has expired."""
    is_over = isinstance(job.intent, SignedIntent) and isinstance(error, IntentExpired)
    return isinstance(error, MAY_PASS_LATER) and not is_over


def _sign_and_store(
    library: Library, job: Job, prepared: PreparedTransaction
) -> SignedTransaction | None:
    """Return the transaction, stored; None if the job is no longer queued."""
    on_chain = library.chain.transaction_count(library.chain.relayer)
    with library.store.write() as transaction:
        standing = transaction.jobs.find(job.name)
        if standing is None or standing.state is not JobState.QUEUED:
            return None  # a worker whose lease ended while it waited must not do it again
        nonce = transaction.jobs.next_nonce(library.chain.relayer, on_chain)
        signed = library.chain.sign(prepared, nonce)
        transaction.jobs.set_submitted(job.id, signed, library.clock())
        record_submission(library.effects, transaction, job)
    return signed


def fill_gap(library: Library) -> bool:
    """Return whether a job was queued again because nothing under way has the nonce that is due.

    What follows a gap waits in the pool for ever. The next job that is sent takes the lowest free nonce; if
    none waits, the last one under way is sent anew.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    relayer = library.chain.relayer
    with library.store.read() as transaction:
        pending = transaction.jobs.submitted()
    if not pending:
        return False
    due = library.chain.transaction_count(relayer)
    if _last_after_gap(pending, relayer, due) is None:
        return False
    with library.store.write() as transaction:
        last = _last_after_gap(transaction.jobs.submitted(), relayer, due)
        if last is None or transaction.jobs.queued(library.clock(), 1):
            return False
        logger.warning("no transaction has nonce %d: job %d is sent anew", due, last.id)
        reason = Reason("nonce-gap", {"nonce": due}).format()
        transaction.jobs.set_queued(last.id, library.clock(), reason)
    return True


def _last_after_gap(
    pending: list[tuple[Job, list[SignedTransaction]]], relayer: str, due: int
) -> Job | None:
    """Return the job of the last transaction of the relayer if none has the nonce that is due, else None.

    pending: jobs under way by nonce, each with its transactions, the newest first.
    """
    ours = [(job, sent[0].nonce) for job, sent in pending if sent[0].sender == relayer]
    if not ours or due in {nonce for _, nonce in ours}:
        return None
    last, nonce = ours[-1]
    return last if nonce > due else None


def raise_offers(library: Library) -> int:
    """Return how many transactions were replaced because gas costs more than they pay.

    They have the same nonce, so that one of them lands at most. A chain that only stands still takes
    no dearer offer either.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    with library.store.read() as transaction:
        late = transaction.jobs.waiting_since(library.clock() - library.limits.raise_seconds)
    if not late:
        return 0
    due = library.chain.transaction_count(library.chain.relayer)
    price = library.chain.price_of_gas()
    raised = 0
    for job, signed in late:
        is_open = signed.sender == library.chain.relayer and signed.nonce >= due
        better = library.chain.outbid(signed, price) if is_open else None
        if better is not None and _store_better(library, job, better):
            _send(library, better)
            raised += 1
    return raised


def _store_better(library: Library, job: Job, better: SignedTransaction) -> bool:
    """Return whether one more transaction of a job is stored; not if it is no longer under way."""
    with library.store.write() as transaction:
        standing = transaction.jobs.find(job.name)
        if standing is None or standing.state is not JobState.SUBMITTED:
            return False
        transaction.jobs.add_transaction(job.id, better, library.clock())
    return True


def _send(library: Library, signed: SignedTransaction) -> None:
    why_not = library.chain.send(signed)
    if why_not is not None:  # it is sent again; what comes after it need not wait to be sent
        logger.warning("the node does not take transaction %s: %s", signed.hash, why_not)


def _outcome(
    library: Library, sent: list[SignedTransaction]
) -> tuple[SignedTransaction, TransactionOutcome] | None:
    """Return the one of a job's transactions that is in a block, and what became of it."""
    for signed in sent:
        outcome = library.chain.outcome(signed.hash)
        if outcome is not None:
            return signed, outcome
    return None


def _find_out(library: Library, job: Job, sent: list[SignedTransaction]) -> None:
    """Transactions without a receipt: send the newest's bytes again, unless its nonce is gone."""
    signed = sent[0]
    if library.chain.transaction_count(signed.sender) <= signed.nonce:
        _send(library, signed)
        return
    if _outcome(library, sent) is None:  # asked again: it may have landed just now
        with library.store.write() as transaction:
            taken = Reason("nonce-taken").format()
            transaction.jobs.set_queued(job.id, library.clock(), taken)


def _retry_or_reject(
    library: Library, transaction: Transaction, job: Job, error: LedgerError
) -> None:
    if job.attempts < MOST_ATTEMPTS:
        again_at = library.clock() + RETRY_SECONDS
        transaction.jobs.set_queued(job.id, again_at, error.reason.format())
    else:
        record_rejection(library.effects, transaction, job, error, library.clock())
