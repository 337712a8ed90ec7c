"""The service worker where a browser has no room left: what it cannot keep, it gives all the same."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from ledger_service.web.static_files import STATIC
from tests.mutations import NODE


def answered(line: str) -> dict[str, Any]:
    script, worker = Path(__file__).with_name("offline_worker.mjs"), STATIC / "offline/worker.js"
    command = [NODE, script, worker, line]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_an_answer_for_which_there_is_no_room_is_given_all_the_same() -> None:
    assert answered("online")["told"] == ["of today", "of today"]


def test_without_a_network_what_was_kept_is_given() -> None:
    assert answered("offline")["told"] == ["as it was kept", "as it was kept"]


def test_a_worker_that_could_keep_nothing_does_not_begin() -> None:
    assert not answered("online")["installed"]
    assert not answered("offline")["installed"]
