"""Keys of roles in their folder: what is next takes the present one's place, whatever breaks that off."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ledger_service.adapters.evm.accounts.role_keys import RoleKeys
from ledger_service.adapters.keys import KeyFolder, former_of
from ledger_service.domain.chain.accounts.acting_accounts import MEMBER_ROLES
from ledger_service.domain.errors import NotInitialized

ROLE = "registrar"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("ledger_service.adapters.keys.SCRYPT_ROUNDS", 2**10)
    path = tmp_path / "keys"
    KeyFolder(path, path / "password").create(MEMBER_ROLES)
    return path


def opened(folder: Path) -> RoleKeys:
    return RoleKeys(KeyFolder(folder, folder / "password"))


def test_the_next_key_is_made_once_and_takes_the_place_of_the_present_one(folder: Path) -> None:
    keys = opened(folder)
    present, successor = keys.present_account(ROLE), keys.add_next(ROLE)
    assert keys.add_next(ROLE) == successor != present
    assert keys.accounts(ROLE) == [present, successor]
    keys.promote(ROLE, present)  # it is not the next one, so that nothing happens
    assert keys.present_account(ROLE) == present
    keys.promote(ROLE, successor)
    keys.promote(ROLE, successor)
    assert opened(folder).present_account(ROLE) == successor
    assert opened(folder).accounts(ROLE) == [present, successor]
    assert (opened(folder).next_account(ROLE), len(list(folder.glob("*.new")))) == (None, 0)
    for account in (present, successor):
        assert opened(folder).key(ROLE, account).address[2:].lower() == account
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}


def test_a_process_that_is_killed_amid_it_is_followed_by_one_that_goes_on(folder: Path) -> None:
    keys = opened(folder)
    present, successor = keys.present_account(ROLE), keys.add_next(ROLE)
    # Killed once the present key has its second name, and the next one is not in its place.
    os.link(folder / f"{ROLE}.json", folder / f"{former_of(ROLE, present)}.json")
    assert opened(folder).accounts(ROLE) == [present, successor]
    assert opened(folder).present_account(ROLE) == present
    opened(folder).promote(ROLE, successor)
    assert opened(folder).accounts(ROLE) == [present, successor]
    assert opened(folder).present_account(ROLE) == successor


def test_a_new_password_takes_all_of_them_along(folder: Path) -> None:
    keys = opened(folder)
    present, first = keys.present_account(ROLE), keys.add_next(ROLE)
    keys.promote(ROLE, first)
    second = keys.add_next(ROLE)
    KeyFolder(folder, folder / "password").change_password(None)
    for account in (present, first, second):
        assert opened(folder).key(ROLE, account).address[2:].lower() == account
    with pytest.raises(NotInitialized):
        opened(folder).key(ROLE, "ab" * 20)


def test_a_next_key_that_is_left_is_kept_and_another_is_made(folder: Path) -> None:
    keys = opened(folder)
    left = keys.add_next(ROLE)
    keys.leave_next(ROLE)
    keys.leave_next(ROLE)
    other = keys.add_next(ROLE)
    assert other != left
    assert set(keys.accounts(ROLE)) == {left, keys.present_account(ROLE), other}
    assert keys.accounts(ROLE)[-1] == other
