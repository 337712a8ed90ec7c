"""Get from an EVM node a proof of what the contracts hold of a registration and its checkpoint.

Used by the service, for the receipts that it gives, and by a verifier that asks a node of its own.
The node is handed in as a function; nothing that it answers is believed before it was checked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger_service.domain.chain import rlp
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
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.errors import ChainUnavailable, InvalidStateProof
from ledger_service.domain.identifiers import LedgerId

Request = Callable[..., Any]
"""(method, *parameters): the result of a JSON-RPC call; raises ChainUnavailable."""

HEADER = (
    *("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot"),
    *("logsBloom", "difficulty", "number", "gasLimit", "gasUsed", "timestamp", "extraData"),
    *("mixHash", "nonce", "baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas"),
    *("parentBeaconBlockRoot", "requestsHash"),
)
"""The items of a header in order; later ones came with later forks, and are in a block or not."""
NUMBERS = frozenset(
    {
        *("difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas"),
        *("blobGasUsed", "excessBlobGas"),
    }
)


def prove_state(
    request: Request,
    deployment: Deployment,
    claim: StateClaim,
    block: str = "latest",
    *,
    anchor_block: bool = False,
) -> StateProof:
    """Return the proof against a block, not checked yet: `read_state` does that.

    block: its number in the EVM's form, or `latest`. anchor_block: whether to prove too in which block
    the checkpoint was anchored, and when; a receipt, which is to be small, names it only.

    Raises:
        ChainUnavailable: the node does not answer.
        InvalidStateProof: it answers what is not a proof.
    """
    prover = _Prover(request, deployment, block)
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
    request: Request, deployment: Deployment, ledger: LedgerId, size: int
) -> StateProof:
    """Return the proof of one checkpoint against the newest block; `read_anchor` checks it.

    Raises:
        ChainUnavailable: the node does not answer.
        InvalidStateProof: it answers what is not a proof.
    """
    prover = _Prover(request, deployment, "latest")
    prover.ask("CheckpointAnchor", *checkpoint_slots(ledger, size))
    return prover.proof()


class _Prover:
    """Asks a node for proofs against one block, and keeps each node of the tries once."""

    def __init__(self, request: Request, deployment: Deployment, block: str) -> None:
        self._request, self._deployment = request, deployment
        self._nodes: dict[bytes, None] = {}
        found = request("eth_getBlockByNumber", block, False)
        try:
            self._header, self._number = _header(found), found["number"]
        except (KeyError, TypeError, ValueError, AttributeError) as exc:
            raise InvalidStateProof("The node's block is malformed.") from exc

    def ask(self, contract: str, *slots: bytes) -> int:
        """Keep the proof of some slots of a contract; return the word of the first."""
        address = "0x" + self._deployment.contracts[contract]
        names = ["0x" + slot.hex() for slot in slots]
        nodes, first = _proof_of(self._request("eth_getProof", address, names, self._number))
        self._nodes.update(nodes)
        return first

    def proof(self) -> StateProof:
        """Return the proof of all that was asked for."""
        return StateProof(self._header, tuple(self._nodes))


def _proof_of(answer: Any) -> tuple[dict[bytes, None], int]:
    """Return the nodes of an answer to eth_getProof, from the root on, and the first slot's word."""
    try:
        proofs = [answer["accountProof"], *(item["proof"] for item in answer["storageProof"])]
        nodes = dict.fromkeys(_bytes(node) for proof in proofs for node in proof)
        return nodes, int(answer["storageProof"][0]["value"], 16)
    except (LookupError, TypeError, ValueError, AttributeError) as exc:
        raise InvalidStateProof("The node's state proof is malformed.") from exc


def check_chain(request: Request, deployment: Deployment) -> None:
    """Return if the node serves the deployment's chain; raise InvalidStateProof for another one.

    The code of the contracts is checked by every state proof.
    """
    chain, genesis = request("eth_chainId"), request("eth_getBlockByNumber", "0x0", False)
    try:
        told = int(chain, 16), genesis["hash"].removeprefix("0x")
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise ChainUnavailable("What answers there does not answer as an EVM node does.") from exc
    if told != (deployment.chain_id, deployment.genesis):
        raise InvalidStateProof("The node serves another chain than the deployment's.")


def _header(block: Any) -> bytes:
    """Return the RLP of a block's header; raise InvalidStateProof if it is not what the hash is of."""
    items = [
        rlp.encode_number(int(block[name], 16)) if name in NUMBERS else _bytes(block[name])
        for name in HEADER
        if block.get(name) is not None
    ]
    header = rlp.encode(list(items))
    if keccak256(header) != _bytes(block["hash"]):
        raise InvalidStateProof("The node's block header has another form than Muhr knows.")
    return header


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
