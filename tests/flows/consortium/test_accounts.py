"""Accounts of the council: made by a command, never replaced, and readable by their owner only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger_service.adapters.keys import address_in, open_keystore
from ledger_service.domain.chain.account import checksummed


@pytest.fixture
def make(muhr: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """Return a function that runs the command: make(key file, password file)."""

    def run(key: Path, password: Path) -> Any:
        settings = {"MUHR_HOME": str(tmp_path / "none")}
        return muhr(settings, "consortium", "account", key, "--password-file", password)

    return run


def test_an_account_is_made_once(make: Callable[..., Any], tmp_path: Path) -> None:
    key, password = tmp_path / "member.json", tmp_path / "member.password"
    found = make(key, password)
    assert found.status == 0, found
    assert found.out.strip() == checksummed(address_in(key))
    assert len(open_keystore(key, password)) == 32
    assert [file.stat().st_mode & 0o777 for file in (key, password)] == [0o600, 0o600]
    assert not (tmp_path / "none").exists()
    before = key.read_bytes()
    again = make(key, password)
    assert (again.status, "never replaced" in again.err) == (2, True)
    assert key.read_bytes() == before


def test_an_own_password_is_taken_and_an_empty_one_refused(
    make: Callable[..., Any], tmp_path: Path
) -> None:
    password = tmp_path / "password"
    password.write_text(" \n")
    refused = make(tmp_path / "member.json", password)
    assert (refused.status, "no password" in refused.err) == (2, True)
    assert not (tmp_path / "member.json").exists()
    password.write_text("chosen by the rector\n")
    assert make(tmp_path / "member.json", password).status == 0
    assert password.read_text() == "chosen by the rector\n"
