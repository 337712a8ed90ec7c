"""The password of the keys changes for all of them at one moment, whatever breaks the change off."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger_service.adapters.keys import ROLES, KeyFolder
from ledger_service.domain.errors import InvalidInput
from scripts.harness.processes import POLL_SECONDS, environment_of, muhr_command

pytestmark = pytest.mark.slow

FILES = len(ROLES) + 4  # keys of the ledger, of closed content and of people, and the password


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("ledger_service.adapters.keys.SCRYPT_ROUNDS", 2**10)
    folder = tmp_path / "home" / "keys"
    KeyFolder(folder, folder / "password").create()
    return folder


def opened(keys: Path, password: Path | None = None) -> list[bytes]:
    """Return all keys; fail if one does not open."""
    folder = KeyFolder(keys, password or keys / "password")
    content = map(folder.content_key, folder.content_keys())
    return [
        *map(folder.secp256k1, ROLES),
        folder.ledger_signer("x").key.public_key,
        folder.people_key(),
        *content,
    ]


def test_all_keys_open_with_the_new_password_and_none_with_the_old(
    keys: Path, tmp_path: Path, muhr: Callable[..., Any]
) -> None:
    before, old = opened(keys), tmp_path / "old"
    old.write_bytes((keys / "password").read_bytes())
    answer = muhr({"MUHR_HOME": str(keys.parent)}, "change-password")
    assert answer.status == 0, answer.err
    assert answer.out.startswith("8 keys have the new password.")
    assert opened(keys) == before
    for role in ROLES:
        with pytest.raises(InvalidInput, match="password"):
            KeyFolder(keys, old).secp256k1(role)
    with pytest.raises(InvalidInput, match="password"):
        KeyFolder(keys, old).ledger_signer("x")
    assert [path.name for path in keys.parent.iterdir()] == ["keys"]
    assert {path.stat().st_mode & 0o077 for path in (keys, *keys.iterdir())} == {0}


def test_a_password_that_is_kept_elsewhere_is_told_from_a_file(
    keys: Path, tmp_path: Path, muhr: Callable[..., Any]
) -> None:
    before, elsewhere, new = opened(keys), tmp_path / "password", tmp_path / "new"
    (keys / "password").rename(elsewhere)
    settings = {"MUHR_HOME": str(keys.parent), "MUHR_PASSWORD_FILE": str(elsewhere)}
    assert muhr(settings, "change-password").status == 2
    new.write_text("\n")
    assert muhr(settings, "change-password", "--new", new).status == 2
    new.write_text("a longer password\n")
    answer = muhr(settings, "change-password", "--new", new)
    assert (answer.status, str(new) in answer.out) == (0, True)
    assert opened(keys, new) == before


def test_if_one_key_does_not_open_none_is_changed(keys: Path, muhr: Callable[..., Any]) -> None:
    (keys / "relayer.json").write_bytes(b"{}")
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    answer = muhr({"MUHR_HOME": str(keys.parent)}, "change-password")
    assert (answer.status, "relayer.json" in answer.err) == (2, True)
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before


@pytest.mark.parametrize("written", [1, FILES])
def test_a_change_that_is_killed_leaves_keys_that_open_and_can_be_made_again(
    keys: Path, written: int, muhr: Callable[..., Any]
) -> None:
    before, settings = opened(keys), {"MUHR_HOME": str(keys.parent)}
    beside = keys.with_name("keys.new")
    process = subprocess.Popen(muhr_command("change-password"), env=environment_of(settings))

    def count() -> int:
        try:
            return len(os.listdir(beside))
        except FileNotFoundError:  # not there yet, or no more
            return 0

    while process.poll() is None and count() < written:
        time.sleep(POLL_SECONDS / 10)
    process.kill()
    process.wait()
    assert opened(keys) == before
    assert muhr(settings, "change-password").status == 0
    assert opened(keys) == before
    assert not beside.exists()
