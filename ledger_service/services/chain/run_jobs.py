"""Run chain jobs: submit what is queued, settle what is under way. Every step may run twice.

A raw transaction is stored, with its nonce, before it is sent. A timeout means that the outcome is
unknown, never that it failed: the same bytes are sent again until the chain shows them or shows that
their nonce went to another.
"""

from __future__ import annotations

import logging

from ledger_service.domain.chain.accounts.acting_accounts import role_of
from ledger_service.domain.chain.intent import Intent
from ledger_service.domain.chain.job import JobState
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.chain_errors import (
    AgentNotLive,
    IntentDeadlineTooFar,
    IntentExpired,
    InvalidIntentSignature,
    LicenseNotFound,
    LoanTooLong,
    NotAnchorer,
    RegistrarNotLive,
)
from ledger_service.domain.errors import (
    InvalidInput,
    LedgerError,
    NotInitialized,
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
from ledger_service.services.chain.accounts.keep_budget import within_budget
from ledger_service.services.chain.accounts.take_up_accounts import WAITING_FOR
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
ACCOUNT_RETRY_SECONDS = 60  # until somebody of ours may sign; it is woken as soon as that is known
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

OF_ACCOUNT = (RegistrarNotLive, AgentNotLive, NotAnchorer, InvalidIntentSignature)
"""Refusals of who signed. What we sign ourselves waits then: it is signed anew by another account, or by the
same once the chain is read that far (ADR 0147). An anchor that others may sign for has the last one."""

TOO_FAR = (IntentDeadlineTooFar, LoanTooLong)
"""Refusals of a time too far ahead, which the chain's time comes nearer to: a clock was ahead of it."""


def submit_jobs(library: Library, *, but: type[Intent] | None = None) -> int:
    """Return how many queued jobs were handed to the chain; refused ones are settled as rejected.

    A round takes a bounded number, and asks, stores and sends them together. What is refused beside others is
    asked once more after those were sent, because a chain that mines at once may take it then.

    but: let what is queued of this kind wait.

    Raises:
        ChainUnavailable: the node does not answer; what was stored is sent again by settle_jobs.
    """
    with library.store.read() as transaction:
        jobs = transaction.jobs.queued(library.clock(), JOBS_A_ROUND)
    if but is not None:
        jobs = [job for job in jobs if not isinstance(job.intent, but)]
    count = 0
    while jobs:
        found = list(zip(jobs, library.chain.prepare([job.intent for job in jobs]), strict=True))
        calls = [(job, call) for job, call in found if isinstance(call, PreparedTransaction)]
        taken = within_budget(library, calls)
        refused = [(job, error) for job, error in found if isinstance(error, LedgerError)]
        signed = _sign_and_store(library, taken)
        _send(library, signed)
        count += len(signed)
        if not signed:
            _put_off(library, refused)
            break
        jobs = [job for job, _ in refused]
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
    every = [signed for _, sent in pending for signed in sent]
    due = {name: library.chain.transaction_count(name) for name in {s.sender for s in every}}
    past = [signed.hash for signed in every if signed.nonce < due[signed.sender]]
    outcomes = library.chain.outcomes(past)  # asked after the counts, so that what landed is there
    ended: list[tuple[Job, str, TransactionOutcome]] = []
    waiting: list[SignedTransaction] = []
    lost: list[Job] = []
    for job, sent in pending:
        landed = next((signed.hash for signed in sent if signed.hash in outcomes), None)
        if landed is not None:
            if outcomes[landed].block.number <= read_to:
                ended.append((job, landed, outcomes[landed]))
        elif sent[0].nonce >= due[sent[0].sender]:
            waiting.append(sent[0])
        else:
            lost.append(job)
    _end(library, ended)
    _queue_again(library, lost)
    known = library.chain.known([signed.hash for signed in waiting])
    _send(library, [signed for signed in waiting if signed.hash not in known])
    return len(ended)


def _end(library: Library, ended: list[tuple[Job, str, TransactionOutcome]]) -> None:
    """Settle jobs, each with the hash of its transaction that is in a block, some in one commit."""
    for start in range(0, len(ended), JOBS_A_ROUND):
        with library.store.write() as transaction:
            for job, hash_, outcome in ended[start : start + JOBS_A_ROUND]:
                transaction.jobs.set_paid(job.id, hash_, outcome.paid)
                if outcome.succeeded:
                    now = library.clock()
                    record_success(library.effects, transaction, job, outcome.block, hash_, now)
                else:
                    # Queued again, so that the next check tells why it reverted.
                    reverted = TransactionRejected("reverted")
                    _retry_or_reject(library, transaction, job, reverted)


def _queue_again(library: Library, lost: list[Job]) -> None:
    """Let jobs be signed anew whose nonces went to others."""
    if not lost:
        return
    with library.store.write() as transaction:
        for job in lost:
            taken = Reason("nonce-taken").format()
            transaction.jobs.set_queued(job.id, library.clock(), taken)


def _put_off(library: Library, refused: list[tuple[Job, LedgerError]]) -> None:
    """Settle jobs that the chain would not take now: done already, later, or never.

    Raises:
        Unavailable: the node would not judge one; the others are settled.
    """
    behind = any(isinstance(error, OF_TIME) for _, error in refused) and seconds_behind(library) > 0
    judged = [(job, error) for job, error in refused if not isinstance(error, Unavailable)]
    if judged:
        with library.store.write() as transaction:
            for job, error in judged:
                _put_one_off(library, transaction, job, error, clock_is_behind=behind)
    for _, error in refused:
        if isinstance(error, Unavailable):
            raise error


def _put_one_off(
    library: Library,
    transaction: Transaction,
    job: Job,
    error: LedgerError,
    *,
    clock_is_behind: bool,
) -> None:
    if clock_is_behind and isinstance(error, OF_TIME):
        again_at = library.clock() + CLOCK_RETRY_SECONDS
        transaction.jobs.set_queued(job.id, again_at, error.reason.format())
    elif isinstance(error, OF_ACCOUNT) and not isinstance(job.intent, SignedIntent):
        again_at = library.clock() + ACCOUNT_RETRY_SECONDS
        why = WAITING_FOR[role_of(job.intent)].format()
        transaction.jobs.put_off(job.id, again_at, why)
    elif isinstance(error, library.effects.there_already):
        if not adopt_effect(library.effects, transaction, job, library.clock()):
            _retry_or_reject(library, transaction, job, error)
    elif _may_pass_later(job, error):
        _retry_or_reject(library, transaction, job, error)
    else:
        record_rejection(library.effects, transaction, job, error, library.clock())


def _may_pass_later(job: Job, error: LedgerError) -> bool:
    """Return whether to try again; what was signed elsewhere is not signed anew when it has expired."""
    is_over = isinstance(job.intent, SignedIntent) and isinstance(error, IntentExpired)
    return isinstance(error, MAY_PASS_LATER) and not is_over


def _sign_and_store(
    library: Library, calls: list[tuple[Job, PreparedTransaction]]
) -> list[SignedTransaction]:
    """Return the transactions of the jobs that are still queued, stored in one commit."""
    if not calls:
        return []
    chain, stored = library.chain, []
    on_chain = chain.transaction_count(chain.relayer)
    with library.store.write() as transaction:
        nonces = iter(transaction.jobs.free_nonces(chain.relayer, on_chain, len(calls)))
        for job, call in calls:
            standing = transaction.jobs.find(job.name)
            if standing is None or standing.state is not JobState.QUEUED:
                continue  # a worker whose lease ended while it waited must not do it again
            signed = chain.sign(call, next(nonces))
            transaction.jobs.set_submitted(job.id, signed, library.clock())
            record_submission(library.effects, transaction, job)
            stored.append(signed)
    return stored


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
    payers = {library.chain.relayer, *library.chain.accounts("relayer")}
    senders = {signed.sender for _, signed in late} & payers
    due = {sender: library.chain.transaction_count(sender) for sender in senders}
    price = library.chain.price_of_gas()
    better: list[SignedTransaction] = []
    for job, signed in late:
        is_open = signed.sender in due and signed.nonce >= due[signed.sender]
        offer = _outbid(library, signed, price) if is_open else None
        if offer is not None and _store_better(library, job, offer):
            better.append(offer)
    _send(library, better)
    return len(better)


def _outbid(library: Library, signed: SignedTransaction, price: int) -> SignedTransaction | None:
    try:
        return library.chain.outbid(signed, price)
    except (InvalidInput, NotInitialized) as exc:  # of a former relayer whose key does not open now
        logger.warning("the offer of 0x%s is not raised: %s", signed.sender, exc.reason.name)
        return None


def _store_better(library: Library, job: Job, better: SignedTransaction) -> bool:
    """Return whether one more transaction of a job is stored; not if it is no longer under way."""
    with library.store.write() as transaction:
        standing = transaction.jobs.find(job.name)
        if standing is None or standing.state is not JobState.SUBMITTED:
            return False
        transaction.jobs.add_transaction(job.id, better, library.clock())
    return True


def _send(library: Library, transactions: list[SignedTransaction]) -> None:
    refused = library.chain.send(transactions)
    for signed, why_not in zip(transactions, refused, strict=True):
        if why_not is not None:  # it is sent again; what comes after it need not wait to be sent
            logger.warning("the node does not take transaction %s: %s", signed.hash, why_not)


def _retry_or_reject(
    library: Library, transaction: Transaction, job: Job, error: LedgerError
) -> None:
    tries_left = job.attempts < MOST_ATTEMPTS
    if tries_left or isinstance(error, TOO_FAR):
        again_at = library.clock() + (RETRY_SECONDS if tries_left else CLOCK_RETRY_SECONDS)
        transaction.jobs.set_queued(job.id, again_at, error.reason.format())
    else:
        record_rejection(library.effects, transaction, job, error, library.clock())
