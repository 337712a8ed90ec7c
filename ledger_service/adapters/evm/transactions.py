"""Raw transactions: what they offer to pay, and how they are signed, whoever sends them."""

from __future__ import annotations

from typing import Any

from ledger_service.adapters.evm.node import Node, number_of
from ledger_service.ports.chain import PreparedTransaction, SignedTransaction

PRIORITY_FEE_WEI = 10**9


def with_margin(estimate: int) -> int:
    """Return the gas to allow for a call: a quarter more than the node's estimate."""
    return int(estimate * 1.25)


def fee_cap(node: Node) -> int:
    """Return the most to pay, in wei per unit of gas: twice what is usual now, and the tip."""
    return 2 * number_of(node.request("eth_gasPrice")) + PRIORITY_FEE_WEI


def transaction_count(node: Node, sender: str) -> int:
    """Return how many transactions of a sender (40 hex) are in blocks: its next nonce."""
    return number_of(node.request("eth_getTransactionCount", "0x" + sender, "latest"))


def address_of(account: Any) -> str:
    """Return the address of a key of eth-account, 40 hex."""
    return str(account.address).removeprefix("0x").lower()


def sign_transaction(
    account: Any, chain_id: int, prepared: PreparedTransaction, nonce: int
) -> SignedTransaction:
    """Return the raw transaction (EIP-1559) of a call; to "" deploys a contract."""
    signed = account.sign_transaction(
        {
            "type": 2,
            "chainId": chain_id,
            "nonce": nonce,
            "to": bytes.fromhex(prepared.to),
            "data": prepared.data,
            "value": 0,
            "gas": prepared.gas,
            "maxFeePerGas": prepared.max_fee,
            "maxPriorityFeePerGas": prepared.priority_fee,
        }
    )
    raw = bytes(signed.raw_transaction)
    return SignedTransaction(bytes(signed.hash).hex(), address_of(account), nonce, raw)
