"""Ask a node for what one digest needs, and no more: a dozen requests, however long the chain's history is.

What the node answers is proved against the header of its newest block. A node that is behind what a
receipt names, that is syncing, or whose answers do not hold, can say nothing: neither for nor against.
Which claims are proved, and which are the node's word: docs/formats.md §5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger_service.domain.chain.authority_state import AuthorityFacts, read_authority
from ledger_service.domain.chain.block import Block
from ledger_service.domain.chain.chain_state import (
    ProvenState,
    StateFacts,
    StateProof,
    read_anchor,
    read_registration,
    read_state,
)
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.consortium.member import Member
from ledger_service.domain.errors import (
    InvalidEntry,
    InvalidInput,
    InvalidStateProof,
    VerificationError,
)
from ledger_service.domain.identifiers import Digest, LedgerId, StewardId
from ledger_service.domain.ledger.checkpoint import CheckSignature, VerifierKey
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.reasons import Reason
from ledger_service.domain.verification.absence import Absence
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.state_findings import anchor_finding
from ledger_service.domain.verification.verdict import Finding, not_checked
from ledger_service.ports.state import Header, StateNode
from ledger_service.services.chain.prove_state import (
    check_chain,
    prove_anchor,
    prove_authority,
    prove_registration,
    prove_state,
)
from ledger_service.services.verification.check_receipt import (
    KINDS_OF_CLAIM,
    StateView,
    state_claim,
)


@dataclass(frozen=True)
class AskedReceipt:
    """A receipt with what a node proves in the place of its own proof; no view if the node can say nothing,
    and then why.
    """

    receipt: Receipt
    view: StateView | None
    because: Reason


@dataclass(frozen=True)
class AskedAbsence:
    """What a node proves of a digest that a library says it has not. block: as of which; None if it can
    say nothing. anchor: of the evidence, if there was any. held_by: the library's steward, 64 hex, if it
    registered the digest after all.
    """

    block: int | None
    anchor: Finding
    held_by: str | None
    because: Reason


class NodeSaysNothing(Exception):
    """The node is behind, or syncing. reason: which of these."""

    def __init__(self, because: Because, /, **values: int) -> None:
        super().__init__(because)
        self.reason = not_checked(because, **values).reason


def needed_block(receipt: Receipt) -> int:
    """Return the last block that a receipt names: a node that has it not can say nothing of the receipt."""
    try:
        entry = Entry.parse(receipt.entry)
    except InvalidEntry:
        return 0
    told = entry.number("block") if entry.kind == "registered" else 0
    return max(told, receipt.anchor.block if receipt.anchor else 0)


def ask_for_receipt(
    node: StateNode,
    deployment: Deployment,
    receipt: Receipt,
    key: VerifierKey,
    check_signature: CheckSignature,
) -> AskedReceipt:
    """Return a receipt as a node proves it now; a receipt that does not hold as it is, unasked.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    nothing = not_checked(Because.NO_NODE_ASKED).reason
    try:
        entry, checkpoint = receipt.check(key, check_signature)
    except (InvalidInput, VerificationError):
        return AskedReceipt(receipt, None, nothing)
    if entry.kind not in KINDS_OF_CLAIM:
        return AskedReceipt(receipt, None, nothing)
    try:
        header, _ = _newest(node, deployment, needed_block(receipt))
        claim = state_claim(entry, checkpoint)
        proof = prove_state(node, deployment, claim, header, anchor_block=True)
        facts = read_state(proof, deployment, claim)
        authority = _authority(node, deployment, entry, claim.ledger, facts, header)
    except InvalidStateProof as exc:
        return AskedReceipt(receipt, None, not_checked(Because.NODE_BROKEN, why=exc.reason).reason)
    except NodeSaysNothing as exc:
        return AskedReceipt(receipt, None, exc.reason)
    terms = receipt.terms or node.license_terms(
        deployment.contracts["LicenseRegistry"],
        claim.license,
        deployment.first_block,
        header.number,
    )
    view = StateView(deployment, proof.block_hash, authority)
    return AskedReceipt(replace(receipt, state=proof, terms=terms), view, nothing)


def ask_for_absence(
    node: StateNode,
    deployment: Deployment,
    digest: Digest,
    absence: Absence | None,
    key: VerifierKey,
    check_signature: CheckSignature,
) -> AskedAbsence:
    """Return whether the deployment's steward has registered a digest, and what is proved of the evidence.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    named = None if absence is None else absence.receipt.anchor
    steward = StewardId.parse(deployment.steward)
    anchor = not_checked(Because.NO_ANCHOR_NAMED)
    try:
        header, block = _newest(node, deployment, named.block if named else 0)
        proof = prove_registration(node, deployment, digest, steward, header)
        held = read_registration(proof, deployment, digest, steward)
        if absence is not None and named is not None:
            anchor = _anchor(node, deployment, absence, key, check_signature, header)
    except InvalidStateProof as exc:
        broken = not_checked(Because.NODE_BROKEN, why=exc.reason)
        return AskedAbsence(None, broken, None, broken.reason)
    except NodeSaysNothing as exc:
        return AskedAbsence(None, not_checked(exc.reason), None, exc.reason)
    others = not_checked(Because.ONLY_THIS_LIBRARY_ASKED, block=block.number)
    held_by = None if held is None else deployment.steward
    return AskedAbsence(block.number, anchor, held_by, others.reason)


def speaks_for_ledger(node: StateNode, deployment: Deployment, member: Member) -> bool:
    """Return whether a node proves that a member's registrar may register now for the ledger's steward.

    Raises:
        ChainUnavailable: the node does not answer.
    """
    accounts = (bytes.fromhex(member.registrar),)
    named = member.ledger, member.steward, accounts
    try:
        header, block = _newest(node, deployment, 0)
        proof = prove_authority(node, deployment, *named, header)
        facts = read_authority(proof, deployment, *named)
    except (InvalidStateProof, NodeSaysNothing):
        return False
    return facts.keeper == member.steward and facts.had_live_registrar(block.time)


def _newest(node: StateNode, deployment: Deployment, needed: int) -> tuple[Header, Block]:
    """Return the newest block of a node that has caught up and has this block; raise NodeSaysNothing."""
    head = node.head()
    check_chain(head, deployment)
    block = ProvenState(StateProof(head.header.encoded, ()), deployment).block
    if block.number < needed:
        raise NodeSaysNothing(Because.NODE_BEHIND, block=block.number, needed=needed)
    if head.is_syncing:
        raise NodeSaysNothing(Because.NODE_SYNCING, block=block.number)
    return head.header, block


def _authority(
    node: StateNode,
    deployment: Deployment,
    entry: Entry,
    ledger: LedgerId,
    facts: StateFacts,
    header: Header,
) -> AuthorityFacts | None:
    """Return who might register at the anchor of a claim that only the ledger holds; None for others."""
    if facts.registration is not None or entry.kind != "accepted" or not facts.anchored_in:
        return None
    steward, registry = StewardId.parse(entry.text("steward")), "StewardRegistry"
    added = node.agents_added(
        deployment.contracts[registry], steward, deployment.first_block, facts.anchored_in
    )
    accounts = tuple(
        dict.fromkeys(item.account for item in added if item.block < facts.anchored_in)
    )
    proof = prove_authority(node, deployment, ledger, steward, accounts, header)
    return read_authority(proof, deployment, ledger, steward, accounts)


def _anchor(
    node: StateNode,
    deployment: Deployment,
    absence: Absence,
    key: VerifierKey,
    check_signature: CheckSignature,
    header: Header,
) -> Finding:
    """Return what is proved of the anchor of evidence; evidence that does not hold has none."""
    try:
        _, checkpoint = absence.check(key, check_signature)
    except (InvalidInput, VerificationError):
        return not_checked(Because.NO_ANCHOR_NAMED)
    ledger = LedgerId.of_origin(checkpoint.origin)
    proof = prove_anchor(node, deployment, ledger, checkpoint.size, header)
    block, held = read_anchor(proof, deployment, ledger, checkpoint.size)
    return anchor_finding(held, block, checkpoint.root, checkpoint.size)
