"""A library on PostgreSQL is copied by the installed pg_dump while it is served, and made anew in another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.harness.postgresql import Server
from scripts.harness.served_library import ServedLibrary

ORIGIN = "library.test/muhr"


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def test_a_library_on_postgresql_is_restored_and_goes_on(
    server: Server, tmp_path: Path, new_folder: Callable[[str], Path]
) -> None:
    backup, old, new = tmp_path / "backup", server.new_database(), server.new_database()
    with ServedLibrary(new_folder("old"), ORIGIN, settings=on(old)) as library:
        digest = library.register()["digest"]
        library.muhr("backup", str(backup))
        library.register()
        password = library.home / "keys" / "password"
        erasures = ("--erasures", str(library.home / "keys" / "erased"))
    assert (backup / "muhr.dump").stat().st_mode & 0o077 == 0
    restored = ServedLibrary(new_folder("new"), ORIGIN, settings=on(new))
    with pytest.raises(RuntimeError, match="exit status 2"):
        ServedLibrary(new_folder("other"), ORIGIN, settings=on(old)).muhr(
            "restore", str(backup), *erasures
        )
    restored.muhr("restore", str(backup), "--password-file", str(password), *erasures)
    with restored as library:
        assert library.registered(digest)["state"] == "registered"
        library.register()
        library.anchored()
        here = ("--api", library.url, "--rpc", library.chain_url)
        library.muhr("audit", *here)
        assert library.status()["disputed"] == 0


def on(url: str) -> dict[str, Any]:
    return {"MUHR_DATABASE_URL": url}


@pytest.fixture
def new_folder(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that makes a folder of this name."""

    def make(name: str) -> Path:
        (tmp_path / name).mkdir()
        return tmp_path / name

    return make
