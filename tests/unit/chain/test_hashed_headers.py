"""Headers of chains whose validators sign each block: what their hash is of, and nothing else, is a proof."""

import json
from pathlib import Path
from typing import Any

import pytest
import rlp as reference
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.adapters.evm.state_node import HEADER, NUMBERS, JsonRpcState
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.errors import InvalidStateProof

VECTORS = Path(__file__).parents[2] / "vectors/headers/signed_by_validators.json"
BLOCKS = {case["name"]: case["block"] for case in json.loads(VECTORS.read_text())}
OF_IBFT_2, OF_IBFT, OF_QBFT = BLOCKS.values()
ADDRESSES = st.binary(min_size=20, max_size=20)
SEALS = st.lists(st.binary(min_size=65, max_size=65), max_size=7)
VOTES = st.one_of(st.just([]), st.tuples(ADDRESSES, st.sampled_from([b"", b"\xff"])).map(list))


def header_of(block: dict[str, Any]) -> bytes:
    """Return the header that a node with this block gives."""
    return JsonRpcState(lambda *_: block).header(1).encoded


def bytes_of(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def hash_of(block: dict[str, Any], extra: bytes) -> str:
    """Return the hash of a block with other extraData, by the reference's RLP."""
    told = {**block, "extraData": "0x" + extra.hex()}
    items = [
        reference.sedes.big_endian_int.serialize(int(told[name], 16))
        if name in NUMBERS
        else bytes_of(told[name])
        for name in HEADER
        if name in told
    ]
    return "0x" + keccak256(reference.encode(items)).hex()


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
def test_the_header_is_what_the_network_hashed(block: dict[str, Any]) -> None:
    header = header_of(block)
    assert keccak256(header) == bytes_of(block["hash"])
    assert reference.decode(header)[3] == bytes_of(block["stateRoot"])


@given(
    st.lists(ADDRESSES, min_size=1, max_size=7),
    VOTES,
    st.integers(0, 300),
    SEALS,
    st.binary(min_size=32, max_size=32),
)
def test_a_block_of_qbft_is_hashed_with_round_0_and_no_seals(
    validators: list[bytes], vote: list[bytes], round_: int, seals: list[bytes], vanity: bytes
) -> None:
    number = reference.sedes.big_endian_int.serialize(round_)
    told = reference.encode([vanity, validators, vote, number, seals])
    hashed = reference.encode([vanity, validators, vote, b"", []])
    block = {**OF_QBFT, "extraData": "0x" + told.hex(), "hash": hash_of(OF_QBFT, hashed)}
    assert reference.decode(header_of(block))[12] == hashed


@pytest.mark.parametrize("block", [OF_IBFT_2, OF_IBFT], ids=["IBFT 2.0", "IBFT"])
def test_other_seals_leave_the_hash_as_it_is_and_other_validators_do_not(
    block: dict[str, Any],
) -> None:
    header, extra = header_of(block), block["extraData"]
    assert header_of({**block, "extraData": extra[:-2] + "01"}) == header
    with pytest.raises(InvalidStateProof):
        header_of(
            {**block, "extraData": extra.replace("27a97c", "27a97d").replace("24defc", "24defd")}
        )


@pytest.mark.parametrize("item", ["stateRoot", "parentHash", "miner", "mixHash", "hash"])
@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
def test_every_other_item_is_under_the_hash(block: dict[str, Any], item: str) -> None:
    changed = block[item][:-1] + ("0" if block[item][-1] != "0" else "1")
    with pytest.raises(InvalidStateProof):
        header_of({**block, item: changed})


@pytest.mark.parametrize("extra", ["", "c0", "f90148", "80", "c580808080c0ff", "c3808080"])
def test_extra_data_of_no_known_form_is_hashed_whole(extra: str) -> None:
    whole = {**OF_QBFT, "extraData": "0x" + extra, "hash": hash_of(OF_QBFT, bytes.fromhex(extra))}
    assert header_of(whole)
    with pytest.raises(InvalidStateProof):
        header_of({**whole, "hash": OF_QBFT["hash"]})
