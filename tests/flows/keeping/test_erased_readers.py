"""A reader who was erased is not brought back by an older backup, nor by what is done with it later."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scripts.harness.running_library import RunningLibrary

pytestmark = pytest.mark.slow

INIT = ("init", "--name", "x", "--uri", "https://x.example", "--origin", "library.test/muhr")


class Known(NamedTuple):
    """A reader whom a backup knows."""

    name: str
    key: bytes
    grant: str


@pytest.fixture
def known(library: RunningLibrary) -> Known:
    registrar = library.client("registrar")
    reader = registrar.post("/readers").json()["reader"]
    digest = library.register()["digest"]
    asked = {"digest": digest, "reader": reader, "until": 1_900_000_000}
    grant = registrar.post("/grants", json=asked).raise_for_status().json()["grant"]
    with library.opened.store.read() as transaction:
        key = transaction.access.reader_key(reader)
    assert key is not None
    return Known(reader, key, grant)


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_an_older_backup_does_not_bring_a_reader_back(
    library: RunningLibrary, known: Known, muhr: Callable[..., Any], tmp_path: Path
) -> None:
    here, copy, home = library.environment, tmp_path / "copy", tmp_path / "home"
    assert muhr(here, "backup", copy).status == 0
    assert known.key in bytes_of(copy)
    told = muhr(here, "reader", "erase", known.name)
    assert (told.status, "Nothing was done" in told.out) == (1, True)
    erased = muhr(here, "reader", "erase", known.name, "--yes", "--json")
    assert (erased.status, erased.json) == (
        0,
        {"grants": 1, "live": 1, "decisions": 0, "tokens": 1},
    )
    assert muhr(here, "reader", "export", known.name).status == 2

    settings = {"MUHR_HOME": str(home)}
    refused = muhr(settings, "restore", copy)
    assert (refused.status, "--without-erasures" in refused.err) == (2, True)
    assert not home.exists()
    listed = library.home / "keys" / "erased"
    restored = muhr(settings, "restore", copy, "--erasures", listed)
    assert (restored.status, "1 reader(s)" in restored.out) == (0, True)
    lists = [file.read_text().split() for file in (home / "keys" / "erased", listed)]
    assert set(lists[0]) == set(lists[1])
    for folder in (home, tmp_path / "later"):
        for secret in (known.key, known.name.encode()):
            assert secret not in bytes_of(folder)
        assert muhr(settings, *INIT).status == 0  # brings the schema up to date
        if folder == home:
            assert muhr(settings, "backup", tmp_path / "later").status == 0
    with closing(sqlite3.connect(home / "muhr.db")) as database:
        asked = 'SELECT reader FROM "grant" WHERE id = ?'
        rows = database.execute(asked, (bytes.fromhex(known.grant),)).fetchall()
    assert rows == [("erased",)]


def test_the_list_of_another_library_is_refused(
    library: RunningLibrary, muhr: Callable[..., Any], tmp_path: Path
) -> None:
    copy, other = tmp_path / "copy", tmp_path / "erased"
    assert muhr(library.environment, "backup", copy).status == 0
    other.write_text("muhr-erased/1 other.test/muhr\n")
    settings = {"MUHR_HOME": str(tmp_path / "home")}
    answer = muhr(settings, "restore", copy, "--erasures", other)
    assert (answer.status, "is no list" in answer.err) == (2, True)
    both = ("--erasures", other, "--without-erasures")
    assert muhr(settings, "restore", copy, *both).status == 2
    assert not (tmp_path / "home").exists()


def test_what_is_known_is_written_into_a_new_file(
    library: RunningLibrary, known: Known, muhr: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "known.json"
    given = ("reader", "export", known.name)
    assert muhr(library.environment, *given, "--output", file).status == 0
    told = json.loads(file.read_text())
    assert told["reader"] == known.name
    assert [grant["grant"] for grant in told["grants"]] == [known.grant]
    assert known.key.hex() not in file.read_text()
    assert muhr(library.environment, *given, "--output", file).status == 2
    assert muhr(library.environment, *given).json.keys() == told.keys()
