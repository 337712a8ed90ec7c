"""The one list of rooms: what it finds, and that a room is gone with its folder and its line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import reading_room

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[2]
CODE = ("ledger_service", "ipfs", "reading_room", "pyproject.toml")
SECONDS = 60
CONTRACTS = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
IMPORT_ALL = """
import pkgutil, sys
import ledger_service, reading_room
for package in (ledger_service, reading_room):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if ".migrations." not in found.name and not found.name.endswith("__main__"):
            __import__(found.name)
assert reading_room.parts("api") == reading_room.parts("pages") == []
from ledger_service.cli import main
import click
print(*main.list_commands(click.Context(main)))
"""


def test_every_folder_is_in_the_list_and_every_room_has_a_folder() -> None:
    home = PROJECT / "reading_room"
    folders = {path.parent.name for path in home.glob("*/__init__.py")} - {"interop"}
    folders |= {f"interop.{path.parent.name}" for path in home.glob("interop/*/__init__.py")}
    assert folders == {room.name for room in reading_room.ROOMS}


def test_a_room_that_lost_its_folder_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_room, "ROOMS", (reading_room.Room("attic"),))
    with pytest.raises(ModuleNotFoundError, match="attic"):
        reading_room.parts("api")


def ended(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def run(folder: Path, *arguments: str) -> str:
    found = ended(folder, *arguments)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


def test_starting_the_command_imports_no_room() -> None:
    told = run(PROJECT, "-c", "import ledger_service.cli, sys; print(*sys.modules)")
    assert "reading_room" in told.split()
    assert not [name for name in told.split() if name.startswith("reading_room.")]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a folder with a copy of the code, to be changed."""
    for name in CODE:
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
        copy(PROJECT / name, tmp_path / name)
    return tmp_path


def test_without_its_rooms_the_ledger_stands(copied: Path) -> None:
    for room in reading_room.ROOMS:
        shutil.rmtree(copied.joinpath("reading_room", *room.name.split(".")))
    rooms = copied / "reading_room" / "__init__.py"
    listed = re.compile(r"^ROOMS = \(.*?^\)$", re.DOTALL | re.MULTILINE)
    emptied, count = listed.subn("ROOMS: tuple[Room, ...] = ()", rooms.read_text())
    assert count == 1
    rooms.write_text(emptied)

    commands = run(copied, "-c", IMPORT_ALL).split()
    assert "register" in commands
    assert "status" not in commands
    run(copied, "-c", CONTRACTS)


@pytest.mark.parametrize(
    ("path", "line", "contract"),
    [
        ("ledger_service/services/library.py", "import reading_room.overview.verbs", "stands on"),
        ("ledger_service/services/library.py", "import reading_room", "list of rooms"),
        ("reading_room/overview/verbs.py", "import sqlalchemy", "Rules and verbs"),
        ("reading_room/overview/verbs.py", "import ledger_service.api.door", "Rules and verbs"),
        ("reading_room/overview/verbs.py", "import reading_room.overview.api", "floors"),
        ("reading_room/overview/api.py", "import ledger_service.api.callers", "one door each"),
        ("reading_room/overview/cli.py", "import ledger_service.adapters.remote", "one door each"),
        ("reading_room/overview/pages.py", "import sqlalchemy", "fastapi and sqlalchemy"),
        ("reading_room/overview/attic.py", "import reading_room.annex", "one another"),
    ],
)
def test_an_import_past_the_doors_breaks_a_contract(
    copied: Path, path: str, line: str, contract: str
) -> None:
    (copied / "reading_room" / "annex").mkdir()
    (copied / "reading_room" / "annex" / "__init__.py").touch()
    with (copied / path).open("a") as file:
        file.write(line + "\n")
    found = ended(copied, "-c", CONTRACTS)
    assert found.returncode != 0
    assert re.search(rf"^[^\n]*{contract}[^\n]* BROKEN", found.stdout, re.MULTILINE)
