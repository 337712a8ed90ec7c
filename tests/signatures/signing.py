"""Sign intents with any key, and encode their calls from whatever words the members are given."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from eth_abi.abi import encode
from eth_account import Account
from eth_keys.datatypes import PrivateKey

from ledger_service.adapters.evm.abi import artifact
from ledger_service.adapters.evm.intents import TYPES
from ledger_service.adapters.evm.relaying import signed_digest, typed_data_of
from ledger_service.adapters.evm.transactions import address_of
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.signed_intent import AUTHORIZATION, MEMBERS, UNSIGNED, SignedIntent


def unsigned_intent(
    kind: str, values: dict[str, Any], signer: bytes, nonce: int, deadline: int
) -> SignedIntent:
    """Return an intent whose signature is still missing."""
    message = {name: values[name] for name, _ in MEMBERS[kind]}
    message |= {"signer": signer, "nonce": nonce, "deadline": deadline}
    rest = {name: values[name] for name, _ in UNSIGNED.get(kind, [])}
    return SignedIntent(kind, message, b"", rest)


def sign(
    deployment: Deployment,
    kind: str,
    values: dict[str, Any],
    key: bytes,
    nonce: int,
    deadline: int,
) -> SignedIntent:
    """Return an intent, signed by the account of the key."""
    signer = bytes.fromhex(address_of(Account.from_key(key)))
    intent = unsigned_intent(kind, values, signer, nonce, deadline)
    digest = signed_digest(typed_data_of(deployment, intent))
    return replace(intent, signature=signature_of(key, digest))


def signature_of(key: bytes, digest: bytes) -> bytes:
    """Return the 65 bytes r ‖ s ‖ v, s low, v 27 or 28 (eth-keys signs so, by RFC 6979)."""
    signature = PrivateKey(key).sign_msg_hash(digest).to_bytes()
    return signature[:64] + bytes([signature[64] + 27])


def loose_call(intent: SignedIntent) -> tuple[str, bytes]:
    """Return contract and data of the call, each member as the word that it has, in range or not."""
    kind = TYPES[intent.type]
    function = artifact(kind.contract).functions[kind.function]
    types = [re.sub(r"uint[0-9]+|address", "uint256", each) for each in function.types]
    message = intent.message
    authorization = tuple(_word(message[name]) for name, _ in AUTHORIZATION)
    values = {**intent.unsigned, **message}
    arguments = (*kind.arguments(values), (*authorization, intent.signature))
    return kind.contract, function.hash[:4] + encode(types, arguments)


def _word(value: Any) -> int:
    return int.from_bytes(value, "big") if isinstance(value, bytes) else value
