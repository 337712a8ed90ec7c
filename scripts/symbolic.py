"""Proves the invariants in contracts/test/symbolic with halmos; docs/symbolic.md says what that means.

    python scripts/symbolic.py PYTHON [CHECK]

PYTHON is the interpreter of the environment that holds halmos, CHECK the beginning of the names of
the checks to run. Exits 1 if a check fails, is not decided, or was not run at all.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.compile import ROOT, CompileError
from scripts.foundry import SYMBOLIC, FoundryError, environment, forge, write_project

PROJECT = ROOT / "build" / "symbolic"
LAUNCHER = ROOT / "scripts" / "run_halmos.py"
BOUNDS = ("--loop", "2", "--default-array-lengths", "0,1", "--default-bytes-lengths", "65")
# By default z3 gets a millisecond for each branch. A check it was stopped in can spoil its next answer: a
# read of storage was then taken for the value just written elsewhere, and a true check failed on about each
# third run.
PATIENCE = ("--solver-timeout-branching", "0", "--solver-timeout-assertion", "5m")
# A proof by cases has a loop for each hash and each level of a tree.
DEEPER = {"ProofChecks": ("--loop", "5")}
LONGEST_SECONDS = 1800
AT_ONCE = 2


def read_checks(prefix: str) -> list[tuple[str, str]]:
    """Return contract and name of each check whose name begins so, the long ones first."""
    checks = []
    for path in sorted((ROOT / SYMBOLIC).glob("*Checks.sol")):
        names = re.findall(r"function (check_\w+)", path.read_text(encoding="utf-8"))
        checks += [(path.stem, name) for name in names if name.startswith(prefix)]
    return sorted(checks, key=lambda check: check[0] in {"SignatureChecks", "StewardChecks"})


def build() -> None:
    """Compile the checks once, as halmos asks forge to."""
    write_project(PROJECT, SYMBOLIC)
    command = [str(forge()), "build", "--ast", "--extra-output", "storageLayout", "metadata"]
    done = subprocess.run(command, check=False, cwd=PROJECT, capture_output=True, text=True)
    if done.returncode:
        raise FoundryError(f"the checks do not compile:\n{done.stdout}{done.stderr}")


def prove(python: str, contract: str, name: str) -> str:
    """Return the failure of a check in words, or nothing if it holds."""
    report = PROJECT / f"{contract}.{name}.json"
    command = [python, str(LAUNCHER), "--contract", contract, "--match-test", f"^{name}\\("]
    bounds = [*BOUNDS, *PATIENCE, *DEEPER.get(contract, ())]
    try:
        done = subprocess.run(
            [*command, *bounds, "--no-status", "--early-exit", "--json-output", str(report)],
            check=False,
            cwd=PROJECT,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"is not decided within {LONGEST_SECONDS} seconds"
    answer = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    results = [each for found in answer.get("test_results", {}).values() for each in found]
    held = [each for each in results if each["name"].split("(")[0] == name and not each["exitcode"]]
    if done.returncode or len(held) != 1:
        return f"does not hold, or was not run:\n{done.stdout[-3000:]}{done.stderr[-1000:]}"
    return ""


def main() -> int:
    """Return the exit status: 0 every check holds, 1 not so."""
    if len(sys.argv) not in {2, 3}:
        print("usage: python scripts/symbolic.py PYTHON [CHECK]", file=sys.stderr)
        return 1
    checks = read_checks(sys.argv[2] if len(sys.argv) == 3 else "")
    try:
        build()
    except (CompileError, FoundryError) as exc:
        print(f"symbolic: {exc}", file=sys.stderr)
        return 1
    failed = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = pool.map(lambda check: prove(sys.argv[1], *check), checks)
        for (contract, name), outcome in zip(checks, outcomes, strict=True):
            print(f"symbolic: {contract}.{name} {outcome or 'holds'}", flush=True)
            failed += bool(outcome)
    return 1 if failed or not checks else 0


if __name__ == "__main__":
    sys.exit(main())
