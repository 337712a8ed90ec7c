"""Write down how a chain job ended: the entry, the new state and the job's end, in one transaction."""

from __future__ import annotations

import hashlib

from ledger_service.domain.chain.history import Block, ChainEvent, ChainHistory
from ledger_service.domain.chain.intent import (
    AnchorCheckpoint,
    DeclareRendition,
    DefineLicense,
    Intent,
    IssueGrant,
    RegisterProven,
    RegisterResource,
    RenewGrant,
    ReturnGrant,
    RevokeGrant,
    SupersedeResource,
    WithdrawResource,
    wishes_of,
)
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.chain_errors import GrantNotLive, ResourceIsWithdrawn
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.ledger.entry import Entry, license_facts
from ledger_service.domain.lending.grant import GRANT_STATES_ENDING, GrantState
from ledger_service.domain.resources.registration import STATES_BEFORE_CHAIN, RegistrationState
from ledger_service.ports.chain import Job
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.append_entry import append_entry

ENDING_RETRY_SECONDS = 600
Facts = dict[str, str | int]


def record_submission(transaction: Transaction, job: Job) -> None:
    """Show what a job is for as submitted, now that a transaction carries it."""
    for intent in wishes_of(job.intent):
        match intent:
            case RegisterResource(digest, steward) | RegisterProven(digest, steward):
                registration = transaction.registrations.find(digest, steward)
                if registration is not None and registration.state is RegistrationState.ACCEPTED:
                    submitted = RegistrationState.SUBMITTED
                    transaction.registrations.set_state(digest, steward, submitted)
            case IssueGrant() as issued:
                held = transaction.grants.find(issued.grant)
                if held is not None and held.state is GrantState.ACCEPTED:
                    transaction.grants.set_state(issued.grant, GrantState.SUBMITTED)


def record_success(
    transaction: Transaction, job: Job, block: Block, transaction_hash: str, now: int
) -> None:
    """Settle a job whose effect stands on chain in this block; does nothing the second time."""
    if _has_ended(transaction, job):
        return
    transaction.jobs.set_done(job.id)
    for intent in wishes_of(job.intent):
        _record_effect(transaction, intent, block, transaction_hash, now)


def _record_effect(
    transaction: Transaction, intent: Intent, block: Block, transaction_hash: str, now: int
) -> None:
    """Write down one thing that stands on chain now: its entry, and what it changes in the index."""
    index = None
    if not isinstance(intent, AnchorCheckpoint):
        kind, facts = _told(transaction, intent)
        where: Facts = {"block": block.number, "transaction": transaction_hash}
        index = append_entry(transaction, Entry(kind, now, facts | where))
    match intent:
        case DefineLicense(terms):
            transaction.licenses.set_state(terms.id, "defined")
        case RegisterResource(digest, steward) | RegisterProven(digest, steward):
            registration = transaction.registrations.find(digest, steward)
            assert registration is not None  # written before the job
            waits = registration.state in STATES_BEFORE_CHAIN
            transaction.registrations.set_state(
                digest,
                steward,
                RegistrationState.REGISTERED if waits else registration.state,
                registered_entry=index,
                block=block.number,
                transaction=transaction_hash,
            )
        case SupersedeResource(digest, steward):
            registration = transaction.registrations.find(digest, steward)
            if registration is not None and registration.state is RegistrationState.REGISTERED:
                transaction.registrations.set_state(digest, steward, RegistrationState.SUPERSEDED)
        case WithdrawResource(digest, steward):
            transaction.registrations.set_state(digest, steward, RegistrationState.WITHDRAWN)
        case IssueGrant() as issued:
            held = transaction.grants.find(issued.grant)
            if held is None or held.state not in GRANT_STATES_ENDING:
                transaction.grants.set_state(issued.grant, GrantState.ISSUED)
        case RenewGrant(grant=grant_id, until=until):
            transaction.grants.set_until(grant_id, until)
        case ReturnGrant(grant=grant_id):
            transaction.grants.set_state(grant_id, GrantState.RETURNED)
        case RevokeGrant(grant=grant_id):
            transaction.grants.set_state(grant_id, GrantState.REVOKED)
        case AnchorCheckpoint(size=size):
            transaction.checkpoints.set_anchor(size, block.number, transaction_hash)


def record_rejection(transaction: Transaction, job: Job, error: LedgerError, now: int) -> None:
    """Settle a job that the chain will never take, and say why."""
    if _has_ended(transaction, job):
        return
    is_ending = isinstance(job.intent, WithdrawResource | ReturnGrant | RevokeGrant)
    if is_ending and not _is_over(transaction, job.intent, error, now):
        # Never given up: openings are refused meanwhile, and the chain must follow.
        transaction.jobs.set_queued(job.id, now + ENDING_RETRY_SECONDS, error.detail)
        return
    transaction.jobs.set_rejected(job.id, f"{error.slug()}: {error.detail}")
    for intent in wishes_of(job.intent):
        if isinstance(job.intent, SignedIntent) and not isinstance(intent, RegisterResource):
            continue  # it changed nothing here, and another may be signed in its place
        _record_refusal(transaction, intent, error, now)


def _record_refusal(transaction: Transaction, intent: Intent, error: LedgerError, now: int) -> None:
    match intent:
        case DefineLicense(terms):
            transaction.licenses.set_state(terms.id, "rejected")
        case RegisterResource(digest, steward):
            facts: Facts = {
                "digest": digest.hex(),
                "steward": steward.hex(),
                "reason": reason_code(error),
            }
            append_entry(transaction, Entry("rejected", now, facts))
            transaction.registrations.set_state(
                digest, steward, RegistrationState.REJECTED, rejection=error.detail
            )
        case RegisterProven(digest, steward):  # the claim stands in the ledger all the same
            accepted = RegistrationState.ACCEPTED
            transaction.registrations.set_state(digest, steward, accepted, rejection=error.detail)
        case IssueGrant() as issued:
            transaction.grants.set_state(issued.grant, GrantState.REJECTED, rejection=error.detail)
        case WithdrawResource(digest, steward):  # another registrar of the steward was first
            transaction.registrations.set_state(digest, steward, RegistrationState.WITHDRAWN)
        case ReturnGrant(grant=grant_id) | RevokeGrant(grant=grant_id):
            held = transaction.grants.find(grant_id)
            if held is not None and held.state in GRANT_STATES_ENDING:  # not one never issued
                returned = isinstance(intent, ReturnGrant)
                ended = GrantState.RETURNED if returned else GrantState.REVOKED
                transaction.grants.set_state(grant_id, ended)


def adopt_effect(transaction: Transaction, job: Job, now: int) -> bool:
    """Settle a job by the events that already stand in the index; return False if one is missing."""
    wishes = wishes_of(job.intent)
    effects = [_effect_of(transaction, intent) for intent in wishes]
    found = [event for event in effects if event is not None]
    if not found or len(found) < len(wishes):
        return False
    if not _has_ended(transaction, job):
        transaction.jobs.set_done(job.id)
        for intent, event in zip(wishes, found, strict=True):
            block = Block(event.block, b"", event.block_time)
            _record_effect(transaction, intent, block, event.transaction, now)
    return True


def _effect_of(transaction: Transaction, intent: Intent) -> ChainEvent | None:
    """Return the event in the index that shows an intent carried out."""
    subject, name = _event_of(intent)
    events = transaction.chain_index.events_of([subject])
    return next((each for each in events if each.name == name and _is_effect(intent, each)), None)


def reason_code(error: LedgerError) -> str:
    """Return the 8 hex digits that stand for a reason in an entry: SHA-256(slug), 4 bytes."""
    return hashlib.sha256(error.slug().encode()).hexdigest()[:8]


def _has_ended(transaction: Transaction, job: Job) -> bool:
    standing = transaction.jobs.find(job.key)
    return standing is None or standing.state in ("done", "rejected")


def _told(transaction: Transaction, intent: Intent) -> tuple[str, Facts]:
    """Return kind and facts of the entry that tells of an intent carried out, but for the place."""
    match intent:
        case DefineLicense(terms):
            return "license", {**license_facts(terms)}
        case RegisterResource(digest, steward) | RegisterProven(digest, steward):
            registration = transaction.registrations.find(digest, steward)
            assert registration is not None  # written before the job
            return "registered", {**registration.claim()}
        case SupersedeResource(successor=successor, relation=relation):
            facts: Facts = {"successor": successor.hex(), "relation": int(relation)}
            return "superseded", _place(intent) | facts
        case DeclareRendition(original=original):
            return "rendition", _place(intent) | {"original": original.hex()}
        case WithdrawResource(reason=reason):
            return "withdrawn", _place(intent) | {"code": int(reason)}
        case IssueGrant() as issued:
            facts = {"grant": issued.grant.hex(), "until": issued.until}
            return "grant-issued", _place(issued) | facts
        case RenewGrant(grant=grant_id, until=until):
            return "grant-renewed", {"grant": grant_id.hex(), "until": until}
        case ReturnGrant(grant=grant_id):
            return "grant-returned", {"grant": grant_id.hex()}
        case RevokeGrant(grant=grant_id):
            return "grant-revoked", {"grant": grant_id.hex()}
    raise AssertionError(f"{type(intent).__name__} has no entry")


def _place(intent: SupersedeResource | DeclareRendition | WithdrawResource | IssueGrant) -> Facts:
    return {"digest": intent.digest.hex(), "steward": intent.steward.hex()}


def _is_over(transaction: Transaction, intent: Intent, error: LedgerError, now: int) -> bool:
    """Return whether what was to be ended is over without us, and cannot become live again."""
    if isinstance(intent, WithdrawResource):
        return isinstance(error, ResourceIsWithdrawn)
    assert isinstance(intent, ReturnGrant | RevokeGrant)
    if not isinstance(error, GrantNotLive):
        return False
    held = transaction.grants.find(intent.grant)
    issue = transaction.jobs.find(f"grant:{intent.grant}")
    return (
        held is None
        or held.until <= now
        or (issue is not None and issue.state == "rejected")
        or bool(transaction.chain_index.events_of([intent.grant.hex()]))
    )


def _event_of(intent: Intent) -> tuple[str, str]:
    """Return subject and name of the event that shows an intent carried out."""
    match intent:
        case DefineLicense(terms):
            return terms.id.hex(), "LicenseDefined"
        case RegisterResource(digest) | RegisterProven(digest):
            return digest.hex(), "ResourceRegistered"
        case SupersedeResource(digest):
            return digest.hex(), "ResourceSuperseded"
        case DeclareRendition(digest):
            return digest.hex(), "RenditionDeclared"
        case WithdrawResource(digest):
            return digest.hex(), "ResourceWithdrawn"
        case IssueGrant() as issued:
            return issued.grant.hex(), "GrantIssued"
        case RenewGrant(grant=grant_id):
            return grant_id.hex(), "GrantRenewed"
        case ReturnGrant(grant=grant_id):
            return grant_id.hex(), "GrantReturned"
        case RevokeGrant(grant=grant_id):
            return grant_id.hex(), "GrantRevoked"
        case AnchorCheckpoint():
            return "", ""  # anchors are adopted where they are queued
    raise AssertionError(f"{type(intent).__name__} shows in no event")


def _is_effect(intent: Intent, event: ChainEvent) -> bool:
    """Return whether an event of the right name and subject is the intent's, in all that it says."""
    match intent:
        case RegisterResource() | RegisterProven() as claim:
            fact = ChainHistory.of([event]).registrations.get((claim.digest, claim.steward))
            stated = claim.license, claim.metadata, claim.cid.digest.hex()
            return fact is not None and (fact.license, fact.metadata, fact.cid_digest) == stated
        case SupersedeResource() as stated_successor:
            told = event.text("steward"), event.text("successor"), event.number("relation")
            wanted = stated_successor.steward.hex(), stated_successor.successor.hex()
            return told == (*wanted, int(stated_successor.relation))
        case DeclareRendition(steward=steward, original=original):
            return (event.text("steward"), event.text("original")) == (
                steward.hex(),
                original.hex(),
            )
        case WithdrawResource(steward=steward, reason=reason):
            return (event.text("steward"), event.number("reason")) == (steward.hex(), int(reason))
        case RenewGrant(until=until):
            return event.number("until") == until
    return True
