"""An EVM's state in memory: tries that are built whole, so that proofs can be made without a node."""

from __future__ import annotations

from collections.abc import Mapping

from ledger_service.domain.chain import rlp
from ledger_service.domain.chain.chain_state import StateProof
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.chain.state_trie import EMPTY_TRIE, nibbles

Way = tuple[int, ...]


class Trie:
    """A secure Merkle Patricia trie. values: key → what stands there, not empty."""

    def __init__(self, values: Mapping[bytes, bytes]) -> None:
        self._nodes: dict[bytes, bytes] = {}
        items = sorted((tuple(nibbles(keccak256(key))), value) for key, value in values.items())
        top = self._build(items, 0) if items else b""
        self.root = EMPTY_TRIE if not items else keccak256(rlp.encode(top))
        self._nodes[self.root] = rlp.encode(top)

    def proof(self, *keys: bytes) -> list[bytes]:
        """Return the nodes on the ways to some keys, from the root on, each once."""
        found: dict[bytes, None] = {}
        for key in keys:
            node: rlp.Item = b"" if self.root == EMPTY_TRIE else self.root
            way = nibbles(keccak256(key))
            while node != b"":
                if isinstance(node, bytes):
                    found[self._nodes[node]] = None
                    node = rlp.decode(self._nodes[node])
                if len(node) == 17:
                    node, way = node[way[0]], way[1:]
                    continue
                halves = nibbles(node[0])
                path = halves[1 if halves[0] & 1 else 2 :]
                if halves[0] & 2 or way[: len(path)] != path:
                    break
                node, way = node[1], way[len(path) :]
        return list(found)

    def _build(self, items: list[tuple[Way, bytes]], depth: int) -> rlp.Item:
        if len(items) == 1:
            return [_compact(items[0][0][depth:], 2), items[0][1]]
        first, last = items[0][0], items[-1][0]
        same = depth
        while first[same] == last[same]:
            same += 1
        branch: list[rlp.Item] = []
        for half in range(16):
            below = [item for item in items if item[0][same] == half]
            branch.append(self._named(self._build(below, same + 1)) if below else b"")
        branch.append(b"")
        return [_compact(first[depth:same], 0), self._named(branch)] if same > depth else branch

    def _named(self, node: rlp.Item) -> rlp.Item:
        """Return how a node is named in the one above: by its hash, unless it is short."""
        encoded = rlp.encode(node)
        if len(encoded) < 32:
            return node
        name = keccak256(encoded)
        self._nodes[name] = encoded
        return name


class ChainState:
    """Accounts with storage, under the header of one block.

    storage: address (20 bytes) → slot → word; code: address → keccak-256 of its code.
    """

    def __init__(
        self,
        storage: Mapping[bytes, Mapping[bytes, int]],
        code: Mapping[bytes, bytes],
        number: int = 7,
        time: int = 1_800_000_000,
    ) -> None:
        self._storage = {
            address: Trie(
                {slot: rlp.encode(rlp.encode_number(word)) for slot, word in words.items()}
            )
            for address, words in storage.items()
        }
        accounts = {
            address: rlp.encode([b"\1", b"", trie.root, code[address]])
            for address, trie in self._storage.items()
        }
        self._accounts = Trie(accounts)
        items: list[rlp.Item] = [bytes(32)] * 17
        items[2], items[3], items[6] = bytes(20), self._accounts.root, bytes(256)
        for place, value in {7: 0, 8: number, 9: 30_000_000, 10: 0, 11: time, 15: 7}.items():
            items[place] = rlp.encode_number(value)
        items[12], items[14] = b"", bytes(8)
        self.header = rlp.encode(items)

    def proof(self, slots: Mapping[bytes, list[bytes]]) -> StateProof:
        """Return the proof of some slots. slots: address → slots."""
        nodes: dict[bytes, None] = {}
        for address, wanted in slots.items():
            nodes.update(dict.fromkeys(self._accounts.proof(address)))
            nodes.update(dict.fromkeys(self._storage[address].proof(*wanted)))
        return StateProof(self.header, tuple(nodes))


def _compact(path: Way, flag: int) -> bytes:
    halves = [flag + len(path) % 2, *([] if len(path) % 2 else [0]), *path]
    return bytes(16 * high + low for high, low in zip(halves[::2], halves[1::2], strict=True))
