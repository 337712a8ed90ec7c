"""`muhr verify` as a reader's own process: what it loads."""

from __future__ import annotations

from pathlib import Path

from scripts.harness.asked_library import some_bytes
from scripts.harness.running_library import RunningLibrary
from tests.unit.test_command_starts import HEAVY, loaded_by


def test_a_file_is_verified_without_what_is_heavy(library: RunningLibrary, tmp_path: Path) -> None:
    file = tmp_path / "book.txt"
    file.write_bytes(some_bytes())
    library.register(file.read_bytes())
    library.anchored()
    code = (
        "from ledger_service.cli import main\n"
        f"assert main(['verify', {str(file)!r}], standalone_mode=False) == 3  # no chain was asked"
    )
    settings = {"MUHR_HOME": str(tmp_path / "reader"), "MUHR_API": library.url}
    assert not loaded_by(code, **settings) & HEAVY
