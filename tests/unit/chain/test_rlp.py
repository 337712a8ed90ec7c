"""RLP against the library that Ethereum's Python world uses, and its strictness."""

import pytest
import rlp as reference
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain.chain import rlp
from ledger_service.domain.errors import InvalidStateProof

ITEMS = st.recursive(
    st.binary(max_size=80), lambda inner: st.lists(inner, max_size=6), max_leaves=20
)


@given(ITEMS)
def test_items_are_written_as_others_write_them_and_read_back(item: rlp.Item) -> None:
    data = rlp.encode(item)
    assert data == reference.encode(item)
    assert rlp.decode(data) == item


@given(st.binary(max_size=120))
def test_what_is_read_is_canonical(data: bytes) -> None:
    try:
        item = rlp.decode(data)
    except InvalidStateProof:
        return
    assert rlp.encode(item) == data


@given(st.integers(min_value=0, max_value=2**256 - 1))
def test_a_number_comes_back(number: int) -> None:
    assert rlp.decode_number(rlp.encode_number(number)) == number


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x81\x01",  # a small byte written long
        b"\x82\x01",  # breaks off
        b"\xb8\x01\x01",  # a short length written long
        b"\xb9\x00\x40" + bytes(64),  # a length with a leading zero
        b"\xb8",  # no length
        b"\x01\x01",  # two items
        b"\xc1",  # a list that breaks off
        b"\xc2\x81\x01",
        b"\xc1\x82",  # an item that reaches beyond its list
        b"\xff" + b"\xff" * 8,
        b"\xc1" * 40,
        b"\xd0" + b"\xcf" * 16,
    ],
)
def test_bytes_that_are_not_canonical_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidStateProof):
        rlp.decode(data)


@pytest.mark.parametrize("item", [[], b"\0", b"\0\1", b"\1" * 33])
def test_what_is_not_a_number_is_refused(item: rlp.Item) -> None:
    with pytest.raises(InvalidStateProof):
        rlp.decode_number(item)


def test_lists_nested_too_deep_are_refused() -> None:
    item: rlp.Item = []
    for _ in range(rlp.DEEPEST + 1):
        item = [item]
    with pytest.raises(InvalidStateProof):
        rlp.decode(rlp.encode(item))
