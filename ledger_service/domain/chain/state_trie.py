"""The EVM's Merkle Patricia trie, read through the nodes on one way: what `eth_getProof` gives.

Nodes are found by their keccak-256, so a node that is wrong is a node that is missing, and what is
found is what the root commits to. Source: Ethereum Yellow Paper, appendix D; EIP-1186.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NoReturn

from ledger_service.domain.chain import rlp
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.errors import InvalidStateProof

EMPTY_TRIE = keccak256(rlp.encode(b""))
BRANCH, SHORT = 17, 2  # items of the two shapes of a node
_IS_LEAF, _IS_ODD = 2, 1  # flags of a short node's path

Nodes = Mapping[bytes, bytes]


def nodes_by_hash(nodes: Iterable[bytes]) -> Nodes:
    """Return trie nodes by their keccak-256."""
    return {keccak256(node): node for node in nodes}


def value_at(root: bytes, key: bytes, nodes: Nodes) -> bytes | None:
    """Return what the trie of this root holds under a key, None if it holds nothing there.

    The trie is a secure one: its ways are those of keccak-256(key).

    Raises:
        InvalidStateProof: a node on the way is missing or malformed.
    """
    if root == EMPTY_TRIE:
        return None
    way = nibbles(keccak256(key))
    node: rlp.Item = root
    while True:
        parts = _parts(node, nodes)
        if len(parts) == BRANCH:
            if not way:
                _refuse()
            node, way = parts[way[0]], way[1:]
            if node == b"":
                return None
            continue
        path, is_leaf = _path(parts[0])
        if is_leaf:
            return _value(parts[1]) if path == way else None
        if not path or len(path) >= len(way):
            _refuse()
        if way[: len(path)] != path:
            return None
        node, way = parts[1], way[len(path) :]


def nibbles(data: bytes) -> list[int]:
    """Return the half bytes, the higher of each byte first."""
    return [half for byte in data for half in (byte >> 4, byte & 15)]


def _parts(node: rlp.Item, nodes: Nodes) -> list[rlp.Item]:
    """Return the items of a node, which is named by its hash or, when it is short, stands there."""
    if isinstance(node, bytes):
        if len(node) != 32 or node not in nodes:
            raise InvalidStateProof("node-missing")
        node = rlp.decode(nodes[node])
    if not isinstance(node, list) or len(node) not in (BRANCH, SHORT):
        _refuse()
    return node


def _path(encoded: rlp.Item) -> tuple[list[int], bool]:
    """Return a short node's path, and whether the node is a leaf."""
    if not isinstance(encoded, bytes) or not encoded:
        _refuse()
    halves = nibbles(encoded)
    flags = halves[0]
    if flags > (_IS_LEAF | _IS_ODD) or (not flags & _IS_ODD and halves[1]):
        _refuse()
    return halves[1 if flags & _IS_ODD else 2 :], bool(flags & _IS_LEAF)


def _value(item: rlp.Item) -> bytes:
    if not isinstance(item, bytes) or not item:
        _refuse()
    return item


def _refuse() -> NoReturn:
    raise InvalidStateProof("node-malformed")
