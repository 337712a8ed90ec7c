"""Which files `muhr register` takes, looked at before anything is registered for good."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ledger_service.cli.resources.resources import register
from tests.unit.imports.test_import_bags import bag, line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    books = tmp_path / "books"
    bag(books / "bag", {"data/a.txt": b"Xamsb", "manifest-sha256.txt": line("data/a.txt")})
    for name in ("book.docx", "Thumbs.db", "desktop.ini", "~$book.docx", "x.pdf.part", ".hidden"):
        (books / name).write_bytes(b"x")
    (books / "list.csv").write_text("path,title\nbook.docx,Book\n")
    (books / "link").symlink_to(books / "book.docx")
    return books


def run(*words: str | Path) -> tuple[int, str]:
    arguments = [*map(str, words), "--license", "CC-BY-4.0"]
    result = CliRunner().invoke(register, arguments)
    return result.exit_code, result.output


def test_a_dry_run_tells_what_is_no_book_and_refuses_a_bag(folder: Path) -> None:
    status, told = run(folder, "--dry-run", "--json")
    states = {Path(row["file"]).name: row["state"] for row in json.loads(told)}
    assert status == 1
    assert states == {
        "book.docx": "ready",
        "bag": "refused",
        "link": "skipped",
        "list.csv": "skipped",
        "Thumbs.db": "skipped",
        "desktop.ini": "skipped",
        "~$book.docx": "skipped",
        "x.pdf.part": "skipped",
        ".hidden": "skipped",
    }
    status, told = run(folder / "bag", "--dry-run")
    assert (status, "muhr import" in told) == (1, True)


def test_files_that_a_person_names_are_taken_but_for_what_systems_leave_behind(
    folder: Path,
) -> None:
    named = [folder / name for name in ("list.csv", ".hidden", "Thumbs.db", "book.docx")]
    status, told = run(*named, "--dry-run", "--json")
    states = [row["state"] for row in json.loads(told)]
    assert (status, states) == (0, ["ready", "ready", "ready", "skipped"])


def test_a_title_is_of_one_file(folder: Path) -> None:
    assert run(folder / "book.docx", folder / "list.csv", "--title", "T")[0] == 2
    assert run(folder / "book.docx", "--title", "T", "--dry-run")[0] == 0


def test_a_person_is_asked_before_a_folder_is_registered(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger_service.cli.resources.resources.is_somebody_there", lambda: True)
    status, told = run(folder)
    assert status == 1
    assert "1 file to register" in told
    assert "Go on?" in told
