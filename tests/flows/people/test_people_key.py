"""The key by which people are known again: made once, and never another in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger_service import config as configuration
from ledger_service.adapters.keys import KeyFolder
from ledger_service.adapters.people_key import FilePeopleKeeper
from ledger_service.adapters.sql.store import open_store
from ledger_service.config import Config
from ledger_service.domain.errors import AlreadyInitialized, NotInitialized
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.identity import IdentityKind
from ledger_service.domain.people.session import Subject
from ledger_service.founding import initialize
from ledger_service.ports.people import KeptIdentity
from scripts.harness.setting_up import copy_home, settings_in


@pytest.fixture
def without_key(blank_home: Path, tmp_path: Path) -> Config:
    """Return a library that was set up before there was such a key."""
    copy_home(blank_home, tmp_path / "home")
    config = configuration.load(settings_in(tmp_path / "home"))
    (config.keys / "people.json").unlink()
    return config


def bring_up_to_date(config: Config) -> None:
    initialize(config, name="", uri="", origin="", step=lambda _: None)


def test_a_library_from_before_the_key_gets_it_when_it_is_brought_up_to_date(
    without_key: Config,
) -> None:
    keys = KeyFolder(without_key.keys, without_key.password_file)
    with pytest.raises(NotInitialized, match="key-file"):
        FilePeopleKeeper(keys).key()
    with pytest.raises(AlreadyInitialized):
        bring_up_to_date(without_key)
    made = FilePeopleKeeper(keys).key()
    with pytest.raises(AlreadyInitialized):
        bring_up_to_date(without_key)
    assert (len(made), FilePeopleKeeper(keys).key()) == (32, made)


def test_a_key_that_is_lost_while_people_are_known_by_it_is_not_made_anew(
    without_key: Config,
) -> None:
    store = open_store(without_key.database_url)
    with store.write() as transaction:
        transaction.identities.add(
            bytes(32), KeptIdentity(IdentityKind.CARD, Subject(Role.READER, "12" * 16), 1, None)
        )
    store.close()
    with pytest.raises(NotInitialized, match="people-key"):
        bring_up_to_date(without_key)
    assert not (without_key.keys / "people.json").exists()
