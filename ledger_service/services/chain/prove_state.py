"""Get from a node a proof of what the contracts hold of a registration and its checkpoint.

Used by the service, for the receipts that it gives, and by a verifier that asks a node of its own.
Nothing that the node answers is believed before it was checked (domain/chain/chain_state).
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger_service.domain.chain.authority_state import change_slots, keeper_slot
from ledger_service.domain.chain.chain_state import (
    ENTRIES,
    LICENSE_NUMBERS,
    ORIGINALS,
    SUCCESSORS,
    SUPERSEDED,
    StateClaim,
    StateProof,
    checkpoint_slots,
    mapping_slot,
    parse_registration,
    registration_slot,
    window_slot,
)
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.errors import InvalidStateProof
from ledger_service.domain.identifiers import Digest, LedgerId, StewardId
from ledger_service.ports.state import Header, NodeHead, StateNode


def prove_state(
    node: StateNode,
    deployment: Deployment,
    claim: StateClaim,
    block: int | Header | None = None,
    *,
    anchor_block: bool = False,
) -> StateProof:
    """Return the proof against a block, not checked yet: `read_state` does that.

    block: its number or header, the newest if None. anchor_block: whether to prove too in which block
    the checkpoint was anchored, and when; a receipt, which is to be small, names it only.

    Raises:
        ChainUnavailable: the node does not answer.
        InvalidStateProof: it answers what is not a proof.
    """
    prover = _Prover(node, deployment, block)

    def registry(place: int, digest: bytes) -> _Asked:
        return "ResourceRegistry", [registration_slot(place, digest, claim.steward)]

    root_slot, place_slot = checkpoint_slots(claim.ledger, claim.size)
    word, *_ = prover.ask(
        registry(ENTRIES, claim.digest.value),
        ("CheckpointAnchor", [root_slot, place_slot] if anchor_block else [root_slot]),
        ("LicenseRegistry", [mapping_slot(LICENSE_NUMBERS, claim.license.value)]),
    )
    held = parse_registration(word)
    if held is None:
        return prover.proof()
    needed: list[_Asked] = [("StewardRegistry", [window_slot(claim.steward, held.registrar)])]
    if held.state == SUPERSEDED:
        needed.append(registry(SUCCESSORS, claim.digest.value))
    if held.may_have_original:
        needed.append(registry(ORIGINALS, claim.digest.value))
    *_, original = prover.ask(*needed)
    if held.may_have_original and original:
        prover.ask(registry(ENTRIES, original.to_bytes(32)))
    return prover.proof()


def prove_anchor(
    node: StateNode, deployment: Deployment, ledger: LedgerId, size: int, header: Header
) -> StateProof:
    """Return the proof of one checkpoint against a block; `read_anchor` checks it.

    Raises:
        ChainUnavailable: the node does not answer.
        InvalidStateProof: it answers what is not a proof.
    """
    prover = _Prover(node, deployment, header)
    prover.ask(("CheckpointAnchor", checkpoint_slots(ledger, size)))
    return prover.proof()


def prove_authority(
    node: StateNode,
    deployment: Deployment,
    ledger: LedgerId,
    steward: StewardId,
    accounts: Sequence[bytes],
    header: Header,
) -> StateProof:
    """Return the proof of who kept a ledger and might register when; `read_authority` checks it.

    Raises:
        ChainUnavailable: the node does not answer.
        InvalidStateProof: it answers what is not a proof.
    """
    prover = _Prover(node, deployment, header)
    windows = [window_slot(steward, account) for account in accounts]
    prover.ask(
        ("CheckpointAnchor", [keeper_slot(ledger)]),
        ("StewardRegistry", [*change_slots(steward), *windows]),
    )
    return prover.proof()


def prove_registration(
    node: StateNode, deployment: Deployment, digest: Digest, steward: StewardId, header: Header
) -> StateProof:
    """Return the proof of what a steward has registered of a digest; `read_registration` checks it.

    Raises:
        ChainUnavailable: the node does not answer.
        InvalidStateProof: it answers what is not a proof.
    """
    prover = _Prover(node, deployment, header)
    prover.ask(("ResourceRegistry", [registration_slot(ENTRIES, digest.value, steward)]))
    return prover.proof()


def check_chain(head: NodeHead, deployment: Deployment) -> None:
    """Check that a node serves the deployment's chain; raise InvalidStateProof if it serves another.

    The code of the contracts is checked by every state proof.
    """
    if (head.chain_id, head.genesis) != (deployment.chain_id, deployment.genesis):
        raise InvalidStateProof("other-chain")


_Asked = tuple[str, Sequence[bytes]]
"""The name of a contract, and some of its slots."""


class _Prover:
    """Asks a node for proofs against one block, and keeps each node of the tries once."""

    def __init__(
        self, node: StateNode, deployment: Deployment, block: int | Header | None = None
    ) -> None:
        self._node, self._deployment = node, deployment
        self._header = block if isinstance(block, Header) else node.header(block)
        self._nodes: dict[bytes, None] = {}

    def ask(self, *asked: _Asked) -> list[int]:
        """Keep the proofs of some slots of contracts, asked for together; return the word of each first."""
        addressed = [(self._deployment.contracts[name], slots) for name, slots in asked]
        found = self._node.prove_slots(addressed, self._header.number)
        for proof in found:
            self._nodes.update(dict.fromkeys(proof.nodes))
        return [proof.word for proof in found]

    def proof(self) -> StateProof:
        """Return the proof of all that was asked for."""
        return StateProof(self._header.encoded, tuple(self._nodes))
