"""Measures which branches of the contracts the Solidity tests take, and fails below all of them.

    python -m scripts.contracts.branches

Forge counts an `if` only, and only whether its body ran; Hardhat counts lines. Therefore a copy of
each contract is measured in which every condition passes through a function of its own that has
both branches: conditions of `if`, `?:`, `for`, `while`, `do`, and both sides of `&&` and `||`. What
is asked for is that each of them was true in one test and false in one. Forge adds the branches in
assembly. Runs all tests but those of gas, which an instrumented contract spends more of.
"""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import solcx

from scripts.contracts.compile import ROOT, CompileError, write_shim
from scripts.contracts.foundry import TESTS, FoundryError, environment, forge, write_project
from scripts.report.kept import keep

PROJECT = ROOT / "build" / "branches"
HELPER = (
    "function {name}(bool condition) private pure returns (bool) "
    "{{ if (condition) {{ return true; }} else {{ return false; }} }}"
)


@dataclass(frozen=True)
class Condition:
    """A condition by its place in the source, in bytes, and the end of its contract."""

    start: int
    end: int
    contract_end: int


def read_syntax(names: list[str]) -> dict[str, Any]:
    """Return the syntax tree of each file, by its path below the project."""
    request = {
        "language": "Solidity",
        "settings": {"outputSelection": {"*": {"": ["ast"]}}, "stopAfter": "parsing"},
        "sources": {name: {"content": (ROOT / name).read_text("utf-8")} for name in names},
    }
    answer = solcx.compile_standard(request, base_path=ROOT, solc_binary=write_shim())
    return {name: answer["sources"][name]["ast"] for name in names}


def conditions(tree: Any, contract_end: int = 0) -> Iterator[Condition]:
    """Yield each condition of a syntax tree, an outer one before those inside it."""
    if isinstance(tree, list):
        for each in tree:
            yield from conditions(each, contract_end)
    if not isinstance(tree, dict):
        return
    kind = tree.get("nodeType")
    if kind == "ContractDefinition":
        contract_end = sum(_span(tree))
    found = []
    if kind in {"IfStatement", "Conditional", "ForStatement", "WhileStatement", "DoWhileStatement"}:
        found = [tree["condition"]] if tree.get("condition") else []
    elif kind == "BinaryOperation" and tree["operator"] in {"&&", "||"}:
        found = [tree["leftExpression"], tree["rightExpression"]]
    for each in found:
        start, length = _span(each)
        yield Condition(start, start + length, contract_end)
    for each in tree.values():
        yield from conditions(each, contract_end)


def _span(node: dict[str, Any]) -> tuple[int, int]:
    start, length, _ = node["src"].split(":")
    return int(start), int(length)


def instrument(source: bytes, prefix: str, found: list[Condition]) -> str:
    """Return the source with each condition in a call of the function prefix + its number."""
    before: dict[int, str] = defaultdict(str)
    after: dict[int, str] = defaultdict(str)
    for number, condition in enumerate(found):
        before[condition.start] += f"{prefix}{number}("
        after[condition.end] += ")"
        # On a line of its own, so that a line of the report names a condition.
        before[condition.contract_end - 1] += "\n" + HELPER.format(name=f"{prefix}{number}") + "\n"
    text, last = "", 0
    for place in sorted({*before, *after}):
        text += source[last:place].decode() + after[place] + before[place]
        last = place
    return text + source[last:].decode()


def run_tests() -> Path:
    """Return the file in which forge reports what the tests took."""
    report = PROJECT / "lcov.info"
    command = [str(forge()), "coverage", "--no-match-contract", "^GasTest$", "--report", "lcov"]
    done = subprocess.run(
        [*command, "--report-file", str(report)],
        check=False,
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode or " 0 failed" not in done.stdout or not report.is_file():
        failed = [line for line in done.stdout.splitlines() if line.startswith("[FAIL")]
        raise FoundryError("the tests failed\n" + "\n".join(failed or [done.stderr[-4000:]]))
    return report


def read_report(report: Path) -> dict[str, dict[int, list[bool]]]:
    """Return file → line → whether it was run, and each branch on it taken. Source: lcov's geninfo."""
    taken: dict[str, dict[int, list[bool]]] = defaultdict(lambda: defaultdict(list))
    name = ""
    for line in report.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key == "SF":
            name = value
        elif key == "BRDA":
            number, _, _, hits = value.split(",")
            taken[name][int(number)].append(hits not in {"-", "0"})
        elif key == "DA":
            number, hits = value.split(",")[:2]
            taken[name][int(number)].append(hits != "0")
    return taken


def judge(name: str, found: list[Condition], taken: dict[int, list[bool]]) -> list[str]:
    """Return what no test did in this file, a sentence each."""
    source = (ROOT / name).read_bytes()
    lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()
    missed, helpers = [], {}
    for number, condition in enumerate(found):
        line = lines.index(HELPER.format(name=f"{prefix_of(name)}{number}")) + 1
        helpers[line] = condition
        # The line itself is the first of three: it counts as taken if either branch is.
        if len(taken.get(line, [])) != 3:
            raise FoundryError(
                f"forge measured {taken.get(line)} in line {line} of {PROJECT / name}"
            )
    for line, hits in sorted(taken.items()):
        if all(hits):
            continue
        if line not in helpers:
            missed.append(f"{name}: no test takes a branch of `{lines[line - 1].strip()}`")
            continue
        condition = helpers[line]
        at = source.count(b"\n", 0, condition.start) + 1
        words = source[condition.start : condition.end].decode()
        sides = [side for side, hit in zip(("true", "false"), hits[-2:], strict=True) if not hit]
        missed.append(f"{name}:{at}: `{words}` is never {' nor '.join(sides)}")
    return missed


def prefix_of(name: str) -> str:
    """Return how the functions around the conditions of a file begin."""
    return f"_branchOf{Path(name).stem}"


def main() -> int:
    """Return the exit status: 0 every branch is taken, 1 not so."""
    names = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "contracts").glob("*.sol"))
    try:
        found = {name: list(conditions(tree)) for name, tree in read_syntax(names).items()}
        changed = {
            name: instrument((ROOT / name).read_bytes(), prefix_of(name), found[name])
            for name in names
        }
        write_project(PROJECT, TESTS, changed)
        taken = read_report(run_tests())
        missed = [each for name in names for each in judge(name, found[name], taken[name])]
    except (CompileError, FoundryError) as exc:
        print(f"branches: {exc}", file=sys.stderr)
        return 1
    for each in missed:
        print(f"branches: {each}", file=sys.stderr)
    total = sum(len(each) for each in found.values())
    keep("branches", "make branches", {"cases": total, "failures": len(missed)})
    if not missed:
        print(f"branches: {total} conditions, each true in one test and false in one")
    return 1 if missed or not total else 0


if __name__ == "__main__":
    sys.exit(main())
