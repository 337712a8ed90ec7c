"""Values under a trie's root: found, found missing, and refused as soon as a node is not the one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_service.domain.chain import rlp
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.chain.state_trie import EMPTY_TRIE, nodes_by_hash, value_at
from ledger_service.domain.errors import InvalidStateProof
from scripts.vectors.trie import Trie

KEYS = [number.to_bytes(32) for number in range(300)]
VALUES = {key: rlp.encode(rlp.encode_number(7 + int.from_bytes(key))) for key in KEYS[:200]}
TRIE = Trie(VALUES)


def test_the_empty_trie_has_the_root_that_is_known_and_holds_nothing() -> None:
    known = "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
    assert EMPTY_TRIE.hex() == known == Trie({}).root.hex()
    assert value_at(EMPTY_TRIE, KEYS[0], {}) is None


@pytest.mark.parametrize("key", KEYS[::7])
def test_a_value_or_its_absence_is_read_through_its_own_proof(key: bytes) -> None:
    assert value_at(TRIE.root, key, nodes_by_hash(TRIE.proof(key))) == VALUES.get(key)


@settings(max_examples=40)
@given(st.dictionaries(st.binary(min_size=1, max_size=32), st.binary(min_size=1, max_size=40)))
def test_any_trie_gives_back_what_it_holds(values: dict[bytes, bytes]) -> None:
    trie = Trie(values)
    for key in [*values, b"never put in, whatever the others are"]:
        assert value_at(trie.root, key, nodes_by_hash(trie.proof(key))) == values.get(key)


@pytest.mark.parametrize("key", [KEYS[3], KEYS[250]])
def test_a_proof_without_one_of_its_nodes_is_refused(key: bytes) -> None:
    proof = TRIE.proof(key)
    for left_out in range(len(proof)):
        rest = proof[:left_out] + proof[left_out + 1 :]
        with pytest.raises(InvalidStateProof):
            value_at(TRIE.root, key, nodes_by_hash(rest))


@pytest.mark.slow
def test_a_changed_bit_in_any_node_is_refused() -> None:
    proof = TRIE.proof(KEYS[3])
    for place, node in enumerate(proof):
        for bit in range(0, 8 * len(node), 37):
            changed = bytearray(node)
            changed[bit // 8] ^= 1 << bit % 8
            nodes = nodes_by_hash([*proof[:place], bytes(changed), *proof[place + 1 :]])
            with pytest.raises(InvalidStateProof):
                value_at(TRIE.root, KEYS[3], nodes)


@pytest.mark.parametrize(
    "node",
    [
        b"text",
        [b"", b""],
        [b"\x40" + keccak256(KEYS[0]), b"value"],  # a flag that does not exist
        [b"\x21" + keccak256(KEYS[0]), b"value"],  # padding that is not zero
        [b"\x20" + keccak256(KEYS[0]), b""],  # a leaf that holds nothing
        [b"\x20" + keccak256(KEYS[0]), [b"value"]],
        [b"\x00", b"\1" * 32],  # an extension that goes nowhere
        [[b"\x20"], b"value"],
        [b"\1" * 31] * 17,
        [b"", b"", b""],
    ],
)
def test_a_node_of_another_shape_is_refused(node: rlp.Item) -> None:
    data = rlp.encode(node)
    with pytest.raises(InvalidStateProof):
        value_at(keccak256(data), KEYS[0], nodes_by_hash([data]))


def test_an_extension_as_long_as_the_whole_way_is_refused() -> None:
    whole = b"\x00" + keccak256(KEYS[0])
    data = rlp.encode([whole, b"\1" * 32])
    with pytest.raises(InvalidStateProof):
        value_at(keccak256(data), KEYS[0], nodes_by_hash([data]))


def test_branches_beyond_the_whole_way_are_refused() -> None:
    below = keccak256(rlp.encode([b""] * 17))
    nodes = [rlp.encode([b""] * 17)]
    for _ in range(64):
        nodes.append(rlp.encode([below] * 16 + [b""]))
        below = keccak256(nodes[-1])
    with pytest.raises(InvalidStateProof):
        value_at(below, KEYS[0], nodes_by_hash(nodes))
