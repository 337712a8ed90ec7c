"""Verify a digest: what the index knows of it, each registration's verdict, and receipts.

Answers come from the index of confirmed blocks and say the block they are true as of. A student who
does not want to trust them checks the receipt instead (services/verification/check_receipt.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.chain_state import StateProof
from ledger_service.domain.chain.history import ChainHistory, RegistrationFact
from ledger_service.domain.errors import (
    ChainUnavailable,
    EntryNotFound,
    MetadataMismatch,
    ResourceNotFound,
)
from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import Checkpoint
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.registration import (
    Description,
    Metadata,
    Registration,
    RegistrationState,
    check_not_waiting,
)
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.later import LaterEntry
from ledger_service.domain.verification.receipt import AnchorReference, LedgerKey, Receipt
from ledger_service.domain.verification.verdict import (
    Anchoring,
    Axis,
    Finding,
    Verdict,
    chain_findings,
    claim_findings,
    failed,
    not_checked,
    not_registered,
    passed,
    waiting_findings,
)
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.ports.store import Transaction
from ledger_service.services.chain.newest_confirmed import newest_confirmed
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import check_told, find_adopted
from ledger_service.services.verification.check_receipt import state_claim
from ledger_service.services.verification.tell_later import registry_events, told_later


@dataclass(frozen=True)
class Answer:
    """Verdicts on one digest, oldest registration first; one that says `not_registered` if none.

    as_of: the last block that the index has read; ledger_size: entries then; is_in_ledger: whether
    this library's ledger tells of the digest, be it registered on chain or not. described: what its
    entries commit to, by steward; what differs from that is not told.
    """

    digest: Digest
    verdicts: list[Verdict]
    as_of: Block | None
    ledger_size: int
    is_in_ledger: bool
    described: Mapping[str, Metadata]

    @property
    def is_wholly_positive(self) -> bool:
        return any(verdict.is_wholly_positive for verdict in self.verdicts)

    @property
    def is_genuine(self) -> bool:
        """Whether some registration of these bytes stands, be it superseded or not."""
        return any(verdict.state.is_genuine for verdict in self.verdicts)


class _Held(NamedTuple):
    """A registration that the database has. mismatch: why it is not as its entries tell; None if it is."""

    registration: Registration
    mismatch: Reason | None


def verify_resource(library: Library, digest: Digest) -> Answer:
    """Return the verdicts of the index on these bytes."""
    with library.store.read() as transaction:
        found = transaction.registrations.of_digest(digest)
        return verify_found(library, transaction, digest, found)


def verify_found(
    library: Library, transaction: Transaction, digest: Digest, found: Sequence[Registration]
) -> Answer:
    """Do as `verify_resource`, within a snapshot. found: all registrations of the digest in it."""
    cursor = transaction.chain_index.cursor()
    size = transaction.ledger.size()
    held = {item.steward: _Held(item, _mismatch(transaction, item)) for item in found}
    history = history_of(transaction, digest)
    own = (fact for fact in history.registrations.values() if fact.digest == digest)
    facts = sorted(own, key=lambda fact: (fact.block, fact.log_index))
    verdicts = [_verdict(transaction, fact, history, held.get(fact.steward)) for fact in facts]
    described = {
        steward.hex(): item.registration.record
        for steward, item in held.items()
        if item.mismatch is None
    }
    is_held = bool(found) or (
        bool(facts) and find_adopted(transaction, digest, library.steward) is not None
    )
    if (digest, library.steward) not in history.registrations and library.steward in held:
        verdicts += _verdicts_on_claim(transaction, library, held[library.steward])
    block = cursor[0] if cursor else None
    if not verdicts:
        if block is None:
            verdicts = [not_registered(digest, Because.NOT_REGISTERED_NO_BLOCK)]
        else:
            verdicts = [not_registered(digest, Because.NOT_REGISTERED_AT_BLOCK, block=block.number)]
    verdicts = [replace(verdict, is_as_told=True) for verdict in verdicts]
    return Answer(digest, verdicts, block, size, is_held, described)


def history_of(transaction: Transaction, digest: Digest) -> ChainHistory:
    """Return what the chain says of one digest, its stewards and its licenses."""
    own = registry_events(transaction, [digest.hex()])
    originals = {event.text("original") for event in own if event.name == "RenditionDeclared"}
    own += registry_events(transaction, sorted(originals))
    related = {event.text("steward") for event in own}
    related |= {event.text("license") for event in own if event.name == "ResourceRegistered"}
    # A resource may have the digest that names a steward or a license, so its events stay out.
    about = [
        event
        for event in transaction.chain_index.events_of(sorted(related))
        if event.contract in ("StewardRegistry", "LicenseRegistry")
    ]
    return ChainHistory.of(own + about)


def receipt_of(library: Library, digest: Digest, steward: StewardId | None = None) -> Receipt:
    """Return the receipt of a registration, the library's own unless another steward is named.

    Raises: see `receipt_without_state`.
    """
    receipt = receipt_without_state(library, digest, steward)
    return replace(receipt, state=_state_proof(library, receipt))


def receipt_without_state(
    library: Library, digest: Digest, steward: StewardId | None = None
) -> Receipt:
    """Return the receipt of a registration as the database has it: no chain node is asked.

    Raises:
        ResourceNotFound: not registered here.
        SignatureAwaited, RouteUnknown: it waits for the signature of a registrar's own key.
        EntryNotFound: registered, but no checkpoint that covers it is anchored yet.
        MetadataMismatch: what is said of it is not what its entry commits to.
    """
    with library.store.read() as transaction:
        registration = transaction.registrations.find(digest, steward or library.steward)
        if registration is None:
            return _receipt_of_adopted(library, transaction, digest, steward or library.steward)
        index = registration.registered_entry
        if index is None and registration.waits:
            check_not_waiting(digest, registration.route)
        if index is None and registration.stands_in_bulk:
            index = registration.accepted_entry
        if index is None:
            raise ResourceNotFound("not-yet", digest=str(digest))
        check_told(transaction, [registration])
        receipt = _receipt(
            library, transaction, registration.license, index, registration.described
        )
        return replace(receipt, metadata=registration.metadata.to_json())


def _receipt_of_adopted(
    library: Library, transaction: Transaction, digest: Digest, steward: StewardId
) -> Receipt:
    """Return the receipt of a registration that was found on chain: nobody here can say its title."""
    adopted = find_adopted(transaction, digest, steward)
    if adopted is None:
        raise ResourceNotFound("here", digest=str(digest))
    return _receipt(library, transaction, adopted.license, adopted.entry)


def _receipt(
    library: Library,
    transaction: Transaction,
    license_id: LicenseId,
    index: int,
    described: Description | None = None,
) -> Receipt:
    """Return the receipt of the entry at an index as far as the database has it.

    With what an anchored checkpoint has of the resource since: the receipt is under the first that has all.
    """
    anchored = transaction.checkpoints.latest_anchored()
    if anchored is None or anchored.size <= index:
        raise EntryNotFound("not-anchored-yet", index=index)
    told, described = told_later(transaction, index, anchored.size, described)
    checkpoint = transaction.checkpoints.first_anchored_above(max([index, *told]))
    assert checkpoint is not None  # the latest is one
    license_row = transaction.licenses.find(license_id)
    receipt = receipt_under(library, transaction, index, checkpoint)
    later = []
    for at in told:
        item = receipt_under(library, transaction, at, checkpoint)
        later.append(LaterEntry(item.entry, item.index, item.proof))
    terms = None if license_row is None else license_row.terms
    record = None if described is None else described.record.to_json()
    return replace(receipt, terms=terms, later=tuple(later), described=record)


def receipt_under(
    library: Library, transaction: Transaction, index: int, checkpoint: SignedCheckpoint
) -> Receipt:
    """Return the receipt of an entry of any kind under a checkpoint that covers it, anchored or not."""
    proof = merkle.inclusion_proof(index, checkpoint.size, transaction.ledger.read_nodes)
    first = Entry.parse(transaction.ledger.entries(0, 1)[0])
    return Receipt(
        entry=transaction.ledger.entries(index, 1)[0],
        index=index,
        proof=tuple(proof),
        checkpoint=checkpoint.note,
        anchor=_anchor_of(library, checkpoint),
        keys=(LedgerKey(library.key.format(), first.at, None),),
    )


def _anchor_of(library: Library, checkpoint: SignedCheckpoint) -> AnchorReference | None:
    if checkpoint.block is None or checkpoint.transaction is None:
        return None
    return AnchorReference(
        chain_id=library.chain.chain_id,
        contract=library.chain.anchor_contract,
        ledger=library.ledger.hex(),
        block=checkpoint.block,
        transaction=checkpoint.transaction,
    )


def _state_proof(library: Library, receipt: Receipt) -> StateProof | None:
    """Return a proof of what the chain holds now; None while no node gives one.

    It is as of the newest confirmed block, since most nodes keep the state of the last ones only. While the
    worker waits for the chain, nobody else does.
    """
    with library.store.read() as transaction:
        if transaction.worker_state.read().waits is not None:
            return None
    entry, checkpoint = Entry.parse(receipt.entry), Checkpoint.of_note(receipt.checkpoint)
    try:
        claim = state_claim(entry, checkpoint)
        return library.chain.prove_state(claim, newest_confirmed(library))
    except ChainUnavailable:
        # The receipt holds without it, and says which axes it leaves open.
        return None


def _verdict(
    transaction: Transaction, fact: RegistrationFact, history: ChainHistory, held: _Held | None
) -> Verdict:
    findings = {
        Axis.BYTES: passed(Because.DIGEST_REGISTERED),
        **_ledger_findings(transaction, fact, held),
        **chain_findings(fact, history),
    }
    ordered = {axis: findings[axis] for axis in Axis}
    return Verdict(fact.digest, fact.steward.hex(), ordered)


def _verdicts_on_claim(transaction: Transaction, library: Library, held: _Held) -> list[Verdict]:
    """Return the verdict on this library's claim that stands in its ledger and not on chain, if any."""
    claim = held.registration
    if claim.waits:
        findings = {
            Axis.BYTES: passed(Because.DIGEST_TAKEN_IN),
            **_findings_of_entry(transaction, held, claim.accepted_entry),
            **waiting_findings(claim.route),
        }
        ordered = {axis: findings[axis] for axis in Axis}
        return [Verdict(claim.digest, claim.steward.hex(), ordered)]
    if claim.registered_entry is not None:
        findings = {
            **dict.fromkeys(Axis, not_checked(Because.SENT_AGAIN)),
            Axis.BYTES: passed(Because.DIGEST_TAKEN_IN),
            **_findings_of_entry(transaction, held, claim.registered_entry),
        }
        return [Verdict(claim.digest, claim.steward.hex(), findings)]
    if not _stands_in_ledger_only(claim):
        return []
    findings = {
        Axis.BYTES: passed(Because.DIGEST_IN_BULK),
        **_findings_of_entry(transaction, held, claim.accepted_entry),
    }
    anchor = _anchoring(transaction, library, claim)
    if anchor is None:
        waiting = not_checked(Because.ANCHOR_NOT_INDEXED)
        findings |= dict.fromkeys(
            (Axis.STEWARD, Axis.WITHDRAWAL, Axis.SUPERSESSION, Axis.LICENSE), waiting
        )
    else:
        related = transaction.chain_index.events_of([claim.steward.hex(), claim.license.hex()])
        history = ChainHistory.of(
            event for event in related if event.contract in ("StewardRegistry", "LicenseRegistry")
        )
        findings |= claim_findings(claim.steward, claim.license, anchor, history)
    if claim.state is RegistrationState.WITHDRAWING:
        findings[Axis.WITHDRAWAL] = failed(Because.WITHDRAWING)
    ordered = {axis: findings[axis] for axis in Axis}
    return [Verdict(claim.digest, claim.steward.hex(), ordered)]


def _stands_in_ledger_only(claim: Registration) -> bool:
    is_withdrawn_before = claim.state is RegistrationState.WITHDRAWING
    return claim.stands_in_bulk or (is_withdrawn_before and claim.registered_entry is None)


def _anchoring(transaction: Transaction, library: Library, claim: Registration) -> Anchoring | None:
    """Return the block that first anchors the claim's entry, as the index of the chain has it."""
    checkpoint = transaction.checkpoints.first_anchored_above(claim.accepted_entry)
    if checkpoint is None or checkpoint.transaction is None:
        return None
    for event in transaction.chain_index.events_in(checkpoint.transaction):
        named = event.name, event.subject, event.arguments.get("size"), event.arguments.get("root")
        wanted = library.ledger.hex(), checkpoint.size, checkpoint.root.hex()
        if named == ("CheckpointAnchored", *wanted):
            return Anchoring(event.block, event.block_time)
    return None


def _ledger_findings(
    transaction: Transaction, fact: RegistrationFact, held: _Held | None
) -> dict[Axis, Finding]:
    if held is not None and held.registration.registered_entry is not None:
        return _findings_of_entry(transaction, held, held.registration.registered_entry)
    adopted = find_adopted(transaction, fact.digest, fact.steward)
    if adopted is not None:
        passes = passed(Because.ENTRY_FOUND_ON_CHAIN, entry=adopted.entry)
        return {Axis.LEDGER: passes, Axis.ANCHOR: _anchor_finding(transaction, adopted.entry)}
    because = Because.OTHER_LEDGER if held is None else Because.ENTRY_WAITS
    return dict.fromkeys((Axis.LEDGER, Axis.ANCHOR), not_checked(because))


def _findings_of_entry(transaction: Transaction, held: _Held, index: int) -> dict[Axis, Finding]:
    return {
        Axis.LEDGER: _held_finding(transaction, held, index),
        Axis.ANCHOR: _anchor_finding(transaction, index),
    }


def _anchor_finding(transaction: Transaction, index: int) -> Finding:
    checkpoint = transaction.checkpoints.first_anchored_above(index)
    if checkpoint is None:
        return not_checked(Because.NO_ANCHOR_COVERS)
    assert checkpoint.block is not None  # it is anchored
    return passed(Because.ANCHORED_CHECKPOINT, size=checkpoint.size, block=checkpoint.block)


def _held_finding(transaction: Transaction, held: _Held, index: int) -> Finding:
    if index >= transaction.ledger.size():
        return failed(Because.ENTRY_MISSING, entry=index)
    if held.mismatch is not None:
        return failed(held.mismatch)
    return passed(Because.ENTRY_HELD, entry=index)


def _mismatch(transaction: Transaction, registration: Registration) -> Reason | None:
    """Return why what is said of a registration is not what its entry commits to; None if it is."""
    try:
        check_told(transaction, [registration])
    except MetadataMismatch as exc:
        return exc.reason
    return None
