"""`muhr verify` of a file that was registered a moment ago: it waits, and nothing speaks against it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from ledger_service.cli.verification.verify import verify
from scripts.harness.asked_library import some_bytes
from scripts.harness.running_library import RunningLibrary


def test_what_no_anchor_covers_yet_is_waiting_and_not_refused(
    library: RunningLibrary, tmp_path: Path
) -> None:
    file = tmp_path / "book.txt"
    file.write_bytes(some_bytes())
    library.stop_worker()
    try:
        answer = library.upload(file.read_bytes(), title="A new book")
        assert answer.status_code == 202
        asked = [str(file), "--api", library.url]
        told = CliRunner().invoke(verify, [*asked, "--json"])
        [verdict] = json.loads(told.stdout)
        assert (told.exit_code, verdict["verdict"]) == (3, "waiting")
        assert CliRunner().invoke(verify, asked).exit_code == 3
    finally:
        library.start_worker()
    library.registered(answer.json()["digest"])
