"""The one list of rooms: what it finds, and that a room is gone with its folder and its line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import reading_room

PROJECT = Path(__file__).resolve().parents[2]
CODE = ("ledger_service", "ipfs", "reading_room", "pyproject.toml")
SECONDS = 60
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
    folders = {path.parent.name for path in home.glob("*/__init__.py")}
    assert folders == {room.name for room in reading_room.ROOMS}


def test_a_room_that_lost_its_folder_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_room, "ROOMS", (reading_room.Room("attic"),))
    with pytest.raises(ModuleNotFoundError, match="attic"):
        reading_room.parts("api")


def run(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_starting_the_command_imports_no_room() -> None:
    told = run(PROJECT, "-c", "import ledger_service.cli, sys; print(*sys.modules)")
    assert "reading_room" in told.split()
    assert not [name for name in told.split() if name.startswith("reading_room.")]


def test_without_its_rooms_the_ledger_stands(tmp_path: Path) -> None:
    for name in CODE:
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
        copy(PROJECT / name, tmp_path / name)
    for room in reading_room.ROOMS:
        shutil.rmtree(tmp_path / "reading_room" / room.name)
    rooms = tmp_path / "reading_room" / "__init__.py"
    lines = rooms.read_text().splitlines(keepends=True)
    [line] = [line for line in lines if line.startswith("ROOMS = ")]
    rooms.write_text("".join(lines).replace(line, "ROOMS: tuple[Room, ...] = ()\n"))

    commands = run(tmp_path, "-c", IMPORT_ALL).split()
    assert "register" in commands
    assert "status" not in commands
    contracts = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
    run(tmp_path, "-c", contracts)
