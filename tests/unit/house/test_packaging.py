"""The package that is installed holds whatever its code reads beside itself."""

from __future__ import annotations

import subprocess
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

from tests.unit.test_house_rules import PROJECT as ROOT

PACKAGES = ("ledger_service", "reading_room", "ipfs")


def _is_packed(path: Path, patterns: dict[str, list[str]]) -> bool:
    """Return whether setuptools takes a file: a pattern holds below a package, and `**` is any folders."""
    folders = [folder for folder in path.parents if Path(ROOT, folder, "__init__.py").is_file()]
    return any(
        fnmatchcase(path.relative_to(folder).as_posix(), pattern.replace("**/", "*"))
        and (
            "**" in pattern or path.relative_to(folder).as_posix().count("/") == pattern.count("/")
        )
        for folder in folders
        for package in ("*", ".".join(folder.parts))
        for pattern in patterns.get(package, [])
    )


def test_all_that_is_read_at_run_time_is_packed() -> None:
    told = tomllib.loads(Path(ROOT, "pyproject.toml").read_text())
    patterns = told["tool"]["setuptools"]["package-data"]
    listed = subprocess.run(
        ["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    beside = [Path(name) for name in listed if not name.endswith(".py")]
    assert len(beside) > 100
    assert [path for path in beside if not _is_packed(path, patterns)] == []
