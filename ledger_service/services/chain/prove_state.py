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
from ledger_service.ports.state import Header, StateNode


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
    ask = prover.ask

    def ask_registry(place: int, digest: bytes) -> int:
        return ask("ResourceRegistry", registration_slot(place, digest, claim.steward))

    root_slot, place_slot = checkpoint_slots(claim.ledger, claim.size)
    ask("CheckpointAnchor", root_slot, *([place_slot] if anchor_block else []))
    ask("LicenseRegistry", mapping_slot(LICENSE_NUMBERS, claim.license.value))
    held = parse_registration(ask_registry(ENTRIES, claim.digest.value))
    if held is not None:
        ask("StewardRegistry", window_slot(claim.steward, held.registrar))
        if held.state == SUPERSEDED:
            ask_registry(SUCCESSORS, claim.digest.value)
        if held.may_have_original:
            original = ask_registry(ORIGINALS, claim.digest.value)
            if original:
                ask_registry(ENTRIES, original.to_bytes(32))
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
    prover.ask("CheckpointAnchor", *checkpoint_slots(ledger, size))
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
    prover.ask("CheckpointAnchor", keeper_slot(ledger))
    windows = [window_slot(steward, account) for account in accounts]
    prover.ask("StewardRegistry", *change_slots(steward), *windows)
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
    prover.ask("ResourceRegistry", registration_slot(ENTRIES, digest.value, steward))
    return prover.proof()


def check_chain(node: StateNode, deployment: Deployment) -> None:
    """Check that the node serves the deployment's chain.

    The code of the contracts is checked by every state proof.

    Raises:
        ChainUnavailable: the node does not answer. InvalidStateProof: it serves another chain.
    """
    if node.chain() != (deployment.chain_id, deployment.genesis):
        raise InvalidStateProof("other-chain")


class _Prover:
    """Asks a node for proofs against one block, and keeps each node of the tries once."""

    def __init__(
        self, node: StateNode, deployment: Deployment, block: int | Header | None = None
    ) -> None:
        self._node, self._deployment = node, deployment
        self._header = block if isinstance(block, Header) else node.header(block)
        self._nodes: dict[bytes, None] = {}

    def ask(self, contract: str, *slots: bytes) -> int:
        """Keep the proof of some slots of a contract; return the word of the first."""
        address = self._deployment.contracts[contract]
        found = self._node.prove_slots(address, slots, self._header.number)
        self._nodes.update(dict.fromkeys(found.nodes))
        return found.word

    def proof(self) -> StateProof:
        """Return the proof of all that was asked for."""
        return StateProof(self._header.encoded, tuple(self._nodes))
