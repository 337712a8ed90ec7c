"""Intents signed elsewhere: what exactly was signed, and whether the contracts take the signature.

The Python twin of SignedIntents.sol and IntentNonces.sol: the same checks in the same order, ending in
the same errors, so that nothing is queued that the chain would refuse. eth-account is not asked: it
takes high s, v of 0 or 1, and more. That both agree is tested on mutated signatures (docs/signatures.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger_service.adapters.accounts import recovered
from ledger_service.adapters.evm.intents import TYPES, Authorization, call_data, typed_data
from ledger_service.adapters.evm.node import hexed
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.chain_errors import (
    IntentDeadlineTooFar,
    IntentExpired,
    InvalidIntentSignature,
    NonceAlreadyUsed,
)

LONGEST_INTENT_SECONDS = 86_400
Ask = Callable[[], bool]


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
