"""The chain's axes of a verdict, from a state proof: as of one block, and without a node.

A proof is worth what the block's hash is worth, which anyone can make up. So nothing passes by it
unless the caller knows the hash from elsewhere; what speaks against a receipt does so in any case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.chain_state import SUPERSEDED, WITHDRAWN, AnchorState, StateFacts
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.domain.resources.registration import Relation
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.verdict import (
    Axis,
    Finding,
    Outcome,
    failed,
    not_checked,
    passed,
    replaced,
    waiting_findings,
)

if TYPE_CHECKING:  # only claims that no registration stands for need it
    from ledger_service.domain.chain.authority_state import AuthorityFacts


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
    block = facts.block.number
    held = AnchorState(facts.root, facts.anchored_in, facts.anchored_at)
    anchor = anchor_finding(held, facts.block, root, size)
    if facts.registration is None and kind == "awaiting":
        return {**waiting_findings(), Axis.ANCHOR: anchor}
    if facts.registration is None and kind == "accepted":
        return {**_claim_findings(facts, terms, block), Axis.ANCHOR: anchor}
    if facts.registration is None:
        missing = failed(Because.NOT_ON_CHAIN_AT_BLOCK, block=block)
        axes = (Axis.STEWARD, Axis.WITHDRAWAL, Axis.SUPERSESSION, Axis.LICENSE)
        return {**dict.fromkeys(axes, missing), Axis.ANCHOR: anchor}
    return {
        Axis.STEWARD: _steward_finding(facts, block),
        Axis.WITHDRAWAL: _withdrawal_finding(facts, block),
        Axis.SUPERSESSION: _supersession_finding(facts, block),
        Axis.LICENSE: _license_finding(facts, terms, block),
        Axis.ANCHOR: anchor,
    }


def authority_findings(
    authority: AuthorityFacts, steward: StewardId, facts: StateFacts
) -> dict[Axis, Finding]:
    """Return what is proved of a claim that only the ledger holds: who kept it, and might register then.

    The windows are those of accounts that a node named. That none of them is live says little: it may
    have kept some back.
    """
    if authority.keeper != steward:
        axes = (Axis.STEWARD, Axis.WITHDRAWAL, Axis.SUPERSESSION, Axis.LICENSE)
        return dict.fromkeys(axes, failed(Because.NOT_STEWARDS_LEDGER))
    if facts.anchored_in is None or facts.anchored_at is None or facts.root is None:
        return {Axis.STEWARD: not_checked(Because.NO_ANCHOR_FOUND)}
    if authority.changes is None:
        return {Axis.STEWARD: not_checked(Because.CHANGES_NOT_READ)}
    if not authority.was_accredited(facts.anchored_in):
        return {Axis.STEWARD: failed(Because.NOT_ACCREDITED, block=facts.anchored_in)}
    if not authority.had_live_registrar(facts.anchored_at):
        return {Axis.STEWARD: not_checked(Because.NO_KEY_SHOWN, block=facts.anchored_in)}
    return {Axis.STEWARD: passed(Because.ACCREDITED_AT_ANCHOR, block=facts.anchored_in)}


def anchor_finding(anchor: AnchorState, block: Block, root: bytes, size: int) -> Finding:
    """Return whether the state of a block has a signed checkpoint of this root and size anchored."""
    if anchor.root != root:
        return failed(Because.NOT_ANCHORED_AT_BLOCK, size=size, block=block.number)
    if anchor.block is None:
        return passed(Because.ANCHORED_AT_BLOCK, size=size, block=block.number)
    return passed(
        Because.ANCHORED_IN_BLOCK, size=size, anchored_in=anchor.block, block=block.number
    )


def unless_block_is_known(findings: dict[Axis, Finding], facts: StateFacts) -> dict[Axis, Finding]:
    """Return the findings for somebody who cannot tell yet whether the block is one of the chain."""
    number, block_hash = facts.block.number, facts.block.hash.hex()
    shown = dict(findings)
    for axis, finding in findings.items():
        if finding.outcome is Outcome.PASS:
            shown[axis] = not_checked(Because.BLOCK_NOT_KNOWN, block=number, why=finding.reason)
    if findings[Axis.ANCHOR].outcome is Outcome.PASS:
        shown[Axis.ANCHOR] = not_checked(Because.COMPARE_BLOCK, hash=block_hash, block=number)
    return shown


def _claim_findings(
    facts: StateFacts, terms: LicenseTerms | None, block: int
) -> dict[Axis, Finding]:
    """Return the findings on a claim in bulk, of which the chain has no registration (docs/adr/0036)."""
    if not facts.license_number:
        of_license = failed(Because.LICENSE_NOT_ON_CHAIN, block=block)
    else:
        of_license = _terms_finding(terms)
    return {
        Axis.STEWARD: not_checked(Because.ACCREDITED_IS_ASKED),
        Axis.WITHDRAWAL: passed(Because.NOTHING_WITHDRAWS_AT_BLOCK, block=block),
        Axis.SUPERSESSION: passed(Because.NOTHING_SUPERSEDES_AT_BLOCK, block=block),
        Axis.LICENSE: of_license,
    }


def _steward_finding(facts: StateFacts, block: int) -> Finding:
    held = facts.registration
    assert held is not None
    if facts.registrar_was_live:
        return passed(Because.REGISTRAR_LIVE, block=block)
    if held.registered_at >= facts.until:
        return failed(Because.REGISTRAR_STOLEN, block=block)
    return failed(Because.REGISTRAR_NOT_LIVE, block=block)


def _withdrawal_finding(facts: StateFacts, block: int) -> Finding:
    assert facts.registration is not None
    if facts.registration.state == WITHDRAWN:
        return failed(Because.WITHDRAWN_AT_BLOCK, block=block)
    if facts.original is None:
        return passed(Because.NOT_WITHDRAWN_AT_BLOCK, block=block)
    original = facts.original.hex()
    if facts.original_state == WITHDRAWN:
        return failed(Because.ORIGINAL_WITHDRAWN_AT_BLOCK, original=original, block=block)
    return passed(Because.RENDITION_STANDS_AT_BLOCK, original=original, block=block)


def _supersession_finding(facts: StateFacts, block: int) -> Finding:
    held = facts.registration
    assert held is not None
    if held.state != SUPERSEDED or facts.successor is None:
        return passed(Because.NOT_SUPERSEDED_AT_BLOCK, block=block)
    successor = facts.successor.hex()
    if held.relation == Relation.TRANSLATION:
        return passed(Because.TRANSLATED, successor=successor)
    return replaced(successor, held.relation)


def _license_finding(facts: StateFacts, terms: LicenseTerms | None, block: int) -> Finding:
    assert facts.registration is not None
    if facts.license_number != facts.registration.license_number or not facts.license_number:
        return failed(Because.OTHER_LICENSE, block=block)
    return _terms_finding(terms)


def _terms_finding(terms: LicenseTerms | None) -> Finding:
    if terms is None:
        return not_checked(Because.TERMS_NOT_TOLD)
    return passed(Because.LICENSE, uri=terms.uri)
