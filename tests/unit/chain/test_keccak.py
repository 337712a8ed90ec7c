"""keccak-256 is the one that the EVM uses, for every length around its blocks."""

from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain.chain.keccak import keccak256


def test_nothing_has_the_hash_that_is_known() -> None:
    known = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak256(b"").hex() == known


def test_every_length_to_beyond_two_blocks_agrees() -> None:
    for length in range(280):
        data = bytes(range(256))[:length] + bytes(max(0, length - 256))
        assert keccak256(data) == keccak(data), length


@given(st.binary(max_size=700))
def test_any_bytes_agree(data: bytes) -> None:
    assert keccak256(data) == keccak(data)
