"""Calls of a council that one machine writes, another without a network signs, and the first one sends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from eth_account import Account
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from eth_hash.auto import keccak
from hexbytes import HexBytes

from ledger_service.adapters.evm.consortium.council import Call
from ledger_service.adapters.evm.consortium.told_call import ToldCall, tell_call
from ledger_service.adapters.evm.deploy import POLL_SECONDS, RECEIPT_SECONDS
from ledger_service.adapters.evm.node import Node, NodeRefusal, hexed, number_of
from ledger_service.adapters.evm.transactions import (
    NONCE_GAS,
    PRIORITY_FEE_WEI,
    address_of,
    fee_cap,
    sign_transaction,
    transaction_count,
    with_margin,
)
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.consortium.unsent_act import UnsentActs, UnsentCall
from ledger_service.domain.errors import (
    ChainUnavailable,
    InvalidActFile,
    LedgerError,
    NumberUsed,
    TransactionRejected,
)
from ledger_service.ports.chain import PreparedTransaction

GAS_OF_LATER = 500_000
"""For a call that the chain does not take yet, since one before it in the file makes it possible."""

Tell = Callable[[int, int], None]
"""Is told the number of a call, from 0, and the block that it is in."""


def write_unsent(
    node: Node, charter: Charter, signer: str, calls: Sequence[Call], names: Sequence[str]
) -> UnsentActs:
    """Return calls with nonces and fees as the chain would take them now. signer: account, 40 hex.

    Raises:
        LedgerError: the twin of the contract's refusal of the first call.
        ChainUnavailable: the node does not answer.
    """
    nonce, cap = transaction_count(node, signer), fee_cap(node)
    fees = (cap, min(cap, PRIORITY_FEE_WEI))
    made = []
    if nonce == 0:  # Ganache takes what was signed with it again and again
        made.append(UnsentCall(0, signer, "", with_margin(NONCE_GAS), *fees))
    for place, call in enumerate(calls):
        gas = _gas(node, signer, call, is_first=place == 0)
        made.append(UnsentCall(nonce + len(made), call.to, call.data.hex(), gas, *fees))
    return UnsentActs(charter.digest, charter.chain_id, signer, tuple(made), tuple(names))


def _gas(node: Node, signer: str, call: Call, *, is_first: bool) -> int:
    asked = {"from": "0x" + signer, "to": "0x" + call.to, "data": hexed(call.data)}
    try:
        return with_margin(number_of(node.request("eth_estimateGas", asked)))
    except ChainUnavailable:
        raise
    except LedgerError:
        if is_first:
            raise
        return GAS_OF_LATER


def tell_unsent(charter: Charter, asked: UnsentActs) -> list[ToldCall]:
    """Return what each call does, by its bytes.

    Raises:
        InvalidActFile: they are for another consortium or chain, or do what is not known.
    """
    if asked.charter != charter.digest or asked.chain_id != charter.chain_id:
        raise InvalidActFile("other-charter")
    signer = asked.signer
    return [tell_call(charter, signer, call.to, bytes.fromhex(call.data)) for call in asked.calls]


def sign_unsent(asked: UnsentActs, key: bytes) -> tuple[str, ...]:
    """Return the raw transactions, hex. Asks no network. Raises InvalidActFile for another's key."""
    account = Account.from_key(key)
    if address_of(account) != asked.signer:
        raise InvalidActFile("other-key", account=asked.signer)
    return tuple(
        sign_transaction(account, asked.chain_id, _prepared(call), call.nonce).raw.hex()
        for call in asked.calls
    )


def check_signed(asked: UnsentActs, signed: UnsentActs) -> None:
    """Check that what was signed is what was asked for, call by call, by the account that was to sign.

    Raises:
        InvalidActFile: it is otherwise.
    """
    if len(signed.signed) != len(asked.calls):
        raise InvalidActFile("not-signed")
    for call, raw in zip(asked.calls, signed.signed, strict=True):
        try:
            told = TypedTransaction.from_bytes(HexBytes(raw)).as_dict()
            signer = Account.recover_transaction(HexBytes(raw)).removeprefix("0x").lower()
            found = UnsentCall(
                told["nonce"],
                bytes(told["to"]).hex(),
                bytes(told["data"]).hex(),
                told["gas"],
                told["maxFeePerGas"],
                told["maxPriorityFeePerGas"],
            )
            rest = told["chainId"], told["value"], tuple(told["accessList"])
        except Exception as exc:  # of whatever kind its parser has
            raise InvalidActFile("not-signed") from exc
        if (found, signer, *rest) != (call, asked.signer, asked.chain_id, 0, ()):
            raise InvalidActFile("not-asked")


def send_signed(node: Node, asked: UnsentActs, signed: Sequence[str], tell: Tell) -> None:
    """Return once each call is in a block, sent after the one before; what is there already is not sent.

    Raises:
        NumberUsed: the account has used the number for something else, or has not come to it yet.
        LedgerError: the twin of a contract's refusal; TransactionRejected if it reverted in its block.
        ChainUnavailable: no answer, or no block in time.
    """
    for place, (call, raw) in enumerate(zip(asked.calls, signed, strict=True)):
        hash = _hash(raw)
        receipt = _receipt(node, hash)
        if receipt is None:
            count = transaction_count(node, asked.signer)
            _check_number(asked.signer, call.nonce, count)
            _check_taken(node, asked.signer, call)
            node.request("eth_sendRawTransaction", "0x" + raw)
            receipt = next(found for found in _waited(node, hash) if found is not None)
        if number_of(receipt["status"]) != 1:
            raise TransactionRejected("reverted")
        tell(place, number_of(receipt["blockNumber"]))


def _check_number(account: str, number: int, following: int) -> None:
    if following > number:
        raise NumberUsed("used", account=account, number=number, next=following)
    if following < number:
        raise NumberUsed("too-early", account=account, number=number, next=following)


def _check_taken(node: Node, signer: str, call: UnsentCall) -> None:
    """Ask what the chain would say now, so that nobody pays for a refusal."""
    asked = {"from": "0x" + signer, "to": "0x" + call.to, "data": "0x" + call.data}
    node.request("eth_estimateGas", asked)


def _waited(node: Node, hash: str) -> Iterator[dict[str, object] | None]:
    deadline = time.monotonic() + RECEIPT_SECONDS
    while time.monotonic() < deadline:
        yield _receipt(node, hash)
        time.sleep(POLL_SECONDS)
    raise ChainUnavailable("not-mined-yet")


def _receipt(node: Node, hash: str) -> dict[str, object] | None:
    try:
        found: dict[str, object] | None = node.request("eth_getTransactionReceipt", "0x" + hash)
    except NodeRefusal:  # so geth answers until its chain has a block
        return None
    return found


def _hash(raw: str) -> str:
    return bytes(keccak(bytes.fromhex(raw))).hex()


def _prepared(call: UnsentCall) -> PreparedTransaction:
    data = bytes.fromhex(call.data)
    return PreparedTransaction(call.to, data, call.gas, call.max_fee, call.priority_fee)
