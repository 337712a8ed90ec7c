"""Verify a file by its Muhr receipt, or by evidence that it is not registered, without the service.

Beside this module stand those of the service's domain, unchanged; `make verifier` copies them here. What only
a node or evidence of absence needs is loaded when there is one: most runs check a receipt, offline.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from muhr_verify.domain.chain.deployment import Deployment
from muhr_verify.domain.errors import InvalidInput
from muhr_verify.domain.identifiers import Digest
from muhr_verify.domain.ledger.checkpoint import VerifierKey
from muhr_verify.domain.reasons import Reason
from muhr_verify.domain.verification.absence import Absence, is_absence
from muhr_verify.domain.verification.because import Because
from muhr_verify.domain.verification.receipt import Receipt
from muhr_verify.domain.verification.verdict import Verdict
from muhr_verify.services.verification.check_receipt import StateView, check_receipt
from muhr_verify.signatures import check_ed25519
from muhr_verify.version import __version__

if TYPE_CHECKING:
    from muhr_verify.ports.state import StateNode

__all__ = ["Digest", "Receipt", "Verdict", "__version__", "verify"]


def verify(
    digest: str,
    receipt: bytes,
    deployment: str | None = None,
    *,
    block_hash: str | None = None,
    request: Callable[..., Any] | None = None,
    requests: Callable[..., list[Any]] | None = None,
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
        requests: does so for a list of (method, parameters) at once, for nodes that take batches.

    A node that serves another chain, is behind or syncing, or answers what does not hold says nothing.

    Raises:
        InvalidInput: digest, receipt or deployment is malformed.
        ChainUnavailable: the node does not answer.
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
    node = None if request is None else _state_node(request, requests)
    if absence is not None:
        return _absence_verdict(Digest.parse(digest), absence, key, pinned, node)
    view = None if pinned is None else StateView(pinned, known)
    because = Reason(Because.NO_NODE_ASKED.value)
    if node is not None and pinned is not None:
        from muhr_verify.services.verification.ask_node import ask_for_receipt

        asked = ask_for_receipt(node, pinned, parsed, key, check_ed25519)
        parsed, view, because = asked.receipt, asked.view, asked.because
    return check_receipt(
        Digest.parse(digest),
        parsed,
        key,
        check_ed25519,
        None,
        state_view=view,
        key_is_pinned=pinned is not None,
        no_view_because=because,
    )


def _state_node(
    request: Callable[..., Any], requests: Callable[..., list[Any]] | None
) -> StateNode:
    from muhr_verify.adapters.evm.state_node import JsonRpcState

    return JsonRpcState(request, requests)


def _absence_verdict(
    digest: Digest,
    absence: Absence,
    key: VerifierKey,
    pinned: Deployment | None,
    node: StateNode | None,
) -> Verdict:
    """Return the verdict by evidence of absence; a node, if there is one, proves what it can."""
    from muhr_verify.services.verification.ask_node import ask_for_absence
    from muhr_verify.services.verification.check_evidence import check_evidence

    asked = None
    if node is not None and pinned is not None:
        asked = ask_for_absence(node, pinned, digest, absence, key, check_ed25519)
    return check_evidence(
        digest,
        absence,
        key,
        check_ed25519,
        None,
        key_is_pinned=pinned is not None,
        anchor=asked.anchor if asked else None,
        no_view_because=asked.because if asked else Because.NO_NODE_WAS_GIVEN,
        held_by=asked.held_by if asked else None,
    )
