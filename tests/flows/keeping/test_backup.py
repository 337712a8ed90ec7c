"""A library is copied while it is served and used, made anew in an empty home, audited, and goes on."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from scripts.harness.asked_library import some_bytes
from scripts.harness.running_library import RunningLibrary
from scripts.harness.served_library import ServedLibrary

pytestmark = pytest.mark.slow

ORIGIN = "library.test/muhr"


def erasures_of(home: Path) -> tuple[str, Path]:
    """Return the option that names a library's list of erased readers."""
    return "--erasures", home / "keys" / "erased"


@pytest.fixture
def copy(library: RunningLibrary, muhr: Callable[..., Any], tmp_path: Path) -> Path:
    """Return a backup of a library that runs."""
    library.register()
    answer = muhr(library.environment, "backup", tmp_path / "backups" / "one")
    assert answer.status == 0, answer.err
    assert f"Keep a copy of {library.home / 'keys' / 'password'} somewhere else" in answer.out
    return tmp_path / "backups" / "one"


def test_a_backup_says_that_content_on_nodes_is_not_in_it(
    library: RunningLibrary, muhr: Callable[..., Any], tmp_path: Path
) -> None:
    for named, said in (("", "none of it is here"), ("folder ", "what the folder lacks of it")):
        settings = {**library.environment, "MUHR_IPFS": f"{named}http://127.0.0.1:9"}
        answer = muhr(settings, "backup", tmp_path / f"copy {named}")
        assert f"Not in it: content that is kept on nodes only ({said})" in answer.out
        assert answer.status == 0
        has_chain = (library.home / "chain").exists()
        assert ("embedded chain" in answer.out) == has_chain


def test_a_backup_without_a_key_for_closed_content_says_so_as_does_what_is_made_of_it(
    library: RunningLibrary, copy: Path, muhr: Callable[..., Any], tmp_path: Path
) -> None:
    keys = {key.name: key for key in (library.home / "keys").glob("content-*.json")}
    assert keys  # more than one, if another test has changed the library's key
    assert keys.keys() == {key.name for key in (copy / "keys").glob("content-*.json")}
    aside = {}
    try:
        for name, key in keys.items():
            assert key.read_bytes() == (copy / "keys" / name).read_bytes()
            aside[name] = key.rename(tmp_path / name)
        answer = muhr(library.environment, "backup", tmp_path / "without")
    finally:
        for name, key in aside.items():
            key.rename(keys[name])
    assert answer.status == 0
    assert "has no key for closed content" in answer.err
    settings = {"MUHR_HOME": str(tmp_path / "home")}
    answer = muhr(settings, "restore", tmp_path / "without", *erasures_of(library.home))
    assert answer.status == 0, answer.err
    assert "has no key for closed content" in answer.err


@pytest.mark.slow
def test_a_library_is_copied_under_load_restored_audited_and_goes_on(
    tmp_path: Path, muhr_process: Callable[..., Any]
) -> None:
    book, copy = some_bytes(5000), tmp_path / "copy"
    settings = {"MUHR_HOME": str(tmp_path / "home")}
    (tmp_path / "old").mkdir()
    with ServedLibrary(tmp_path / "old", ORIGIN) as served, registering(served):
        served.register(book)
        served.muhr("backup", str(copy))
        password = served.home / "keys" / "password"
    given = "--password-file", password, *erasures_of(served.home)
    restored = muhr_process(settings, "restore", copy, *given)
    assert restored.status == 0, restored.err
    file = tmp_path / "book"
    file.write_bytes(book)
    with ServedLibrary(tmp_path, ORIGIN) as library:
        library.at_rest()
        library.register()
        library.anchored()
        status = library.status()
        assert (status["disputed"], status["warnings"]) == (0, [])
        here = {**settings, "MUHR_API": library.url, "MUHR_RPC": library.chain_url}
        for command in (("audit",), ("verify", file)):
            answer = muhr_process(here, *command)
            assert answer.status == 0, answer.out + answer.err


@contextmanager
def registering(library: ServedLibrary) -> Iterator[None]:
    """Register books without a pause while the block lasts, no more at once than the chain takes soon."""
    over = threading.Event()

    def register() -> None:
        while not over.is_set():
            answers = [library.upload(some_bytes(3000)) for _ in range(10)]
            library.registered(answers[-1].json()["digest"])

    busy = threading.Thread(target=register)
    busy.start()
    try:
        yield
    finally:
        over.set()
        busy.join()


def test_a_manifest_that_comes_for_hours_holds_nobody_up(
    library: RunningLibrary, muhr: Callable[..., Any], tmp_path: Path
) -> None:
    coming = library.config.imports / "coming"
    coming.mkdir(parents=True)
    over, copy = threading.Event(), tmp_path / "copy"

    def send() -> None:
        with (coming / "manifest.csv").open("wb", buffering=0) as file:
            while not over.wait(0.002):
                file.write(b"a row of a manifest\n")

    sender = threading.Thread(target=send)
    sender.start()
    try:
        assert muhr(library.environment, "backup", copy).status == 0
    finally:
        over.set()
        sender.join()
        shutil.rmtree(coming)
    assert not (copy / "imports" / "coming" / "manifest.csv").exists()


def test_a_backup_has_no_password_and_no_token_and_is_closed_to_others(
    library: RunningLibrary, copy: Path
) -> None:
    secrets = [library.home / "keys" / "password", *(library.home / "tokens").iterdir()]
    everything = b"".join(path.read_bytes() for path in copy.rglob("*") if path.is_file())
    for secret in secrets:
        assert secret.read_bytes().strip() not in everything
    assert copy.stat().st_mode & 0o077 == 0
    told = json.loads((copy / "backup.json").read_text())
    assert 0 < told["entries"] <= library.status()["ledger_size"]


@pytest.mark.parametrize("name", ["deployment.json", "muhr.db", "keys/relayer.json", "SHA256SUMS"])
def test_a_backup_that_was_altered_restores_nothing(
    copy: Path, name: str, tmp_path: Path, muhr: Callable[..., Any]
) -> None:
    (copy / name).write_bytes((copy / name).read_bytes() + b"\n")
    answer = muhr({"MUHR_HOME": str(tmp_path / "home")}, "restore", copy, "--without-erasures")
    assert answer.status == 2
    assert f"{name} of the backup" in answer.err
    assert list((tmp_path / "home").glob("*")) == []


def test_a_backup_that_was_broken_off_is_none(
    copy: Path, tmp_path: Path, muhr: Callable[..., Any]
) -> None:
    (copy / "backup.json").unlink()
    answer = muhr({"MUHR_HOME": str(tmp_path / "home")}, "restore", copy, "--without-erasures")
    assert (answer.status, "is no whole backup" in answer.err) == (2, True)
    assert not (tmp_path / "home").exists()


def test_nothing_is_written_over(
    library: RunningLibrary, copy: Path, tmp_path: Path, muhr: Callable[..., Any]
) -> None:
    here = library.environment
    before = (copy / "backup.json").read_bytes()
    assert muhr(here, "backup", copy).status == 2
    assert (copy / "backup.json").read_bytes() == before
    answer = muhr(here, "restore", copy)
    assert (answer.status, "has something" in answer.err) == (2, True)
    other = tmp_path / "other.db"
    other.write_bytes(b"")
    settings = {"MUHR_HOME": str(tmp_path / "home"), "MUHR_DATABASE_URL": f"sqlite:///{other}"}
    assert muhr(settings, "restore", copy, *erasures_of(library.home)).status == 2
    assert other.read_bytes() == b""


def test_nobody_leads_a_library_that_was_restored(
    library: RunningLibrary, copy: Path, tmp_path: Path, muhr: Callable[..., Any]
) -> None:
    home = tmp_path / "home"
    password = library.config.password_file
    given = "--password-file", password, *erasures_of(library.home)
    answer = muhr({"MUHR_HOME": str(home)}, "restore", copy, *given)
    assert answer.status == 0, answer.err
    counts = []
    for database in (copy / "muhr.db", home / "muhr.db"):
        with closing(sqlite3.connect(database)) as connection:
            counts.append(connection.execute("SELECT count(*) FROM lease").fetchone()[0])
    assert counts[0] > 0
    assert counts[1] == 0


def test_another_password_is_refused_before_anything_is_written(
    copy: Path, tmp_path: Path, muhr: Callable[..., Any]
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("no")
    settings = {"MUHR_HOME": str(tmp_path / "home")}
    given = "--password-file", wrong, "--without-erasures"
    answer = muhr(settings, "restore", copy, *given)
    assert (answer.status, "relayer.json does not open" in answer.err) == (2, True)
    assert not (tmp_path / "home").exists()
