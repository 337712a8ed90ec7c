"""Check a file against a receipt, in the student's own process: nothing of the service is trusted.

Steps: (1) the file's digest is the entry's; (2) the entry is in the signed checkpoint; (3) if a chain
node is given, the registry's events and the anchor are asked from it; else those axes say that they
were not checked.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.chain import ChainHistory
from ledger_service.domain.checkpoint import Checkpoint, CheckSignature, VerifierKey
from ledger_service.domain.entry import Entry
from ledger_service.domain.errors import InvalidReceipt, VerificationError
from ledger_service.domain.identifiers import Digest, LedgerId, StewardId
from ledger_service.domain.receipt import Receipt
from ledger_service.domain.verdict import (
    Axis,
    Finding,
    Verdict,
    chain_findings,
    failed,
    not_checked,
    passed,
)


@dataclass(frozen=True)
class ChainView:
    """What a chain node of the student's choosing says. chain_id: of the node's chain."""

    chain_id: int
    anchor_contract: str
    history: ChainHistory


def check_receipt(
    digest: Digest,
    receipt: Receipt,
    key: VerifierKey,
    check_signature: CheckSignature,
    view: ChainView | None,
    *,
    key_is_pinned: bool = True,
    no_view_because: str = "no chain node was asked (give --rpc URL)",
) -> Verdict:
    """Return the verdict on a file of this digest by this receipt.

    view: None leaves the chain's axes unchecked. key_is_pinned: False when the key came from the
    service itself, which proves nothing, so the ledger axis is then not checked.
    """
    findings: dict[Axis, Finding] = {axis: not_checked(no_view_because) for axis in Axis}
    try:
        entry, checkpoint = receipt.check(key, check_signature)
        if entry.kind != "registered":
            raise InvalidReceipt(f"The receipt is for an entry of kind {entry.kind}.")
    except (VerificationError, InvalidReceipt) as exc:
        findings[Axis.BYTES] = not_checked("the receipt does not hold")
        findings[Axis.LEDGER] = failed(exc.detail)
        return Verdict(digest, None, findings)
    findings[Axis.BYTES] = (
        passed("the file has the digest of the entry")
        if entry.text("digest") == digest.hex()
        else failed(f"the file's digest differs from the entry's, {entry.text('digest')}")
    )
    findings[Axis.LEDGER] = (
        passed(f"entry {receipt.index} of the signed checkpoint of size {checkpoint.size}")
        if key_is_pinned
        else not_checked("the ledger's key came from the service itself; pin it with --deployment")
    )
    if view is not None:
        findings.update(_chain_findings(entry, view))
        findings[Axis.ANCHOR] = _anchor_finding(receipt, checkpoint, view)
    return Verdict(digest, entry.text("steward"), findings)


def _chain_findings(entry: Entry, view: ChainView) -> dict[Axis, Finding]:
    claim = Digest.parse(entry.text("digest")), StewardId.parse(entry.text("steward"))
    fact = view.history.registrations.get(claim)
    if fact is None:
        missing = failed("the chain has no such registration")
        return dict.fromkeys(
            (Axis.STEWARD, Axis.WITHDRAWAL, Axis.SUPERSESSION, Axis.LICENSE), missing
        )
    findings = chain_findings(fact, view.history)
    if fact.to_entry_facts() != dict(entry.facts):
        findings[Axis.LEDGER] = failed("the entry and the chain tell different facts")
    return findings


def _anchor_finding(receipt: Receipt, checkpoint: Checkpoint, view: ChainView) -> Finding:
    anchor = receipt.anchor
    ledger = LedgerId.of_origin(checkpoint.origin)
    if anchor is None:
        return not_checked("the receipt names no anchor")
    if (anchor.chain_id, anchor.contract) != (view.chain_id, view.anchor_contract):
        return failed("the receipt's anchor is on another chain or contract")
    for fact in view.history.anchors.get(ledger, []):
        if (fact.size, fact.root) == (checkpoint.size, checkpoint.root.hex()):
            return passed(f"size {fact.size} in block {fact.block}")
    return failed(f"the chain has no anchor of size {checkpoint.size} with this root")
