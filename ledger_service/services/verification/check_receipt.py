"""Check a file against a receipt, in the student's own process: nothing of the service is trusted.

Steps: (1) the file's digest is the entry's; (2) the entry is in the signed checkpoint; (3) if a chain
node is given, the registry's events and the anchor are asked from it; else (4) the receipt's proof of
the chain's state is checked, which passes only against a block hash that the caller knows. Otherwise
those axes say that they were not checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_service.domain.chain.chain_state import StateClaim, StateProof, read_state
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.errors import InvalidReceipt, InvalidStateProof, VerificationError
from ledger_service.domain.identifiers import Digest, LedgerId, LicenseId, StewardId
from ledger_service.domain.ledger.checkpoint import Checkpoint, CheckSignature, VerifierKey
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.reasons import Reason
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.later import Later
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.state_findings import (
    authority_findings,
    state_findings,
    unless_block_is_known,
)
from ledger_service.domain.verification.verdict import (
    Anchoring,
    Axis,
    Finding,
    Outcome,
    Verdict,
    chain_findings,
    claim_findings,
    failed,
    not_checked,
    passed,
    untold,
    waiting_findings,
)

if TYPE_CHECKING:  # a receipt's own proof is checked without the history of all events
    from ledger_service.domain.chain.authority_state import AuthorityFacts
    from ledger_service.domain.chain.history import AnchorFact, ChainHistory, RegistrationFact

KINDS_OF_CLAIM = ("registered", "accepted", "awaiting")
"""A registration that the chain has; a claim whose proof is the anchored ledger; and one that waits for its
registrar's signature, which proves nothing until the chain has it."""


@dataclass(frozen=True)
class ChainView:
    """What a chain node of the student's choosing says. chain_id: of the node's chain; as_of: the last
    block that was read, if that is known.
    """

    chain_id: int
    anchor_contract: str
    history: ChainHistory
    as_of: int | None = None


@dataclass(frozen=True)
class StateView:
    """What a receipt's state proof is checked against. block_hash: 32 bytes that the caller knows to
    be a block of the chain, or None. authority: what is proved of a claim that only the ledger holds.
    """

    deployment: Deployment
    block_hash: bytes | None = None
    authority: AuthorityFacts | None = None


def check_receipt(
    digest: Digest,
    receipt: Receipt,
    key: VerifierKey,
    check_signature: CheckSignature,
    view: ChainView | None,
    *,
    state_view: StateView | None = None,
    key_is_pinned: bool = True,
    no_view_because: Because | Reason = Because.NO_NODE_ASKED,
) -> Verdict:
    """Return the verdict on a file of this digest by this receipt.

    view, state_view: without either the chain's axes are not checked. key_is_pinned: False when the
    key came from the service itself, which proves nothing, so the ledger axis is then not checked.
    What another ledger gave, whose key nobody here knows, speaks neither for nor against the file.
    """
    if receipt.is_of_other_ledger(key):
        return untold(
            digest, Because.RECEIPT_OF_OTHER_LEDGER, origin=receipt.origin, wanted=key.name
        )
    findings: dict[Axis, Finding] = {axis: not_checked(no_view_because) for axis in Axis}
    try:
        entry, checkpoint = receipt.check(key, check_signature)
        if entry.kind not in KINDS_OF_CLAIM:
            raise InvalidReceipt("kind", kind=entry.kind)
    except (VerificationError, InvalidReceipt) as exc:
        findings[Axis.BYTES] = not_checked(Because.RECEIPT_BROKEN)
        findings[Axis.LEDGER] = failed(exc.reason)
        return Verdict(digest, None, findings)
    findings[Axis.BYTES] = _bytes_finding(digest, entry)
    findings[Axis.LEDGER] = (
        passed(Because.IN_CHECKPOINT, entry=receipt.index, size=checkpoint.size)
        if key_is_pinned
        else not_checked(Because.KEY_FROM_SERVICE)
    )
    if entry.kind == "awaiting":
        findings |= waiting_findings()
    if view is not None:
        findings[Axis.ANCHOR], anchor = anchor_finding(receipt, checkpoint, view)
        findings.update(_chain_findings(entry, anchor, view))
        if findings[Axis.LEDGER].outcome is Outcome.PASS and _has_moved(entry, view):
            findings[Axis.LEDGER] = passed(Because.MOVED, entry=receipt.index, size=checkpoint.size)
        findings |= Later.of(receipt.later, entry.text("digest")).named(findings)
    elif state_view is not None and receipt.state is not None:
        findings.update(_state_findings(entry, checkpoint, receipt, receipt.state, state_view))
    else:
        findings |= Later.of(receipt.later, entry.text("digest")).findings(findings)
    return Verdict(digest, entry.text("steward"), findings)


def _bytes_finding(digest: Digest, entry: Entry) -> Finding:
    if entry.text("digest") == digest.hex():
        return passed(Because.DIGEST_OF_ENTRY)
    return failed(Because.DIGEST_DIFFERS, digest=entry.text("digest"))


def state_claim(entry: Entry, checkpoint: Checkpoint) -> StateClaim:
    """Return what a receipt asks of the chain's state."""
    return StateClaim(
        LedgerId.of_origin(checkpoint.origin),
        checkpoint.size,
        Digest.parse(entry.text("digest")),
        StewardId.parse(entry.text("steward")),
        LicenseId.parse(entry.text("license")),
    )


def _state_findings(
    entry: Entry, checkpoint: Checkpoint, receipt: Receipt, proof: StateProof, view: StateView
) -> dict[Axis, Finding]:
    try:
        facts = read_state(proof, view.deployment, state_claim(entry, checkpoint))
    except InvalidStateProof as exc:
        return {Axis.ANCHOR: failed(exc.reason)}
    findings = state_findings(
        facts,
        receipt.terms,
        checkpoint.root,
        checkpoint.size,
        kind=entry.kind,
    )
    if view.authority is not None:
        steward = StewardId.parse(entry.text("steward"))
        findings |= authority_findings(view.authority, steward, facts)
    findings |= Later.of(receipt.later, entry.text("digest")).findings(findings)
    if receipt.anchor is None and findings[Axis.ANCHOR].outcome is Outcome.FAIL:
        findings[Axis.ANCHOR] = not_checked(Because.NO_ANCHOR_NAMED)
    if view.block_hash is None:
        return unless_block_is_known(findings, facts)
    if view.block_hash != facts.block.hash:
        # A fork may have taken that block away. Whether it ever was one cannot be told: it judges nothing.
        return {Axis.ANCHOR: not_checked(Because.OTHER_BLOCK, block=facts.block.number)}
    return findings


def _chain_findings(
    entry: Entry, anchor: AnchorFact | None, view: ChainView
) -> dict[Axis, Finding]:
    fact = _registration(entry, view)
    if fact is None and entry.kind == "awaiting":
        return waiting_findings()
    if fact is None and entry.kind == "accepted":
        return _claim_findings(entry, anchor, view.history)
    if fact is None:
        missing = failed(Because.NOT_ON_CHAIN)
        return dict.fromkeys(
            (Axis.STEWARD, Axis.WITHDRAWAL, Axis.SUPERSESSION, Axis.LICENSE), missing
        )
    findings = chain_findings(fact, view.history)
    told = fact.to_entry_facts()
    if any(told.get(name) != value for name, value in entry.without_place().items()):
        findings[Axis.LEDGER] = failed(Because.FACTS_DIFFER)
    return findings


def _has_moved(entry: Entry, view: ChainView) -> bool:
    """Return whether the registration stands elsewhere than its entry saw it: the chain was reorganized."""
    fact = _registration(entry, view)
    return fact is not None and entry.place not in (None, (fact.block, fact.transaction))


def _registration(entry: Entry, view: ChainView) -> RegistrationFact | None:
    claim = Digest.parse(entry.text("digest")), StewardId.parse(entry.text("steward"))
    return view.history.registrations.get(claim)


def _claim_findings(
    entry: Entry, anchor: AnchorFact | None, history: ChainHistory
) -> dict[Axis, Finding]:
    """Return what the chain says of a claim that was taken in bulk and is in the ledger only."""
    axes = (Axis.STEWARD, Axis.WITHDRAWAL, Axis.SUPERSESSION, Axis.LICENSE)
    steward = StewardId.parse(entry.text("steward"))
    if anchor is None:
        return dict.fromkeys(axes, not_checked(Because.NO_ANCHOR_FOUND))
    if history.ledger_stewards.get(anchor.ledger) != steward:
        return dict.fromkeys(axes, failed(Because.NOT_STEWARDS_LEDGER))
    place = Anchoring(anchor.block, anchor.time)
    return claim_findings(steward, LicenseId.parse(entry.text("license")), place, history)


def anchor_finding(
    receipt: Receipt, checkpoint: Checkpoint, view: ChainView
) -> tuple[Finding, AnchorFact | None]:
    """Return what the chain says of the anchor that a receipt names, and the anchor if it is there."""
    anchor = receipt.anchor
    ledger = LedgerId.of_origin(checkpoint.origin)
    if anchor is None:
        return not_checked(Because.NO_ANCHOR_NAMED), None
    if (anchor.chain_id, anchor.contract) != (view.chain_id, view.anchor_contract):
        return failed(Because.ANCHOR_ELSEWHERE), None
    for fact in view.history.anchors.get(ledger, []):
        if (fact.size, fact.root) == (checkpoint.size, checkpoint.root.hex()):
            return passed(Because.ANCHORED, size=fact.size, block=fact.block), fact
    return failed(Because.NOT_ANCHORED, size=checkpoint.size), None
