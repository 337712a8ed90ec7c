"""Accounts, EIP-712 digests and raw transactions are those of eth-account, which is not ours."""

import random

import pytest
from eth_account import Account as Their
from eth_account.messages import encode_typed_data

from ledger_service.adapters.accounts import Account, recovered
from ledger_service.adapters.evm.intents import signed_digest
from ledger_service.adapters.evm.transactions import content_of, sign_transaction
from ledger_service.ports.chain import PreparedTransaction

RNG = random.Random(20261129)
KEYS = [RNG.randbytes(32) for _ in range(20)] + [(1).to_bytes(32), (2**255).to_bytes(32)]
TYPED = {
    "types": {
        "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "salt", "type": "bytes32"}],
        "Book": [{"name": "digest", "type": "bytes32"}, {"name": "pages", "type": "uint64"}],
        "Shelf": [
            {"name": "keeper", "type": "address"},
            {"name": "books", "type": "Book[]"},
            {"name": "first", "type": "Book"},
            {"name": "marks", "type": "bytes32[]"},
        ],
    },
    "primaryType": "Shelf",
    "domain": {"name": "Muhr", "salt": b"\x01" * 32},
}


@pytest.mark.parametrize("key", KEYS)
def test_a_key_has_its_one_address_and_signs_in_one_way(key):
    ours, theirs, digest = Account(key), Their.from_key(key), RNG.randbytes(32)
    assert "0x" + ours.address == theirs.address.lower()
    signature = ours.sign(digest)
    assert signature == theirs.unsafe_sign_hash(digest).signature
    assert recovered(digest, signature) == ours.address


@pytest.mark.parametrize("key", [bytes(32), b"\xff" * 32, b""])
def test_what_is_no_key_of_the_curve_is_none(key):
    with pytest.raises(ValueError):
        Account(key)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_typed_object_has_the_digest_that_wallets_sign(count):
    book = {"digest": RNG.randbytes(32), "pages": RNG.getrandbits(64)}
    message = {
        "keeper": "0x" + RNG.randbytes(20).hex(),
        "books": [book] * count,
        "first": book,
        "marks": [RNG.randbytes(32)] * count,
    }
    typed = {**TYPED, "message": message}
    signed = encode_typed_data(full_message=typed)
    theirs = Their.from_key(KEYS[0]).sign_message(signed).signature
    assert Account(KEYS[0]).sign(signed_digest(typed)) == theirs


@pytest.mark.parametrize("to", ["", "11" * 20, "00" * 19 + "01"])
@pytest.mark.parametrize("size", [0, 1, 55, 56, 300, 70_000])
def test_a_raw_transaction_has_the_bytes_of_another_library_and_is_read_again(to, size):
    prepared = PreparedTransaction(to, RNG.randbytes(size), 21_000 + size, 2 * 10**9, 10**9)
    ours = sign_transaction(Account(KEYS[0]), 1337, prepared, size)
    told = {
        "type": 2,
        "chainId": 1337,
        "nonce": size,
        "to": bytes.fromhex(to),
        "data": prepared.data,
        "value": 0,
        "gas": prepared.gas,
        "maxFeePerGas": prepared.max_fee,
        "maxPriorityFeePerGas": prepared.priority_fee,
    }
    theirs = Their.from_key(KEYS[0]).sign_transaction(told)
    assert (ours.raw, bytes.fromhex(ours.hash)) == (theirs.raw_transaction, theirs.hash)
    assert content_of(ours) == prepared
