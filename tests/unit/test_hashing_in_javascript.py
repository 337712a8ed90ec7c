"""The page's hashing: some files at once, the others in their turn, also after a worker that never came."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from ledger_service.web.static_files import STATIC
from tests.mutations import NODE


def test_files_wait_for_a_worker_and_one_that_never_came_is_not_used_again() -> None:
    script = Path(__file__).with_name("hashing_in_javascript.mjs")
    command = [NODE, script, STATIC / "hashing.js"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=20)
    found = json.loads(done.stdout)
    assert found["told"] == ["not read", "of b", "of c", "of d", "canceled", "of last"]
    assert found["most"] == 2
