"""Requests to replace an account: three keys sign them, and nothing of them can be changed."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from eth_account import Account
from eth_account.messages import encode_defunct

from ledger_service.adapters.evm.relaying import is_signed_by_key
from ledger_service.adapters.signer import Ed25519Signer, check_ed25519
from ledger_service.domain.consortium.rotation_request import RotationRequest
from ledger_service.domain.errors import InvalidRotateRequest
from ledger_service.domain.identifiers import Digest

SIGNER = Ed25519Signer("a.example/muhr", Ed25519PrivateKey.from_private_bytes(bytes(32)))
PRESENT, NEXT, THIEF = (Account.from_key(bytes([n]) * 32) for n in (1, 2, 3))


def address(account: Any) -> str:
    return str(account.address)[2:].lower()


REQUEST = RotationRequest(
    charter=Digest(b"\x11" * 32),
    name="University A",
    uri="https://a.example/",
    key=SIGNER.key,
    role="registrar",
    present=address(PRESENT),
    successor=address(NEXT),
    at=1_790_000_000,
)


def signature(account: Any, message: bytes) -> bytes:
    return bytes(account.sign_message(encode_defunct(primitive=message)).signature)


def written(
    request: RotationRequest = REQUEST,
    ledger: Ed25519Signer = SIGNER,
    present: Any = PRESENT,
    successor: Any = NEXT,
) -> str:
    message = request.message
    by_accounts = signature(present, message), signature(successor, message)
    return request.signed(ledger.sign(message), *by_accounts)


def read(text: str) -> RotationRequest:
    return RotationRequest.parse(text, check_ed25519, is_signed_by_key)


def test_it_is_read_as_it_was_written() -> None:
    assert read(written()) == REQUEST


def test_whoever_has_stolen_one_key_writes_none() -> None:
    other = Ed25519Signer("a.example/muhr", Ed25519PrivateKey.from_private_bytes(b"\x09" * 32))
    for forged in (written(ledger=other), written(present=THIEF), written(successor=THIEF)):
        with pytest.raises(InvalidRotateRequest):
            read(forged)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("charter", "22" * 32),
        ("name", "University B"),
        ("uri", "https://b.example/"),
        ("role", "service"),
        ("present", address(THIEF)),
        ("successor", address(THIEF)),
        ("at", 1_790_000_001),
        ("key", SIGNER.key.format().replace("a.example", "b.example")),
    ],
)
def test_nothing_of_it_can_be_changed(name: str, value: object) -> None:
    with pytest.raises(InvalidRotateRequest):
        read(json.dumps(json.loads(written()) | {name: value}))


def test_signatures_of_another_request_do_not_serve() -> None:
    other = json.loads(written(replace(REQUEST, role="service")))
    told = json.loads(written())
    for name in ("signature", "present_signature", "successor_signature"):
        with pytest.raises(InvalidRotateRequest):
            read(json.dumps(told | {name: other[name]}))


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "muhr-join/1"},
        {"at": -1},
        {"at": True},
        {"at": 2**60},
        {"at": 1.5},
        {"role": "relayer"},
        {"role": "admin"},
        {"role": ["registrar"]},
        {"successor": address(PRESENT)},
        {"present": "00" * 20},
        {"present": 7},
        {"name": ""},
        {"name": "two\nlines"},
        {"uri": "x" * 501},
        {"signature": "!"},
        {"present_signature": base64.b64encode(b"short").decode()},
        {"successor_signature": None},
        {"more": 1},
    ],
)
def test_what_is_of_another_form_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(InvalidRotateRequest):
        read(json.dumps(json.loads(written()) | changed))


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "\N{SNOWMAN}", '{"type":"muhr-rotate/1"}'])
def test_what_is_no_request_is_refused(text: str) -> None:
    with pytest.raises(InvalidRotateRequest):
        read(text)
