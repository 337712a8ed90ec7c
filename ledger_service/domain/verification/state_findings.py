"""The chain's axes of a verdict, from a state proof: as of one block, and without a node.

A proof is worth what the block's hash is worth, which anyone can make up. So nothing passes by it
unless the caller knows the hash from elsewhere; what speaks against a receipt does so in any case.
"""

from __future__ import annotations

from ledger_service.domain.chain.chain_state import SUPERSEDED, WITHDRAWN, AnchorState, StateFacts
from ledger_service.domain.chain.history import Block
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.domain.resources.registration import Relation
from ledger_service.domain.verification.verdict import (
    Axis,
    Finding,
    Outcome,
    failed,
    not_checked,
    passed,
    waiting_findings,
)


def state_findings(
    facts: StateFacts,
    terms: LicenseTerms | None,
    root: bytes,
    size: int,
    *,
    kind: str = "registered",
) -> dict[Axis, Finding]:
    """Return steward, withdrawal, supersession, license and anchor, as the block of the facts has them.

    terms: of the entry's license, as the receipt tells them and their id proves; root, size: of the
    signed checkpoint. kind: of the entry, which says that the chain has the registration, or that the
    ledger accepted it, or that it waits for a signature.
    """
    when = f"as of block {facts.block.number}"
    held = AnchorState(facts.root, facts.anchored_in, facts.anchored_at)
    anchor = anchor_finding(held, facts.block, root, size)
    if facts.registration is None and kind == "awaiting":
        return {**waiting_findings(), Axis.ANCHOR: anchor}
    if facts.registration is None and kind == "accepted":
        return {**_claim_findings(facts, terms, when), Axis.ANCHOR: anchor}
    if facts.registration is None:
        missing = failed(f"{when} the chain has no such registration")
        axes = (Axis.STEWARD, Axis.WITHDRAWAL, Axis.SUPERSESSION, Axis.LICENSE)
        return {**dict.fromkeys(axes, missing), Axis.ANCHOR: anchor}
    return {
        Axis.STEWARD: _steward_finding(facts, when),
        Axis.WITHDRAWAL: _withdrawal_finding(facts, when),
        Axis.SUPERSESSION: _supersession_finding(facts, when),
        Axis.LICENSE: _license_finding(facts, terms, when),
        Axis.ANCHOR: anchor,
    }


def anchor_finding(anchor: AnchorState, block: Block, root: bytes, size: int) -> Finding:
    """Return whether the state of a block has a signed checkpoint of this root and size anchored."""
    when = f"as of block {block.number}"
    where = "" if anchor.block is None else f" in block {anchor.block}"
    if anchor.root == root:
        return passed(f"size {size}{where}, {when}")
    return failed(f"{when} the chain has no anchor of size {size} with this root")


def unless_block_is_known(findings: dict[Axis, Finding], facts: StateFacts) -> dict[Axis, Finding]:
    """Return the findings for somebody who cannot tell yet whether the block is one of the chain."""
    number, block_hash = facts.block.number, facts.block.hash.hex()
    shown = dict(findings)
    for axis, finding in findings.items():
        if finding.outcome is Outcome.PASS:
            shown[axis] = not_checked(
                f"block {number} is not known (see anchor): {finding.because}"
            )
    if findings[Axis.ANCHOR].outcome is Outcome.PASS:
        shown[Axis.ANCHOR] = not_checked(
            f"it holds against block hash 0x{block_hash} of block {number}, which you can compare "
            "with any node: --rpc URL asks one, --block-hash HASH takes your word"
        )
    return shown


def _claim_findings(
    facts: StateFacts, terms: LicenseTerms | None, when: str
) -> dict[Axis, Finding]:
    """Return the findings on a claim in bulk, of which the chain has no registration (docs/adr/0036)."""
    if not facts.license_number:
        of_license = failed(f"{when} the chain has no such license")
    elif terms is None:
        of_license = not_checked("the receipt does not tell the license's terms")
    else:
        of_license = passed(terms.uri)
    alone = f"on chain, where its steward would do so, {when}"
    return {
        Axis.STEWARD: not_checked(
            "who was accredited at the anchor is asked from a node: --rpc URL"
        ),
        Axis.WITHDRAWAL: passed(f"nothing withdraws it {alone}"),
        Axis.SUPERSESSION: passed(f"nothing supersedes it {alone}"),
        Axis.LICENSE: of_license,
    }


def _steward_finding(facts: StateFacts, when: str) -> Finding:
    held = facts.registration
    assert held is not None
    if facts.registrar_was_live:
        return passed(f"registered by a registrar whose window covers it, {when}")
    if held.registered_at >= facts.until:
        return failed(f"{when} the registrar's key is declared compromised from before it was used")
    return failed(f"{when} the registrar's key has no window that covers the registration")


def _withdrawal_finding(facts: StateFacts, when: str) -> Finding:
    assert facts.registration is not None
    if facts.registration.state == WITHDRAWN:
        return failed(f"withdrawn, {when}")
    if facts.original is None:
        return passed(f"not withdrawn, {when}")
    if facts.original_state == WITHDRAWN:
        return failed(f"its original, {facts.original.hex()}, is withdrawn, {when}")
    return passed(f"neither it nor its original, {facts.original.hex()}, is withdrawn, {when}")


def _supersession_finding(facts: StateFacts, when: str) -> Finding:
    held = facts.registration
    assert held is not None
    if held.state != SUPERSEDED or facts.successor is None:
        return passed(f"not superseded, {when}")
    successor = facts.successor.hex()
    if held.relation == Relation.TRANSLATION:
        return passed(f"not superseded, but translated as {successor}")
    how = "corrected" if held.relation == Relation.CORRECTION else "superseded"
    return failed(f"{how} by {successor}")


def _license_finding(facts: StateFacts, terms: LicenseTerms | None, when: str) -> Finding:
    assert facts.registration is not None
    if facts.license_number != facts.registration.license_number or not facts.license_number:
        return failed(f"{when} the chain holds the registration under another license")
    if terms is None:
        return not_checked("the receipt does not tell the license's terms")
    return passed(terms.uri)
