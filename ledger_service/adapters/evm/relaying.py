"""Intents signed elsewhere: what exactly was signed, and whether the contracts take the signature.

The Python twin of SignedIntents.sol and IntentNonces.sol: the same checks in the same order, ending in
the same errors, so that nothing is queued that the chain would refuse. eth-account is not asked: it
takes high s, v of 0 or 1, and more. That both agree is tested on mutated signatures (docs/signatures.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eth_abi.abi import encode
from eth_account.messages import encode_typed_data
from eth_keys.datatypes import Signature
from eth_keys.exceptions import BadSignature
from eth_utils.crypto import keccak
from eth_utils.exceptions import ValidationError

from ledger_service.adapters.evm.intents import TYPES, Authorization, call_data, typed_data
from ledger_service.adapters.evm.node import Node, NodeRefusal, hexed, unhexed
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.chain_errors import (
    IntentDeadlineTooFar,
    IntentExpired,
    InvalidIntentSignature,
    NonceAlreadyUsed,
)
from ledger_service.domain.errors import LedgerError, Unavailable

LONGEST_INTENT_SECONDS = 86_400
SIGNATURE_BYTES = 65
HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
Ask = Callable[[], bool]
APPROVED = bytes.fromhex(
    "1626ba7e"
)  # of ERC-1271; also the selector of isValidSignature(bytes32,bytes)
WORD_BYTES = 32
MOST_GAS = 1_000_000  # for a contract wallet to say whether it approves; more than that is no


def authorization_of(signed: SignedIntent) -> Authorization:
    """Return the last argument of the call that carries the intent."""
    return Authorization(signed.signer, signed.nonce, signed.deadline, signed.signature)


def carrying_call(signed: SignedIntent) -> tuple[str, bytes]:
    """Return contract name and data of the call that carries the intent."""
    values = {**signed.unsigned, **signed.message}
    return TYPES[signed.type].contract, call_data(signed.type, values, authorization_of(signed))


def typed_data_of(deployment: Deployment, signed: SignedIntent) -> dict[str, Any]:
    """Return the EIP-712 object that was signed."""
    return typed_data(deployment, signed.type, signed.message, authorization_of(signed))


def wallet_json(value: Any) -> Any:
    """Return a typed object as JSON for a wallet: bytes in hex with 0x, numbers as decimal text."""
    if isinstance(value, dict):
        return {name: wallet_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [wallet_json(item) for item in value]
    return hexed(value) if isinstance(value, bytes) else str(value)


def signed_digest(typed_object: dict[str, Any]) -> bytes:
    """Return the 32 bytes that EIP-712 signs: keccak-256(0x19 01 ‖ domain separator ‖ struct hash)."""
    message = encode_typed_data(full_message=typed_object)
    return keccak(b"\x19" + message.version + message.header + message.body)


def check_authorization(
    signed: SignedIntent, digest: bytes, now: int, *, approves: Ask, is_used: Ask
) -> None:
    """Check that the contracts would take the authorization in a block of this time.

    digest: what was signed; approves: asks whether the signer is a contract that approves the signature
    (ERC-1271); is_used: asks whether the signer used the nonce. Each is asked only when it matters.

    Raises:
        IntentExpired, IntentDeadlineTooFar, InvalidIntentSignature, NonceAlreadyUsed: in this order.
    """
    check_signature(signed.signer, signed.deadline, digest, signed.signature, now, approves)
    if is_used():
        raise NonceAlreadyUsed(signer=signed.signer, nonce=signed.nonce)


def check_signature(
    signer: str, deadline: int, digest: bytes, signature: bytes, now: int, approves: Ask
) -> None:
    """Check that the signer (40 hex) signed the digest, and the deadline is near; see above."""
    if deadline < now:
        raise IntentExpired(deadline=deadline, now=now)
    if deadline > now + LONGEST_INTENT_SECONDS:
        raise IntentDeadlineTooFar(deadline=deadline, now=now)
    if recovered(digest, signature) != signer and not approves():
        raise InvalidIntentSignature(signer=signer)


def recovered(digest: bytes, signature: bytes) -> str | None:
    """Return the account (40 hex) whose one signature of the digest this is; None if it is none."""
    if len(signature) != SIGNATURE_BYTES:
        return None
    r, s = (int.from_bytes(signature[at : at + 32], "big") for at in (0, 32))
    v = signature[64]
    if s > HALF_ORDER or v not in (27, 28):
        return None
    try:
        key = Signature(vrs=(v - 27, r, s)).recover_public_key_from_msg_hash(digest)
    except (BadSignature, ValidationError):
        return None
    return key.to_canonical_address().hex()


def is_signed_by_key(account: str, digest: bytes, signature: bytes) -> bool:
    """Return whether the key of an account (40 hex) signed these 32 bytes."""
    return recovered(digest, signature) == account


def is_signed_by(node: Node, account: str, digest: bytes, signature: bytes) -> bool:
    """Return whether an account (40 hex) signed these 32 bytes.

    The node is asked only if it is not the signature of the account's own key.

    Raises:
        ChainUnavailable: the node does not answer, so nobody knows.
    """
    if is_signed_by_key(account, digest, signature):
        return True
    if unhexed(node.request("eth_getCode", "0x" + account, "latest")) == b"":
        return False
    data = APPROVED + encode(["bytes32", "bytes"], [digest, signature])
    call = {"to": "0x" + account, "data": hexed(data), "gas": hex(MOST_GAS)}
    try:
        answer = unhexed(node.request("eth_call", call, "latest"))
    except NodeRefusal:  # it reverts, or takes more than it may
        return False
    except Unavailable:
        raise
    except LedgerError:  # it reverts with an error of our own contracts
        return False
    return answer == APPROVED + bytes(WORD_BYTES - len(APPROVED))
