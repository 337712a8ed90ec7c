"""Put many events on a library's chain past the library.

python -m scripts.bench.many_events HOME URL COUNT
"""

from __future__ import annotations

import hashlib
import sys
import time

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
from ledger_service.domain.resources.license import (
    UNLIMITED_SEATS,
    LicenseTerms,
    rights_uri,
)
from ledger_service.ports.chain import PreparedTransaction
from ledger_service.setup import TEN_YEARS_SECONDS, Opened, open_library
from scripts.chains import faucet
from scripts.chains.json_rpc import JsonRpc
from scripts.chains.network import FUNDS_WEI

AT_ONCE = 390  # registrations that fit a transaction
RAW_CODEC = 0x55
GAS_EACH, GAS_BESIDE = 36_000, 100_000  # docs/gas.md
AHEAD = (
    2  # transactions that wait to be in a block: no more than half of one, which lets the fee rise
)
POLL_SECONDS = 0.02


def send(opened: Opened, count: int) -> None:
    """Register made-up digests by the registrar's own account, which needs money."""
    node, address = opened.node, opened.deployment.contracts["ResourceRegistry"]
    account = Account.from_key(opened.keys.secp256k1("registrar"))
    nonce = transaction_count(node, address_of(account))
    terms = LicenseTerms(rights_uri("CC-BY-4.0"), UNLIMITED_SEATS, TEN_YEARS_SECONDS, True)
    steward, license_id = bytes.fromhex(opened.deployment.steward), terms.id.value
    for start in range(0, count, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, count))
        digests = [hashlib.sha256(b"%d" % number).digest() for number in numbers]
        stated = [(item, steward, license_id, RAW_CODEC, item, item) for item in digests]
        data = artifact("ResourceRegistry").call("registerMany", stated)
        gas = GAS_EACH * len(digests) + GAS_BESIDE
        prepared = PreparedTransaction(address, data, gas, fee_cap(node), PRIORITY_FEE_WEI)
        signed = sign_transaction(account, opened.deployment.chain_id, prepared, nonce)
        node.request("eth_sendRawTransaction", hexed(signed.raw))
        nonce += 1
        _wait_for(node, address_of(account), nonce - AHEAD)
    _wait_for(node, address_of(account), nonce)


def _wait_for(node: Node, account: str, count: int) -> None:
    """Return once so many transactions of an account are in blocks."""
    while transaction_count(node, account) < count:
        time.sleep(POLL_SECONDS)


def main(home: str, url: str, count: str) -> int:
    """Return the exit status."""
    opened = open_library(configuration.load({"MUHR_HOME": home}), url)
    rpc = JsonRpc(int(url.rsplit(":", 1)[1]))
    faucet.give(rpc, [opened.keys.address("registrar")], FUNDS_WEI)
    rpc.close()
    send(opened, int(count))
    opened.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
