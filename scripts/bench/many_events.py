"""Put many events on a library's chain past the library.

python -m scripts.bench.many_events HOME URL COUNT [FIRST [AT_ONCE]]
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from eth_account import Account

from ledger_service import config as configuration
from ledger_service.adapters.evm.abi import artifact
from ledger_service.adapters.evm.node import Node, hexed
from ledger_service.adapters.evm.transactions import (
    PRIORITY_FEE_WEI,
    address_of,
    fee_cap,
    sign_transaction,
    transaction_count,
)
from ledger_service.adapters.keys import KeyFolder
from ledger_service.ports.chain import PreparedTransaction
from ledger_service.services.resources.find_resources import show_license
from ledger_service.setup import Opened, open_library
from scripts.harness.processes import PROJECT
from scripts.harness.setting_up import OuterChain

AT_ONCE = 390  # registrations that fit a transaction
RAW_CODEC = 0x55
GAS_EACH, GAS_BESIDE = 36_000, 100_000  # docs/gas.md
SENT_TOGETHER = 2  # more would fill half a block of geth with 390 each, which lets the fee rise
POLL_SECONDS = 0.02


def send(opened: Opened, count: int, first: int = 0, at_once: int = AT_ONCE) -> None:
    """Register made-up digests by the registrar's own account, which needs money.

    first: the number of the first digest, each of which is registered once; at_once: in a transaction.
    """
    node, account = opened.node, Account.from_key(opened.keys.secp256k1("registrar"))
    starts = range(first, first + count, at_once)
    together = SENT_TOGETHER if at_once > 1 else 1  # what stands alone has a block of its own
    for begin in range(0, len(starts), together):
        nonce = transaction_count(node, address_of(account))
        some = starts[begin : begin + together]
        for ahead, start in enumerate(some):
            numbers = range(start, min(start + at_once, first + count))
            gas = GAS_EACH * len(numbers) + GAS_BESIDE
            to, data = opened.deployment.contracts["ResourceRegistry"], _call(opened, numbers)
            prepared = PreparedTransaction(to, data, gas, fee_cap(node), PRIORITY_FEE_WEI)
            chain_id = opened.deployment.chain_id
            signed = sign_transaction(account, chain_id, prepared, nonce + ahead)
            node.request("eth_sendRawTransaction", hexed(signed.raw))
        _wait_for(node, address_of(account), nonce + len(some))


def _call(opened: Opened, numbers: Sequence[int]) -> bytes:
    """Return the call that registers made-up digests by their numbers."""
    license_id = show_license(opened.library, "CC-BY-4.0").id.value
    steward = bytes.fromhex(opened.deployment.steward)
    digests = [hashlib.sha256(b"%d" % number).digest() for number in numbers]
    stated = [(item, steward, license_id, RAW_CODEC, item, item) for item in digests]
    return artifact("ResourceRegistry").call("registerMany", stated)


def _wait_for(node: Node, account: str, count: int) -> None:
    """Return once so many transactions of an account are in blocks."""
    while transaction_count(node, account) < count:
        time.sleep(POLL_SECONDS)


def put(chain: OuterChain, home: Path, count: int, first: int = 0, at_once: int = AT_ONCE) -> None:
    """Put events on a chain, as `send`, in a process of its own; the account is given money."""
    keys = home / "keys"
    chain.fund([KeyFolder(keys, keys / "password").address("registrar")])
    command = [sys.executable, "-m", "scripts.bench.many_events", str(home), chain.url]
    numbers = map(str, (count, first, at_once))
    subprocess.run([*command, *numbers], cwd=PROJECT, check=True)


def main(home: str, url: str, *numbers: str) -> int:
    """Return the exit status."""
    opened = open_library(configuration.load({"MUHR_HOME": home}), url)
    send(opened, *map(int, numbers))
    opened.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
