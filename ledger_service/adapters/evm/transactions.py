"""Raw transactions: what they offer to pay, and how they are signed, whoever sends them."""

from __future__ import annotations

from dataclasses import replace

from eth_utils.crypto import keccak

from ledger_service.adapters.accounts import Account
from ledger_service.adapters.evm.node import Node, number_of
from ledger_service.domain.chain import rlp
from ledger_service.ports.chain import PreparedTransaction, SignedTransaction

PRIORITY_FEE_WEI = 10**9
NONCE_GAS = 21_000  # of a transaction that does nothing
EIP_1559 = b"\x02"


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


def sign_transaction(
    account: Account, chain_id: int, prepared: PreparedTransaction, nonce: int
) -> SignedTransaction:
    """Return the raw transaction (EIP-1559) of a call; to "" deploys a contract."""
    numbers = (chain_id, nonce, prepared.priority_fee, prepared.max_fee, prepared.gas)
    unsigned: list[rlp.Item] = [
        *map(rlp.encode_number, numbers),
        bytes.fromhex(prepared.to),
        b"",  # no ether
        prepared.data,
        [],  # no access list
    ]
    signature = account.sign(keccak(EIP_1559 + rlp.encode(unsigned)))
    r, s = (int.from_bytes(signature[at : at + 32]) for at in (0, 32))
    parity = signature[64] - 27
    raw = EIP_1559 + rlp.encode([*unsigned, *map(rlp.encode_number, (parity, r, s))])
    return SignedTransaction(keccak(raw).hex(), account.address, nonce, raw)


def content_of(transaction: SignedTransaction) -> PreparedTransaction:
    """Return what a raw transaction of ours calls and offers."""
    told = rlp.decode(transaction.raw.removeprefix(EIP_1559))
    assert isinstance(told, list)
    _, _, priority_fee, max_fee, gas, to, _, data, *_ = told
    assert isinstance(to, bytes)
    assert isinstance(data, bytes)
    units, most, tip = (rlp.decode_number(number) for number in (gas, max_fee, priority_fee))
    return PreparedTransaction(to.hex(), data, units, most, tip)


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
