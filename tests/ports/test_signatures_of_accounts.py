"""Whether an account signed something: by its key, or as a contract wallet on a real chain."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi.abi import encode
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_utils.crypto import keccak

from ledger_service.adapters.evm.chain import EvmChain
from ledger_service.adapters.evm.deploy import Sender
from ledger_service.adapters.evm.node import Node
from ledger_service.domain.errors import ChainUnavailable
from tests.simulators.people.wallets import deploy_wallet

KEY, OTHER = "0x" + "11" * 32, "0x" + "22" * 32
OWNER = Account.from_key(KEY).address
TEXT = "Sign in to this library."
MESSAGE = encode_defunct(text=TEXT)
DIGEST = keccak(b"\x19" + MESSAGE.version + MESSAGE.header + MESSAGE.body)
CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
YES = bytes.fromhex("1626ba7e") + bytes(28)
APPROVING, REVERTING, BURNING = range(3)


def signature(key: str = KEY) -> bytes:
    return bytes(Account.sign_message(MESSAGE, key).signature)


def account(key: str = KEY) -> str:
    return str(Account.from_key(key).address)[2:].lower()


@pytest.fixture(scope="module")
def payer(bench: Any) -> bytes:
    found: bytes = bench.running.opened.keys.secp256k1("admin")
    return found


def test_an_accounts_own_signature_is_known_without_a_node(bench: Any) -> None:
    chain = EvmChain(Node("http://127.0.0.1:1"), bench.deployment)
    assert chain.is_signed_by(account(), DIGEST, signature())
    with pytest.raises(ChainUnavailable):
        chain.is_signed_by(account(), DIGEST, signature(OTHER))


def test_of_a_plain_account_nothing_else_is_a_signature(bench: Any) -> None:
    good = signature()
    high_s = (CURVE_ORDER - int.from_bytes(good[32:64], "big")).to_bytes(32, "big")
    for spoiled in (
        signature(OTHER),
        good[:-1] + bytes([good[-1] ^ 1]),
        good[:32] + high_s + bytes([55 - good[64]]),
        good[:-1],
        good + b"\0",
        b"",
        bytes(65),
    ):
        assert not bench.chain.is_signed_by(account(), DIGEST, spoiled)
    assert not bench.chain.is_signed_by(account(), keccak(b"other"), good)


def test_a_contract_wallet_approves_what_its_owner_signed(bench: Any, payer: bytes) -> None:
    wallet = deploy_wallet(bench.node, payer, "OwnedWallet", ("address", OWNER))
    assert bench.chain.is_signed_by(wallet, DIGEST, signature())
    assert not bench.chain.is_signed_by(wallet, DIGEST, signature(OTHER))
    assert not bench.chain.is_signed_by(wallet, keccak(b"other"), signature())
    assert not bench.chain.is_signed_by(wallet, DIGEST, b"")


def test_a_contract_that_does_not_say_yes_to_the_letter_says_no(bench: Any, payer: bytes) -> None:
    wallet = deploy_wallet(bench.node, payer, "WalletSimulator")
    sender = Sender(bench.node, payer)

    def tell(name: str, types: list[str], values: list[Any]) -> None:
        selector = keccak(f"{name}({','.join(types)})".encode())[:4]
        sender.send(wallet, selector + encode(types, values))

    for answer, is_yes in (
        (YES, True),
        (YES[:4], False),
        (YES + bytes(32), False),
        (YES[:-1] + b"\1", False),
        (bytes(32), False),
        (b"", False),
    ):
        tell("expect", ["bytes32", "bytes", "bytes"], [DIGEST, b"approved", answer])
        assert bench.chain.is_signed_by(wallet, DIGEST, b"approved") is is_yes
    tell("expect", ["bytes32", "bytes", "bytes"], [DIGEST, b"approved", YES])
    for mood in (REVERTING, BURNING):
        tell("become", ["uint8"], [mood])
        assert not bench.chain.is_signed_by(wallet, DIGEST, b"approved")
    tell("become", ["uint8"], [APPROVING])
    assert bench.chain.is_signed_by(wallet, DIGEST, b"approved")
