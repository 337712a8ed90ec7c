"""The issuer's keys on disk: numbered, opened by the password of all keys, and kept when that changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger_service.adapters.credentials.issuer_keys import (
    FileIssuer,
    add_issuer_key,
    make_issuer_key,
)
from ledger_service.adapters.keys import KeyFolder
from ledger_service.domain.credentials.compact_jws import Token, sign_token
from ledger_service.domain.credentials.issuer_key import PublicKey
from ledger_service.domain.errors import InvalidCredential, NotInitialized
from ledger_service.services.credentials.check_signature import check_signature


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyFolder:
    monkeypatch.setattr("ledger_service.adapters.keys.SCRYPT_ROUNDS", 2**10)
    folder = KeyFolder(tmp_path / "home" / "keys", tmp_path / "home" / "keys" / "password")
    (tmp_path / "home").mkdir()
    folder.create()
    return folder


def signed(issuer: FileIssuer, key: PublicKey) -> Token:
    return Token.parse(sign_token({"typ": "x"}, {"a": 1}, lambda data: issuer.sign(key, data)))


def test_a_key_is_made_once_and_another_is_the_newest(keys: KeyFolder) -> None:
    issuer = FileIssuer(keys)
    with pytest.raises(NotInitialized):
        issuer.newest()
    make_issuer_key(keys)
    make_issuer_key(keys)
    first = issuer.newest()
    add_issuer_key(keys)
    second = issuer.newest()
    assert first != second
    for key in (first, second):
        check_signature(signed(issuer, key), key)
    with pytest.raises(InvalidCredential):
        check_signature(signed(issuer, first), second)
    with pytest.raises(NotInitialized):
        issuer.sign(PublicKey(b"x" * 32, b"y" * 32), b"message")


def test_keys_are_kept_when_the_password_changes(keys: KeyFolder) -> None:
    make_issuer_key(keys)
    add_issuer_key(keys)
    before = FileIssuer(keys).newest()
    keys.change_password(None)
    after = FileIssuer(keys)
    assert after.newest() == before
    check_signature(signed(after, before), before)
