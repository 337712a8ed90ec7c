"""What docs/service/Containerfile copies is a whole service, which writes its home only."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.harness.processes import PROJECT
from scripts.harness.served_library import ServedLibrary

FILE = (PROJECT / "docs" / "service" / "Containerfile").read_text()
LINES = re.sub(r"\\\n\s*", "", FILE).splitlines()


def copied() -> list[str]:
    """Return what is copied into the image of the project, by its names there."""
    lines = [line.split()[1:-1] for line in LINES if re.match(r"COPY (?!--from)", line)]
    return [name for names in lines for name in names]


def instruction(name: str) -> list[str]:
    [line] = [line for line in LINES if line.startswith(f"{name} ")]
    words: list[str] = json.loads(line[line.index("[") :])
    return words


def files(folder: Path) -> dict[str, int]:
    """Return the files below a folder, and when each was changed."""
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_what_is_copied_serves_is_healthy_and_writes_nothing_beside_its_home(
    tmp_path: Path,
) -> None:
    code = tmp_path / "code"
    for name in copied():
        source, target = PROJECT / name, code / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    for name in (".venv", "node_modules"):  # which the image installs by the same lock files
        (code / name).symlink_to(PROJECT / name)
    before, place = files(code), tmp_path / "library"
    place.mkdir()
    assert (instruction("ENTRYPOINT"), instruction("CMD")) == (
        ["/opt/muhr/.venv/bin/muhr"],
        ["serve"],
    )
    settings = {"PYTHONDONTWRITEBYTECODE": "1"}
    with ServedLibrary(place, "container.test/ledger", checkout=code, settings=settings) as library:
        library.register()
        healthy = subprocess.run(health_check(library.url, code), check=False)
    ill = subprocess.run(health_check(library.url, code), check=False, capture_output=True)
    assert healthy.returncode == 0
    assert ill.returncode != 0
    assert files(code) == before


def health_check(url: str, code: Path) -> list[str]:
    """Return the image's health check, of the service at another place."""
    words = instruction("HEALTHCHECK")
    return [
        word.replace("http://127.0.0.1:8000", url).replace("/opt/muhr", str(code)) for word in words
    ]
