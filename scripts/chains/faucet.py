"""An account that is rich on the chains of the test bed, and gives to others."""

from __future__ import annotations

import time
from collections.abc import Sequence

from eth_account import Account

from scripts.chains.json_rpc import JsonRpc

WAIT_SECONDS = 30
GAS, CAP_WEI, TIP_WEI = 21_000, 20 * 10**9, 10**9
WEALTH_WEI = 10**27
_OWNER = Account.from_key(b"the faucet of Muhr's test chains")
ADDRESS = str(_OWNER.address)


def give(rpc: JsonRpc, accounts: Sequence[str], wei: int) -> None:
    """Send ether to accounts of 40 hex, and return once the chain has it."""
    chain = int(rpc("eth_chainId"), 16)
    nonce = int(rpc("eth_getTransactionCount", ADDRESS, "latest"), 16)
    for number, account in enumerate(accounts):
        signed = _OWNER.sign_transaction(
            {
                "type": 2,
                "chainId": chain,
                "nonce": nonce + number,
                "to": bytes.fromhex(account),
                "value": wei,
                "gas": GAS,
                "maxFeePerGas": CAP_WEI,
                "maxPriorityFeePerGas": TIP_WEI,
            }
        )
        rpc("eth_sendRawTransaction", "0x" + bytes(signed.raw_transaction).hex())
    deadline = time.monotonic() + WAIT_SECONDS
    while int(rpc("eth_getTransactionCount", ADDRESS, "latest"), 16) < nonce + len(accounts):
        if time.monotonic() > deadline:
            raise TimeoutError("the faucet's payments are in no block")
        time.sleep(0.05)
