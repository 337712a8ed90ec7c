"""Proofs of the chain's state by JSON-RPC, from any EVM node. Also part of muhr-verify, so without web3."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ledger_service.domain.chain import rlp
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.errors import ChainUnavailable, InvalidStateProof
from ledger_service.ports.state import Header, SlotProof

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
MALFORMED = (LookupError, TypeError, ValueError, AttributeError)
"""What reading a node's answer raises if it is of another form."""


class JsonRpcState:
    """Implements ports.StateNode over a function that calls a node."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def chain(self) -> tuple[int, str]:
        chain = self._request("eth_chainId")
        genesis = self._request("eth_getBlockByNumber", "0x0", False)
        try:
            return int(chain, 16), genesis["hash"].removeprefix("0x")
        except MALFORMED as exc:
            raise ChainUnavailable("no-evm-node") from exc

    def header(self, block: int | None) -> Header:
        where = "latest" if block is None else hex(block)
        found = self._request("eth_getBlockByNumber", where, False)
        try:
            return Header(int(found["number"], 16), _encoded(found))
        except MALFORMED as exc:
            raise InvalidStateProof("block-malformed") from exc

    def prove_slots(self, contract: str, slots: Sequence[bytes], block: int) -> SlotProof:
        names = ["0x" + slot.hex() for slot in slots]
        answer = self._request("eth_getProof", "0x" + contract, names, hex(block))
        try:
            proofs = [answer["accountProof"], *(item["proof"] for item in answer["storageProof"])]
            nodes = tuple(_bytes(node) for proof in proofs for node in proof)
            return SlotProof(nodes, int(answer["storageProof"][0]["value"], 16))
        except MALFORMED as exc:
            raise InvalidStateProof("malformed") from exc


def _encoded(block: Any) -> bytes:
    """Return the RLP of a block's header; raise InvalidStateProof if it is not what the hash is of."""
    items = [
        rlp.encode_number(int(block[name], 16)) if name in NUMBERS else _bytes(block[name])
        for name in HEADER
        if block.get(name) is not None
    ]
    header = rlp.encode(list(items))
    if keccak256(header) != _bytes(block["hash"]):
        raise InvalidStateProof("header-form")
    return header


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
