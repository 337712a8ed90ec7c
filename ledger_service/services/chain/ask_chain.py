"""Ask the chain for something, once: the same wish again is the same job."""

from __future__ import annotations

from ledger_service.domain.chain.intent import Intent
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.chain import Job
from ledger_service.ports.store import Transaction


def ask_chain(transaction: Transaction, key: str, intent: Intent, now: int) -> Job:
    """Return the job of this key, which names all that the intent says; a refused one is put again."""
    standing = transaction.jobs.find(key)
    if standing is None:
        transaction.jobs.add(key, intent, None, now)
    elif standing.state == "rejected":
        transaction.jobs.set_queued(standing.id, now, "asked again")
    job = transaction.jobs.find(key)
    assert job is not None  # added, or found
    return job


def registering_key(registration: Registration) -> str:
    """Return the key of the job that registers a claim with this library's own signature."""
    place = f"{registration.digest}:{registration.steward}"
    return f"register:{place}:{registration.accepted_entry}"
