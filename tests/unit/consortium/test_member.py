"""What a member says of itself: read as it was written, and by nobody else's signatures."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct

from ledger_service.adapters.evm.relaying import is_signed_by_key
from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.consortium.member import Announcement, is_service_address
from ledger_service.domain.errors import InvalidMember
from ledger_service.domain.publication.cosignature import WitnessKey
from tests.simulators.consortium import Institution

A, B = Institution("a"), Institution("b")
TEXT = A.says(1000)


def test_an_announcement_is_read_as_it_was_signed() -> None:
    read = Announcement.parse(TEXT)
    read.check(check_ed25519, is_signed_by_key)
    assert (read.member, read.format()) == (A.member(1000), TEXT)
    assert Announcement.parse(json.dumps(json.loads(TEXT), indent=3)).format() == TEXT


def test_a_wallet_signs_it_as_a_text() -> None:
    text = encode_defunct(A.member(1000).message)
    signed = bytes(Account.sign_message(text, A.account_key).signature)
    assert signed == Announcement.parse(TEXT).account_signature


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("name", "University b"),
        ("uri", B.uri),
        ("url", B.url),
        ("witness", ""),
        ("at", 1001),
        ("charter", "00" * 32),
    ],
)
def test_what_was_changed_is_signed_by_nobody(part: str, value: object) -> None:
    text = json.dumps(json.loads(A.says(1000, witness=_witness())) | {part: value})
    with pytest.raises(InvalidMember, match="signature"):
        Announcement.parse(text).check(check_ed25519, is_signed_by_key)


def test_another_s_key_or_account_cannot_be_announced() -> None:
    stolen = B.signed(A.member(1000))
    own_key = replace(stolen, signature=A.signed(A.member(1000)).signature)
    for forged in (stolen, own_key):
        with pytest.raises(InvalidMember, match="signature"):
            forged.check(check_ed25519, is_signed_by_key)


def test_nobody_announces_another_s_witness() -> None:
    """B copies the key of A's witness, which all may read, under a name of its own."""
    with pytest.raises(InvalidMember, match="witness"):
        B.member(1000, witness=_witness())
    key = WitnessKey(f"{B.signer.key.name}/witness", A.witness.key.public_key)
    copied = B.signed(B.member(1000, witness=key.format()))
    replayed = Announcement.parse(A.says(1000, witness=_witness())).witness_signature
    for forged in (
        copied,
        replace(copied, witness_signature=replayed),
        replace(copied, witness_signature=b""),
        replace(B.signed(B.member(1000)), witness_signature=replayed),
    ):
        with pytest.raises(InvalidMember, match="witness"):
            Announcement.parse(forged.format()).check(check_ed25519, is_signed_by_key)


@pytest.mark.parametrize("end", ["-0", "-01", "-x", "2", "/witness", "-1234567"])
def test_a_witness_is_named_by_its_ledger(end: str) -> None:
    def key(name: str) -> str:
        return WitnessKey(name, A.witness.key.public_key).format()

    own = f"{A.signer.key.name}/witness"
    assert A.member(1000, witness=key(f"{own}-2")).witness_key is not None
    with pytest.raises(InvalidMember, match="witness"):
        A.member(1000, witness=key(own + end))


@pytest.mark.parametrize(
    "change",
    [
        {"type": "muhr-member/2"},
        {"name": ""},
        {"name": " a"},
        {"name": "two\nlines"},
        {"name": "turned \u202e around"},
        {"name": "x" * 201},
        {"name": 7},
        {"uri": ""},
        {"url": "ftp://x.example"},
        {"url": "https://x.example/"},
        {"url": "https://user@x.example"},
        {"url": "https://x.example/?q"},
        {"url": "https://x.example#a"},
        {"url": "https://x.example:0"},
        {"url": "https://x.example/a b"},
        {"url": None},
        {"key": "a"},
        {"witness": A.signer.key.format()},
        {"witness": "x"},
        {"witness": None},
        {"registrar": "A1" * 20},
        {"registrar": 5},
        {"at": -1},
        {"at": True},
        {"at": 2**53},
        {"at": "1000"},
        {"at": 1.5},
        {"charter": "x"},
        {"signature": "x"},
        {"signature": "AAAA"},
        {"witness_signature": "x"},
        {"witness_signature": "AAAA"},
        {"witness_signature": None},
        {"account_signature": "00"},
        {"account_signature": 3},
        {"more": 1},
    ],
)
def test_what_is_no_announcement_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(InvalidMember):
        Announcement.parse(json.dumps(json.loads(TEXT) | change))


@pytest.mark.parametrize("text", ["", "[]", "5", "{", "null", '{"type":[]}', "[" * 5000])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(InvalidMember):
        Announcement.parse(text)


def test_an_address_may_have_a_port_and_a_path() -> None:
    assert is_service_address("http://127.0.0.1:8000/library")
    assert not is_service_address("https://")
    assert not is_service_address("https://[::1")


def _witness() -> str:
    return WitnessKey(A.witness.key.name, A.witness.key.public_key).format()
