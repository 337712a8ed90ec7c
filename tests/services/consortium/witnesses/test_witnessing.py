"""Which home of a library has its witness: after a restore, a copy, and where several share a database."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest

from ledger_service.adapters.publication.witness_place import WitnessFolder
from ledger_service.config import Config, load
from ledger_service.domain.publication.cosignature import WitnessKey
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.consortium.announce_self import announce_self
from ledger_service.services.consortium.list_members import list_members
from ledger_service.witnessing import (
    begin_witness,
    keep_witness,
    make_witness,
    open_witness,
    witness_signer,
)
from tests.simulators.bench import Bench
from tests.simulators.chain import DEPLOYED_AT
from tests.simulators.consortium import AnnouncerSimulator, make_member

NAME = "ledger.example.uz/main/witness"
Announcer = AnnouncerSimulator


@pytest.fixture
def announcer(bench: Bench) -> Announcer:
    """Return what announces the bench's library, a member; its index has read that it is one."""
    made = make_member(bench)
    follow_chain(bench.library, DEPLOYED_AT)
    return made


def home(tmp_path: Path, name: str, *, shared: bool = True) -> Config:
    """Return the settings of a home folder whose database is PostgreSQL, or its own."""
    (tmp_path / name).mkdir(exist_ok=True)
    database = {"MUHR_DATABASE_URL": "postgresql+psycopg://muhr@db.example/muhr"} if shared else {}
    return load({"MUHR_HOME": str(tmp_path / name), **database})


def copied(config: Config, tmp_path: Path, name: str) -> Config:
    """Return the settings of a home whose witness's folder is a copy."""
    there = home(tmp_path, name)
    shutil.copytree(config.witness_home, there.witness_home)
    return there


def announce(bench: Bench, announcer: Announcer, config: Config) -> str:
    """Announce the library from this home, as its worker does; return the witness that is told."""
    signer = partial(witness_signer, config, bench.library)()
    announcer.its_witness = signer
    told = announce_self(bench.library, announcer).member.witness_key
    return "" if told is None else told.name


def opened(bench: Bench, config: Config) -> str | None:
    """Return the name of the key by which a service on this home cosigns, None if it does not."""
    witness = open_witness(config, bench.library)
    return None if witness is None else witness.signer.key.name


def test_a_restored_library_on_a_shared_database_goes_on_to_witness(
    bench: Bench, announcer: Announcer, tmp_path: Path
) -> None:
    old, new = home(tmp_path, "old"), home(tmp_path, "new")
    make_witness(old, bench.library.key.name)
    assert announce(bench, announcer, old) == opened(bench, old) == NAME
    keep_witness(new, bench.library)  # as `muhr restore` does; the witness is in no backup
    for _ in range(2):
        assert opened(bench, new) == f"{NAME}-2"
        assert announce(bench, announcer, new) == f"{NAME}-2"


def test_the_server_that_was_left_cosigns_no_more_and_is_not_announced(
    bench: Bench, announcer: Announcer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old, new = home(tmp_path, "old"), home(tmp_path, "new")
    make_witness(old, bench.library.key.name)
    announce(bench, announcer, old)
    begin_witness(new, bench.library)
    assert announce(bench, announcer, new) == f"{NAME}-2"
    assert opened(bench, old) is None
    assert "muhr consortium witness" in caplog.text
    assert announce(bench, announcer, old) == f"{NAME}-2"


def test_a_home_that_was_copied_cosigns_only_by_a_new_key(
    bench: Bench, announcer: Announcer, tmp_path: Path
) -> None:
    """Its state may be older than what the key has cosigned: it would sign two histories."""
    old = home(tmp_path, "old")
    make_witness(old, bench.library.key.name)
    announce(bench, announcer, old)
    new = copied(old, tmp_path, "new")
    assert opened(bench, new) is None
    assert announce(bench, announcer, new) == NAME  # a copy of the key may say who has the witness
    assert begin_witness(new, bench.library) == f"{NAME}-2"
    assert opened(bench, new) == announce(bench, announcer, new) == f"{NAME}-2"
    assert (new.home / "witness-retired-1" / "witness.pem").exists()


def test_a_service_without_the_key_lets_what_was_announced_stand(
    bench: Bench, announcer: Announcer, tmp_path: Path
) -> None:
    first, second = home(tmp_path, "first"), home(tmp_path, "second")
    make_witness(first, bench.library.key.name)
    announce(bench, announcer, first)
    for _ in range(2):  # it made a witness of its own at its second start
        assert announce(bench, announcer, second) == NAME
        assert opened(bench, second) is None
    assert not WitnessFolder(second.witness_home).is_made


def test_an_older_copy_of_the_key_is_not_announced_again(
    bench: Bench, announcer: Announcer, tmp_path: Path
) -> None:
    first = home(tmp_path, "first")
    make_witness(first, bench.library.key.name)
    announce(bench, announcer, first)
    second = copied(first, tmp_path, "second")
    begin_witness(first, bench.library)
    announce(bench, announcer, first)
    assert announce(bench, announcer, second) == f"{NAME}-2"
    [own] = [one.member.witness for one in list_members(bench.library)]
    key = WitnessFolder(first.witness_home).signer().key
    assert WitnessKey.parse(own).public_key == key.public_key


def test_what_was_cosigned_outlives_a_restored_home(
    bench: Bench, announcer: Announcer, tmp_path: Path
) -> None:
    config = home(tmp_path, "home")
    make_witness(config, bench.library.key.name)
    announce(bench, announcer, config)
    keep_witness(config, bench.library)
    assert opened(bench, config) == NAME


@pytest.mark.usefixtures("announcer")
def test_a_copied_folder_on_a_database_of_its_own_begins_anew(bench: Bench, tmp_path: Path) -> None:
    first = home(tmp_path, "first", shared=False)
    assert opened(bench, first) == NAME
    second = home(tmp_path, "second", shared=False)
    shutil.copytree(first.witness_home, second.witness_home)
    assert opened(bench, second) == f"{NAME}-2"
    assert opened(bench, second) == f"{NAME}-2"


def test_a_library_alone_has_no_witness(bench: Bench, tmp_path: Path) -> None:
    config = home(tmp_path, "home", shared=False)
    keep_witness(config, bench.library)
    assert opened(bench, config) is None
    assert not config.witness_home.exists()
