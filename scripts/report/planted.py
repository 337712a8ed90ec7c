"""Plants one fault for each category of planted.toml, in a copy of the sources, and tells which are noticed.

    python -m scripts.report.planted            exit status 1 if one is not noticed
    python -m scripts.report.planted forks      those of one category

The contracts' faults are planted by `make test-mutants`, and those of their proofs by `make test-proofs`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import NamedTuple

from scripts.report.kept import PROJECT, keep

PLANTED = Path(__file__).with_name("planted.toml")
COPIED = ("ledger_service", "ipfs", "reading_room", "scripts", "tests", "docs", "pyproject.toml")
LINKED = ("node_modules", "contracts")
LONGEST_SECONDS = 120
PASSED, FAILED = 0, 1  # exit statuses of pytest


class Fault(NamedTuple):
    """A text of a file, what is put in its place, and the tests that must fail then."""

    category: str
    planted: str
    file: str
    search: str
    replace: str
    tests: str


def copy_sources(folder: Path) -> None:
    """Copy what tests need into a folder, so that nothing of this checkout is changed."""
    for name in COPIED:
        source, target = PROJECT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    for name in LINKED:
        (folder / name).symlink_to(PROJECT / name)


def failing_test(folder: Path, *tests: str) -> str:
    """Return the first test that fails in a copy; nothing if none does.

    A fault that makes a test endless fails it; then it is told by the name that was asked for.
    """
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return tests[0]
    if done.returncode == PASSED:
        return ""
    named = re.search(r"^FAILED ([^\s\[]+)", done.stdout, re.M)
    if done.returncode != FAILED or named is None:
        sys.exit(f"The tests did not run: {' '.join(tests)}\n{done.stdout}{done.stderr}")
    return named[1]


def notice(folder: Path, fault: Fault) -> str:
    """Return the first test that fails by the fault, which is taken out again afterwards."""
    path = folder / fault.file
    source = path.read_text("utf-8")
    if source.count(fault.search) != 1:
        sys.exit(f"{fault.planted}: its text is not once in {fault.file}.")
    path.write_text(source.replace(fault.search, fault.replace), "utf-8")
    try:
        return failing_test(folder, fault.tests)
    finally:
        path.write_text(source, "utf-8")


def main() -> int:
    """Return the exit status."""
    asked = sys.argv[1:]
    faults = [Fault(**given) for given in tomllib.loads(PLANTED.read_text("utf-8"))["fault"]]
    rows = []
    with tempfile.TemporaryDirectory(prefix="muhr-planted-") as name:
        folder = Path(name)
        copy_sources(folder)
        for fault in faults:
            if asked and fault.category not in asked:
                continue
            noticed_by = notice(folder, fault)
            print(f"{fault.category}: {fault.planted}: {noticed_by or 'NOT NOTICED'}", flush=True)
            told = {"category": fault.category, "planted": fault.planted}
            rows.append({**told, "tests": noticed_by or fault.tests, "noticed": bool(noticed_by)})
        # Without any fault the same tests pass, so that it is the fault that they have noticed.
        if failing := failing_test(folder, *[row["tests"] for row in rows if row["noticed"]]):
            sys.exit(f"{failing} fails without any fault planted.")
    if not asked:
        keep("planted", "python -m scripts.report.planted", {"faults": rows})
    return 0 if all(row["noticed"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
