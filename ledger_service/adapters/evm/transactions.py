"""Raw transactions: what they offer to pay, and how they are signed, whoever sends them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from eth_account.typed_transactions.typed_transaction import TypedTransaction
from hexbytes import HexBytes

from ledger_service.adapters.evm.node import Node, number_of
from ledger_service.ports.chain import PreparedTransaction, SignedTransaction

PRIORITY_FEE_WEI = 10**9
NONCE_GAS = 21_000  # of a transaction that does nothing


def with_margin(estimate: int) -> int:
    """Return the gas to allow for a call: a quarter more than the node's estimate."""
    return int(estimate * 1.25)


def gas_price(node: Node) -> int:
    """Return what a unit of gas costs now, in wei, as the node says."""
    return number_of(node.request("eth_gasPrice"))


def fee_cap(node: Node) -> int:
    """Return the most to pay, in wei per unit of gas: twice what is usual now, and the tip."""
    return cap_at(gas_price(node))


def cap_at(price: int) -> int:
    """Return the most to pay where a unit of gas costs this much, both in wei."""
    return 2 * price + PRIORITY_FEE_WEI


def transaction_count(node: Node, sender: str) -> int:
    """Return how many transactions of a sender (40 hex) are in blocks: its next nonce."""
    return number_of(node.request("eth_getTransactionCount", "0x" + sender, "latest"))


def address_of(account: Any) -> str:
    """Return the address of a key of eth-account, 40 hex."""
    return str(account.address).removeprefix("0x").lower()


def sign_transaction(
    account: Any, chain_id: int, prepared: PreparedTransaction, nonce: int, value: int = 0
) -> SignedTransaction:
    """Return the raw transaction (EIP-1559) of a call; to "" deploys a contract. value: wei that go along."""
    signed = account.sign_transaction(
        {
            "type": 2,
            "chainId": chain_id,
            "nonce": nonce,
            "to": bytes.fromhex(prepared.to),
            "data": prepared.data,
            "value": value,
            "gas": prepared.gas,
            "maxFeePerGas": prepared.max_fee,
            "maxPriorityFeePerGas": prepared.priority_fee,
        }
    )
    raw = bytes(signed.raw_transaction)
    most = prepared.gas * prepared.max_fee
    return SignedTransaction(bytes(signed.hash).hex(), address_of(account), nonce, raw, most)


def content_of(transaction: SignedTransaction) -> PreparedTransaction:
    """Return what a raw transaction of ours calls and offers."""
    told = TypedTransaction.from_bytes(HexBytes(transaction.raw)).as_dict()
    return PreparedTransaction(
        bytes(told["to"]).hex(),
        bytes(told["data"]),
        told["gas"],
        told["maxFeePerGas"],
        told["maxPriorityFeePerGas"],
    )


def outbidding(standing: PreparedTransaction, price: int, most: int) -> PreparedTransaction | None:
    """Return the same call for more, so that pools take it in place of the one that stands.

    geth's pool wants a tenth more in both caps, others an eighth. None if the bound leaves no room.

    price: of a unit of gas now; most: bound of what is offered for it; both in wei.
    """
    least = _an_eighth_more(standing.max_fee)
    if least > most:
        return None
    max_fee = min(most, max(least, cap_at(price)))
    tip = min(max_fee, _an_eighth_more(standing.priority_fee))
    return replace(standing, max_fee=max_fee, priority_fee=tip)


def _an_eighth_more(fee: int) -> int:
    return fee + -(-fee // 8)
