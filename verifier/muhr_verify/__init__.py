"""Verify a file by its Muhr receipt, or by evidence that it is not registered, without the service.

Beside this module stand those of the service's domain, unchanged; `make verifier` copies them here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from muhr_verify.adapters.evm.state_node import JsonRpcState
from muhr_verify.domain.chain.chain_state import StateProof, read_anchor
from muhr_verify.domain.chain.deployment import Deployment
from muhr_verify.domain.errors import InvalidInput, VerificationError
from muhr_verify.domain.identifiers import Digest, LedgerId
from muhr_verify.domain.ledger.checkpoint import VerifierKey
from muhr_verify.domain.verification.absence import Absence, is_absence
from muhr_verify.domain.verification.because import Because
from muhr_verify.domain.verification.receipt import Receipt
from muhr_verify.domain.verification.state_findings import anchor_finding
from muhr_verify.domain.verification.verdict import Finding, Verdict
from muhr_verify.ports.state import StateNode
from muhr_verify.services.chain.prove_state import check_chain, prove_anchor, prove_state
from muhr_verify.services.verification.check_evidence import check_evidence
from muhr_verify.services.verification.check_receipt import (
    KINDS_OF_CLAIM,
    StateView,
    check_receipt,
    state_claim,
)
from muhr_verify.signatures import check_ed25519
from muhr_verify.version import __version__

__all__ = ["Digest", "Receipt", "Verdict", "__version__", "verify"]


def verify(
    digest: str,
    receipt: bytes,
    deployment: str | None = None,
    *,
    block_hash: str | None = None,
    request: Callable[..., Any] | None = None,
) -> Verdict:
    """Return the verdict on a file by its receipt, or by evidence of absence.

    Args:
        digest: SHA-256 of the file, 64 hex digits.
        receipt: bytes of the file with the receipt or the evidence.
        deployment: text of the library's deployment.json, which pins key and contracts; without it
            the key that the receipt names is taken, and the verdict says that it is not pinned.
        block_hash: of the receipt's block, if it is known from elsewhere.
        request: calls an EVM node, (method, *parameters) → result; what the chain holds is then
            proved anew, against the node's newest block. Needs a deployment.

    Raises:
        InvalidInput: digest, receipt or deployment is malformed.
        ChainUnavailable, InvalidStateProof: the node does not answer, or serves another chain.
    """
    absence = Absence.parse(receipt) if is_absence(receipt) else None
    parsed = Receipt.parse(receipt) if absence is None else absence.receipt
    pinned = None if deployment is None else Deployment.parse(deployment)
    if pinned is not None:
        key = VerifierKey.parse(pinned.key)
    elif parsed.keys:
        key = VerifierKey.parse(parsed.keys[-1].key)
    else:
        raise InvalidInput("key-not-named")
    known = None if block_hash is None else Digest.parse(block_hash.removeprefix("0x")).value
    node = None if request is None else JsonRpcState(request)
    if node is not None and pinned is not None:
        check_chain(node, pinned)
    if absence is not None:
        return _absence_verdict(Digest.parse(digest), absence, key, pinned, node)
    if node is not None and pinned is not None:
        state = _state(parsed, key, pinned, node)
        if state is not None:
            parsed, known = replace(parsed, state=state), state.block_hash
    return check_receipt(
        Digest.parse(digest),
        parsed,
        key,
        check_ed25519,
        None,
        state_view=None if pinned is None else StateView(pinned, known),
        key_is_pinned=pinned is not None,
    )


def _absence_verdict(
    digest: Digest,
    absence: Absence,
    key: VerifierKey,
    pinned: Deployment | None,
    node: StateNode | None,
) -> Verdict:
    """Return the verdict by evidence of absence; a node, if there is one, proves its anchor."""
    because, anchor = Because.NO_NODE_WAS_GIVEN, None
    if node is not None and pinned is not None:
        because = Because.PROOFS_SHOW_NO_ABSENCE
        anchor = _proven_anchor(absence, key, pinned, node)
    return check_evidence(
        digest,
        absence,
        key,
        check_ed25519,
        None,
        key_is_pinned=pinned is not None,
        anchor=anchor,
        no_view_because=because,
    )


def _proven_anchor(
    absence: Absence, key: VerifierKey, pinned: Deployment, node: StateNode
) -> Finding | None:
    """Return what the node proves of the anchor; None for evidence that does not hold."""
    try:
        _, checkpoint = absence.check(key, check_ed25519)
    except (InvalidInput, VerificationError):
        return None
    ledger = LedgerId.of_origin(checkpoint.origin)
    proof = prove_anchor(node, pinned, ledger, checkpoint.size)
    block, held = read_anchor(proof, pinned, ledger, checkpoint.size)
    return anchor_finding(held, block, checkpoint.root, checkpoint.size)


def _state(
    receipt: Receipt, key: VerifierKey, pinned: Deployment, node: StateNode
) -> StateProof | None:
    """Return what the node proves; None for a receipt that does not hold, as the verdict then says."""
    try:
        entry, checkpoint = receipt.check(key, check_ed25519)
    except (InvalidInput, VerificationError):
        return None
    if entry.kind not in KINDS_OF_CLAIM:
        return None
    return prove_state(node, pinned, state_claim(entry, checkpoint), anchor_block=True)
