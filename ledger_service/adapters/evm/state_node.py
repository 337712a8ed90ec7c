"""Proofs of the chain's state by JSON-RPC, from any EVM node. Also part of muhr-verify, so without web3."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ledger_service.domain.chain import rlp
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.errors import ChainUnavailable, InvalidInput, InvalidStateProof
from ledger_service.domain.identifiers import LicenseId, StewardId
from ledger_service.domain.resources.license import LicenseTerms
from ledger_service.ports.state import AddedAgent, Header, NodeHead, SlotProof, SlotsOf

Request = Callable[..., Any]
"""(method, *parameters): the result of a JSON-RPC call; raises ChainUnavailable."""
Requests = Callable[[Sequence[tuple[str, Sequence[Any]]]], list[Any]]
"""The results of calls, each a method and its parameters, asked together; raises ChainUnavailable."""

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
VANITY_BYTES = 32  # before what Quorum's first IBFT writes into extraData
AGENT_ADDED = keccak256(b"AgentAdded(bytes32,address,uint8,uint64,uint64)")
LICENSE_DEFINED = keccak256(b"LicenseDefined(bytes32,string,bytes32,uint32,uint64,bool)")
MALFORMED = (LookupError, TypeError, ValueError, AttributeError)
"""What reading a node's answer raises if it is of another form."""


class JsonRpcState:
    """Implements ports.StateNode over a function that calls a node.

    requests: asks for several at once; without it they are asked for one by one.
    """

    def __init__(self, request: Request, requests: Requests | None = None) -> None:
        self._request = request
        self._requests = requests or self._one_by_one

    def head(self) -> NodeHead:
        calls = [
            ("eth_chainId", ()),
            ("eth_getBlockByNumber", ("0x0", False)),
            ("eth_getBlockByNumber", ("latest", False)),
            ("eth_syncing", ()),
        ]
        chain, first, newest, syncing = self._requests(calls)
        try:
            told = int(chain, 16), first["hash"].removeprefix("0x")
        except MALFORMED as exc:
            raise ChainUnavailable("no-evm-node") from exc
        return NodeHead(*told, _header(newest), syncing is not False)

    def header(self, block: int | None) -> Header:
        where = "latest" if block is None else hex(block)
        return _header(self._request("eth_getBlockByNumber", where, False))

    def prove_slots(self, asked: Sequence[SlotsOf], block: int) -> list[SlotProof]:
        calls = [
            ("eth_getProof", ("0x" + contract, ["0x" + slot.hex() for slot in slots], hex(block)))
            for contract, slots in asked
        ]
        return [_proof(answer) for answer in self._requests(calls)]

    def _one_by_one(self, calls: Sequence[tuple[str, Sequence[Any]]]) -> list[Any]:
        return [self._request(method, *parameters) for method, parameters in calls]

    def agents_added(
        self, registry: str, steward: StewardId, first: int, last: int
    ) -> list[AddedAgent]:
        found = self._logs(registry, AGENT_ADDED, steward.value, first, last)
        try:
            return [
                AddedAgent(_bytes(log["topics"][2])[12:], int(log["blockNumber"], 16))
                for log in found
            ]
        except MALFORMED as exc:
            raise ChainUnavailable("no-evm-node") from exc

    def license_terms(
        self, registry: str, license_id: LicenseId, first: int, last: int
    ) -> LicenseTerms | None:
        for log in self._logs(registry, LICENSE_DEFINED, license_id.value, first, last):
            try:
                terms = _terms(_bytes(log["data"]))
            except (*MALFORMED, InvalidInput):
                continue
            if terms.id == license_id:
                return terms
        return None

    def _logs(self, contract: str, event: bytes, subject: bytes, first: int, last: int) -> Any:
        """Return the logs of an event about one subject."""
        query = {
            "fromBlock": hex(first),
            "toBlock": hex(last),
            "address": "0x" + contract,
            "topics": ["0x" + event.hex(), "0x" + subject.hex()],
        }
        found = self._request("eth_getLogs", query)
        if not isinstance(found, list):
            raise ChainUnavailable("no-evm-node")
        return found


def _terms(data: bytes) -> LicenseTerms:
    """Return the terms of LicenseDefined's data: an offset, four words, and the URI by its length."""
    words = [int.from_bytes(data[at : at + 32]) for at in range(0, len(data), 32)]
    length = words[words[0] // 32]
    uri = data[words[0] + 32 : words[0] + 32 + length].decode()
    return LicenseTerms(uri, words[2], words[3], bool(words[4]), words[1].to_bytes(32))


def _header(block: Any) -> Header:
    if block is None:  # it was there, or is the newest: the node is giving blocks up
        raise ChainUnavailable("changed-meanwhile")
    try:
        return Header(int(block["number"], 16), _encoded(block))
    except MALFORMED as exc:
        raise InvalidStateProof("block-malformed") from exc


def _proof(answer: Any) -> SlotProof:
    try:
        proofs = [answer["accountProof"], *(item["proof"] for item in answer["storageProof"])]
        nodes = tuple(_bytes(node) for proof in proofs for node in proof)
        return SlotProof(nodes, int(answer["storageProof"][0]["value"], 16))
    except MALFORMED as exc:
        raise InvalidStateProof("malformed") from exc


def _encoded(block: Any) -> bytes:
    """Return the RLP of a block's header; raise InvalidStateProof if it is not what the hash is of."""
    names = [name for name in HEADER if block.get(name) is not None]
    items: list[rlp.Item] = [
        rlp.encode_number(int(block[name], 16)) if name in NUMBERS else _bytes(block[name])
        for name in names
    ]
    told, place = _bytes(block["hash"]), names.index("extraData")
    for hashed in _hashed_extra_data(_bytes(block["extraData"])):
        items[place] = hashed
        header = rlp.encode(items)
        if keccak256(header) == told:
            return header
    raise InvalidStateProof("header-form")


def _hashed_extra_data(extra: bytes) -> Iterator[bytes]:
    """Yield what a chain may hash for a header's extraData, which is all of it on most chains.

    Where validators sign each block, their seals and the round are in it, and their signatures cannot be
    of themselves. So the hash is of QBFT's five items with round 0 and no seals, of the first three of IBFT
    2.0, and of 32 bytes and three items without seals in Quorum's first IBFT. Sources: Besu's extra data
    codecs, GoQuorum's filtered headers; tests/vectors/headers.
    """
    yield extra
    five, three = _list_of(extra), _list_of(extra[VANITY_BYTES:])
    if len(five) == 5:
        yield rlp.encode([*five[:3], b"", []])
        yield rlp.encode(five[:3])
    if len(three) == 3:
        yield extra[:VANITY_BYTES] + rlp.encode([*three[:2], []])


def _list_of(data: bytes) -> list[rlp.Item]:
    """Return the items of a list in RLP; none if the bytes are something else."""
    try:
        found = rlp.decode(data)
    except InvalidStateProof:
        return []
    return found if isinstance(found, list) else []


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
