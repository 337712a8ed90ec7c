"""A night runs every suite at the length that is promised, whatever becomes of the suites before it."""

import os
import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
BASH = shutil.which("bash")
PROGRAM = f"""#!{BASH}
echo "$(basename "$0") $*" >> "$ASKED"
[ "$*" != "$FAILING" ]
"""


def night(folder, failing=""):
    """Return the exit status, what was run, and what was said. failing: the arguments of what fails."""
    for name in ("make", "python", "bash"):
        program = folder / name
        program.write_text(PROGRAM)
        program.chmod(0o755)
    done = subprocess.run(
        [str(BASH), str(PROJECT / "scripts" / "nightly.sh")],
        env={
            "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
            "MAKE": "make",
            "PYTHON": "python",
            "SEED": "7",
            "ASKED": str(folder / "asked"),
            "FAILING": failing,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (folder / "asked").read_text().splitlines(), done.stdout


def test_each_suite_is_run_at_its_full_length(tmp_path):
    status, asked, said = night(tmp_path)
    assert (status, asked[-1]) == (0, "make report")
    inputs = next(line for line in asked if line.startswith("make test-inputs"))
    assert "INPUTS=100000 CASES=20000 SEED=20" in inputs
    assert "make test-faults SECONDS=1800 SEED=7" in asked
    assert "MUHR_SIGNATURE_VECTORS=100000 make test-signatures" in said
    assert "make test-tampering SEED=7" in asked  # of 10,000, as the Makefile says


def test_what_fails_is_told_at_the_end_and_keeps_nothing_from_running(tmp_path):
    _, whole, _ = night(tmp_path)
    (tmp_path / "asked").unlink()
    status, asked, said = night(tmp_path, failing="test-mutants")
    assert (status, asked) == (1, whole)
    assert said.endswith("failed: make test-mutants\n")
