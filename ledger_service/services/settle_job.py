"""Write down how a chain job ended: the entry, the new state and the job's end, in one transaction."""

from __future__ import annotations

import hashlib

from ledger_service.domain.chain import Block, ChainHistory
from ledger_service.domain.entry import Entry, license_facts
from ledger_service.domain.errors import GrantNotFound, LedgerError
from ledger_service.domain.grant import GrantState
from ledger_service.domain.intent import (
    AnchorCheckpoint,
    DefineLicense,
    IssueGrant,
    RegisterResource,
    RevokeGrant,
)
from ledger_service.domain.registration import RegistrationState
from ledger_service.ports import Job, Transaction
from ledger_service.services.append_entry import append_entry

REVOCATION_RETRY_SECONDS = 600


def record_submission(transaction: Transaction, job: Job) -> None:
    """Show what a job is for as submitted, now that a transaction carries it."""
    match job.intent:
        case RegisterResource(digest, steward):
            transaction.registrations.set_state(digest, steward, RegistrationState.SUBMITTED)
        case IssueGrant(grant=grant_id):
            held = transaction.grants.find(grant_id)
            if held is not None and held.state is GrantState.ACCEPTED:
                transaction.grants.set_state(grant_id, GrantState.SUBMITTED)


def record_success(
    transaction: Transaction, job: Job, block: Block, transaction_hash: str, now: int
) -> None:
    """Settle a job whose effect stands on chain in this block; does nothing the second time."""
    if _has_ended(transaction, job):
        return
    transaction.jobs.set_done(job.id)
    where: dict[str, str | int] = {"block": block.number, "transaction": transaction_hash}
    match job.intent:
        case DefineLicense(terms):
            transaction.licenses.set_state(terms.id, "defined")
            append_entry(transaction, Entry("license", now, {**license_facts(terms), **where}))
        case RegisterResource(digest, steward):
            registration = transaction.registrations.find(digest, steward)
            assert registration is not None  # written with the job
            entry = Entry("registered", now, {**registration.claim(), **where})
            transaction.registrations.set_state(
                digest,
                steward,
                RegistrationState.REGISTERED,
                registered_entry=append_entry(transaction, entry),
                block=block.number,
                transaction=transaction_hash,
            )
        case IssueGrant() as grant:
            facts: dict[str, str | int] = {
                "grant": grant.grant.hex(),
                "digest": grant.digest.hex(),
                "steward": grant.steward.hex(),
                "until": grant.until,
            }
            append_entry(transaction, Entry("grant-issued", now, {**facts, **where}))
            held = transaction.grants.find(grant.grant)
            if held is None or held.state is not GrantState.REVOKING:
                transaction.grants.set_state(grant.grant, GrantState.ISSUED)
        case RevokeGrant(grant_id):
            append_entry(
                transaction, Entry("grant-revoked", now, {"grant": grant_id.hex(), **where})
            )
            transaction.grants.set_state(grant_id, GrantState.REVOKED)
        case AnchorCheckpoint(size=size):
            transaction.checkpoints.set_anchor(size, block.number, transaction_hash)


def record_rejection(transaction: Transaction, job: Job, error: LedgerError, now: int) -> None:
    """Settle a job that the chain will never take, and say why."""
    if _has_ended(transaction, job):
        return
    if isinstance(job.intent, RevokeGrant) and not isinstance(error, GrantNotFound):
        # A revocation is never given up: openings are refused meanwhile, and the chain must follow.
        transaction.jobs.set_queued(job.id, now + REVOCATION_RETRY_SECONDS, error.detail)
        return
    transaction.jobs.set_rejected(job.id, f"{error.slug()}: {error.detail}")
    match job.intent:
        case DefineLicense(terms):
            transaction.licenses.set_state(terms.id, "rejected")
        case RegisterResource(digest, steward):
            facts: dict[str, str | int] = {
                "digest": digest.hex(),
                "steward": steward.hex(),
                "reason": reason_code(error),
            }
            append_entry(transaction, Entry("rejected", now, facts))
            transaction.registrations.set_state(
                digest, steward, RegistrationState.REJECTED, rejection=error.detail
            )
        case IssueGrant(grant=grant_id):
            transaction.grants.set_state(grant_id, GrantState.REJECTED, rejection=error.detail)
        case RevokeGrant(grant_id):
            held = transaction.grants.find(grant_id)
            if held is not None and held.state is GrantState.REVOKING:  # it never came on chain
                transaction.grants.set_state(grant_id, GrantState.REVOKED)
        case AnchorCheckpoint():
            pass  # a newer checkpoint is anchored instead


def adopt_effect(transaction: Transaction, job: Job, now: int) -> bool:
    """Settle a job by the event that already stands in the index; return False if there is none."""
    subject, name = _event_of(job)
    for event in transaction.chain_index.events_of([subject]):
        if event.name != name:
            continue
        if isinstance(job.intent, RegisterResource):
            history = ChainHistory.of([event])
            fact = history.registrations.get((job.intent.digest, job.intent.steward))
            claim = job.intent.license, job.intent.metadata, job.intent.cid.digest.hex()
            if fact is None or (fact.license, fact.metadata, fact.cid_digest) != claim:
                continue
        block = Block(event.block, b"", event.block_time)
        record_success(transaction, job, block, event.transaction, now)
        return True
    return False


def reason_code(error: LedgerError) -> str:
    """Return the 8 hex digits that stand for a reason in an entry: SHA-256(slug), 4 bytes."""
    return hashlib.sha256(error.slug().encode()).hexdigest()[:8]


def _has_ended(transaction: Transaction, job: Job) -> bool:
    standing = transaction.jobs.find(job.key)
    return standing is None or standing.state in ("done", "rejected")


def _event_of(job: Job) -> tuple[str, str]:
    match job.intent:
        case DefineLicense(terms):
            return terms.id.hex(), "LicenseDefined"
        case RegisterResource(digest):
            return digest.hex(), "ResourceRegistered"
        case IssueGrant(grant=grant_id):
            return grant_id.hex(), "GrantIssued"
        case RevokeGrant(grant_id):
            return grant_id.hex(), "GrantRevoked"
        case AnchorCheckpoint():
            return "", ""
