"""Proves the invariants in contracts/test/symbolic with halmos; docs/symbolic.md says what that means.

    python -m scripts.contracts.symbolic PYTHON [CHECK]
    python -m scripts.contracts.symbolic PYTHON --planted [CHECK]    with the fault of planted.toml for each

PYTHON is the interpreter of the environment that holds halmos, CHECK the beginning of the names of
the checks to run. Exits 1 if a check fails, is not decided, or was not run at all; with its fault
planted, if no counterexample is found.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.contracts.compile import ROOT, CompileError
from scripts.contracts.foundry import (
    CONTRACTS,
    SYMBOLIC,
    FoundryError,
    environment,
    forge,
    write_project,
)
from scripts.report.kept import keep

PROJECTS = ROOT / "build" / "symbolic"
LAUNCHER = Path(__file__).with_name("run_halmos.py")
PLANTED = ROOT / SYMBOLIC / "planted.toml"
BOUNDS = ("--loop", "2", "--default-array-lengths", "0,1", "--default-bytes-lengths", "65")
# By default z3 gets a millisecond for each branch. A check it was stopped in can spoil its next
# answer: a read of storage was then taken for the value just written elsewhere, and a true check
# failed on about each third run.
PATIENCE = ("--solver-timeout-branching", "0", "--solver-timeout-assertion", "5m")
# A proof by cases has a loop for each hash and each level of a tree.
DEEPER = {"ProofChecks": ("--loop", "5")}
LONGEST_SECONDS = 1800
AT_ONCE = 2
HOLDS, COUNTEREXAMPLE, UNDECIDED = 0, 1, 2  # the first two as halmos numbers them


def read_checks(prefix: str) -> dict[str, str]:
    """Return the contract of each check whose name begins so, the long ones first."""
    checks = []
    for path in sorted((ROOT / SYMBOLIC).glob("*Checks.sol")):
        names = re.findall(r"function (check_\w+)", path.read_text(encoding="utf-8"))
        checks += [(name, path.stem) for name in names if name.startswith(prefix)]
    return dict(sorted(checks, key=lambda check: check[1] in {"SignatureChecks", "StewardChecks"}))


def build(project: Path, changed: Mapping[str, str] | None = None) -> None:
    """Compile the checks, as halmos asks forge to; changed: see `write_project`."""
    write_project(project, SYMBOLIC, changed)
    command = [str(forge()), "build", "--ast", "--extra-output", "storageLayout", "metadata"]
    done = subprocess.run(command, check=False, cwd=project, capture_output=True, text=True)
    if done.returncode:
        raise FoundryError(f"the checks do not compile:\n{done.stdout}{done.stderr}")


def prove(python: str, project: Path, contract: str, name: str) -> tuple[int, str]:
    """Return HOLDS, COUNTEREXAMPLE or UNDECIDED, and what halmos said."""
    report = project / f"{contract}.{name}.json"
    command = [python, str(LAUNCHER), "--contract", contract, "--match-test", f"^{name}\\("]
    bounds = [*BOUNDS, *PATIENCE, *DEEPER.get(contract, ())]
    try:
        done = subprocess.run(
            [*command, *bounds, "--no-status", "--early-exit", "--json-output", str(report)],
            check=False,
            cwd=project,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return UNDECIDED, f"no answer within {LONGEST_SECONDS} seconds"
    said = f"{done.stdout[-3000:]}{done.stderr[-1000:]}"
    answer = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    results = [each for found in answer.get("test_results", {}).values() for each in found]
    codes = [each["exitcode"] for each in results if each["name"].split("(")[0] == name]
    if codes == [HOLDS] and done.returncode == 0:
        return HOLDS, said
    return (COUNTEREXAMPLE if codes == [COUNTEREXAMPLE] else UNDECIDED), said


def prove_all(python: str, checks: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each check as `contract.name`, and nothing if it holds, its failure in words if not."""
    project = PROJECTS / "whole"
    build(project)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda check: prove(python, project, check[1], check[0]), checks.items())
        for (name, contract), (code, said) in zip(checks.items(), found, strict=True):
            yield f"{contract}.{name}", f"does not hold, or was not run:\n{said}" if code else ""


def read_faults(checks: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the fault for each check; raises FoundryError if one has none, or it cannot be planted."""
    faults = tomllib.loads(PLANTED.read_text(encoding="utf-8"))["fault"]
    if without := set(checks) - {fault["check"] for fault in faults}:
        raise FoundryError(f"{PLANTED.name} has no fault for {', '.join(sorted(without))}")
    for fault in faults:
        text = (ROOT / CONTRACTS / f"{fault['file']}.sol").read_text(encoding="utf-8")
        if text.count(fault["search"]) != 1:
            raise FoundryError(f"not found exactly once in {fault['file']}: {fault['search']}")
    return [fault for fault in faults if fault["check"] in checks]


def refute(python: str, contract: str, fault: Mapping[str, str]) -> tuple[int, str]:
    """Return what `prove` does, of contracts with this fault."""
    path = f"{CONTRACTS}/{fault['file']}.sol"
    text = (ROOT / path).read_text(encoding="utf-8")
    project = PROJECTS / fault["check"]
    build(project, {path: text.replace(fault["search"], fault["replace"])})
    return prove(python, project, contract, fault["check"])


def refute_all(python: str, checks: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each planted fault, and nothing if its check finds it, what halmos said if not."""
    faults = read_faults(checks)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda fault: refute(python, checks[fault["check"]], fault), faults)
        for fault, (code, said) in zip(faults, found, strict=True):
            missed = "" if code == COUNTEREXAMPLE else f"is not found by its check:\n{said}"
            yield f"{fault['check']}: {fault['fault']}", missed


def main() -> int:
    """Return the exit status: 0 every check holds, or finds its fault; 1 not so."""
    parser = argparse.ArgumentParser(description="Prove invariants of the contracts.")
    parser.add_argument("python", help="the interpreter that has halmos")
    parser.add_argument("check", nargs="?", default="", help="the beginning of names of checks")
    parser.add_argument("--planted", action="store_true", help="with a fault for each check")
    given = parser.parse_args()
    checks = read_checks(given.check)
    run, good = (refute_all, "found") if given.planted else (prove_all, "holds")
    failed = 0
    try:
        for name, failure in run(given.python, checks):
            print(f"symbolic: {name} {failure or good}", flush=True)
            failed += bool(failure)
    except (CompileError, FoundryError) as exc:
        print(f"symbolic: {exc}", file=sys.stderr)
        return 1
    if not (given.check or given.planted):
        keep("halmos", "make prove", {"cases": len(checks), "failures": failed})
    return 1 if failed or not checks else 0


if __name__ == "__main__":
    sys.exit(main())
