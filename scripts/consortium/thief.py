"""A thief with a copy of a registrar's key, who registers past the library, on a node of the chain."""

from __future__ import annotations

import json
import time
from pathlib import Path

from eth_account import Account

from ledger_service.adapters.evm.abi import artifact
from ledger_service.adapters.evm.node import Node, hexed
from ledger_service.adapters.evm.transactions import (
    PRIORITY_FEE_WEI,
    address_of,
    fee_cap,
    sign_transaction,
    transaction_count,
)
from ledger_service.adapters.keys import open_keystore
from ledger_service.ports.chain import PreparedTransaction
from scripts.consortium.chains import ConsortiumChain
from scripts.consortium.story.scene import LICENSE, digest_of
from scripts.consortium.university import University

RAW_CODEC = 0x55
GAS = 500_000
WAIT_SECONDS = 60


def register_as(university: University, chain: ConsortiumChain, file: Path) -> None:
    """Register a file in a university's name by a copy of its key; return once it is in a block.

    Raises:
        TimeoutError: the chain does not take it.
    """
    keys = university.home / "keys"
    account = Account.from_key(open_keystore(keys / "registrar.json", keys / "password"))
    node, sender = Node(chain.url_of(0)), address_of(account)
    chain.fund([sender.removeprefix("0x").lower()])
    nonce = transaction_count(node, sender)
    deployment = json.loads(university.deployment_file.read_text())
    prepared = PreparedTransaction(
        deployment["contracts"]["ResourceRegistry"],
        _call(university, deployment["steward"], bytes.fromhex(digest_of(file))),
        GAS,
        fee_cap(node),
        PRIORITY_FEE_WEI,
    )
    signed = sign_transaction(account, deployment["chain_id"], prepared, nonce)
    node.request("eth_sendRawTransaction", hexed(signed.raw))
    deadline = time.monotonic() + WAIT_SECONDS
    while transaction_count(node, sender) == nonce:
        if time.monotonic() > deadline:
            raise TimeoutError("the thief's transaction is in no block")
        time.sleep(0.1)


def _call(university: University, steward: str, digest: bytes) -> bytes:
    """Return the call that registers a digest under an open license of the university's."""
    licenses = university.get("/licenses")["items"]
    terms = next(row["license"] for row in licenses if row["name"] == LICENSE)
    stated = (
        *(digest, bytes.fromhex(steward), bytes.fromhex(terms)),
        *(RAW_CODEC, digest, digest),
    )
    return artifact("ResourceRegistry").call("register", stated)
