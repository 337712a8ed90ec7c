"""Run chain jobs: submit what is queued, settle what is under way. Every step may run twice.

A raw transaction is stored, with its nonce, before it is sent. A timeout means that the outcome is
unknown, never that it failed: the same bytes are sent again until the chain shows them or shows that
their nonce went to another.
"""

from __future__ import annotations

from ledger_service.domain.chain.job import JobState
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.chain_errors import (
    IntentDeadlineTooFar,
    IntentExpired,
    LicenseNotFound,
    LoanTooLong,
)
from ledger_service.domain.errors import (
    LedgerError,
    ResourceNotFound,
    TransactionRejected,
    Unavailable,
)
from ledger_service.domain.reasons import Reason
from ledger_service.ports.chain import Job, PreparedTransaction, SignedTransaction
from ledger_service.ports.store import Transaction
from ledger_service.services.chain.settle_job import (
    adopt_effect,
    record_rejection,
    record_submission,
    record_success,
)
from ledger_service.services.library import Library

JOBS_A_ROUND = 50
RETRY_SECONDS = 2
MOST_ATTEMPTS = 30  # for refusals that pass once something earlier has landed

MAY_PASS_LATER = (
    LicenseNotFound,
    ResourceNotFound,
    IntentExpired,
    IntentDeadlineTooFar,  # a node may judge by the time of an older block
    LoanTooLong,
)


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
            library.chain.send(signed)
            count += 1
    return count


def settle_jobs(library: Library) -> int:
    """Return how many jobs under way came to an end.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    with library.store.read() as transaction:
        pending = transaction.jobs.submitted()
    if not pending:
        return 0
    head = library.chain.head()
    settled = 0
    for job, signed in pending:
        outcome = library.chain.outcome(signed.hash)
        if outcome is None:
            _find_out(library, job, signed)
        elif head.number >= outcome.block.number + library.limits.confirmations - 1:
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
        with library.store.write() as transaction:
            if isinstance(exc, library.effects.there_already):
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


def _find_out(library: Library, job: Job, signed: SignedTransaction) -> None:
    """A transaction without a receipt: send the same bytes again, unless its nonce is gone."""
    if library.chain.transaction_count(signed.sender) <= signed.nonce:
        library.chain.send(signed)
        return
    if library.chain.outcome(signed.hash) is None:  # asked again: it may have landed just now
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
