"""Our OCFL storage roots by a validator that is not ours, ocfl-py."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ledger_service.cli import main
from scripts.harness.asked_library import some_bytes
from scripts.harness.running_library import RunningLibrary

PYTHON = Path(__file__).parents[3] / "build" / "ocfl-py" / "bin" / "python"


@pytest.fixture
def export(library: RunningLibrary) -> Callable[..., Any]:
    def run(*arguments: object) -> None:
        given = ["export", *map(str, arguments)]
        done = CliRunner().invoke(main, given, env=library.environment)
        assert done.exit_code == 0, done.output

    return run


def judged(root: Path) -> str:
    """Return what the validator says; it ends with status 0 in any case."""
    assert PYTHON.exists(), "there is no ocfl-py: run scripts/live_tools.sh"
    thorough = ["--validate-objects", "--check-digests"]
    command = [PYTHON, PYTHON.with_name("ocfl-root.py"), "validate", "--root", root, *thorough]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_storage_root_with_two_versions_is_valid_until_a_byte_is_changed(
    library: RunningLibrary, export: Callable[..., Any], tmp_path: Path
) -> None:
    root = tmp_path / "root"
    first, second = (library.register(some_bytes(), title=title)["digest"] for title in ("A", "B"))
    library.anchored()
    export(first, second, "--ocfl", root)
    body = {"title": "A, corrected"}
    assert library.registrar.post(f"/resources/{first}/descriptions", json=body).is_success
    library.anchored()
    export(first, second, "--ocfl", root)
    assert f"Storage root {root} is VALID" in judged(root)
    for name in ("provenance.json", "provenance.ttl", "premis.xml"):
        held = sorted(root.glob(f"*/*/*/*/v*/content/muhr/{name}"))
        assert len(held) == 3, name  # of the first book two, since more was told of it
        whole = held[0].read_bytes()
        held[0].write_bytes(whole[:-2] + b"?\n")
        assert name in judged(root)
        held[0].write_bytes(whole)
    assert f"Storage root {root} is VALID" in judged(root)
    [payload] = root.glob(f"*/*/*/*/v1/content/A-{first[:16]}.bin")
    payload.write_bytes(b"!" + payload.read_bytes()[1:])
    told = judged(root)
    assert "INVALID" in told
    assert payload.name in told
