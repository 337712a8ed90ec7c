"""Ask the chain for something, once: the same wish again is the same job."""

from __future__ import annotations

from ledger_service.domain.chain.intent import Intent
from ledger_service.domain.chain.job import JobName, JobState
from ledger_service.domain.reasons import Reason
from ledger_service.ports.chain import Job
from ledger_service.ports.store import Transaction


def ask_chain(transaction: Transaction, name: JobName, intent: Intent, now: int) -> Job:
    """Return the job of this name, which says what the intent is for; a refused one is put again."""
    standing = transaction.jobs.find(name)
    if standing is None:
        transaction.jobs.add(name, intent, now)
    elif standing.state is JobState.REJECTED:
        transaction.jobs.set_queued(standing.id, now, Reason("asked-again").format())
    job = transaction.jobs.find(name)
    assert job is not None  # added, or found
    return job
