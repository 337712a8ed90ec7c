"""Runs Slither over the contracts and compares what it finds with docs/slither.md.

    python -m scripts.contracts.slither PROGRAM      exit 1 if a finding has no row there, or a row no finding

PROGRAM is the path of Slither, which has an environment of its own. A finding is known by its
detector, its place (contract and function, or variable) and the expressions it points at, so that a
second one in the same function needs a row of its own, and no row goes stale when lines move.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from scripts.contracts.compile import ROOT, CompileError
from scripts.contracts.foundry import SYMBOLIC, FoundryError, environment, write_project

PAGE = ROOT / "docs" / "slither.md"
PROJECT = ROOT / "build" / "slither"
# An opening | that is not escaped, as Markdown's tables have it.
CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, order=True)
class Finding:
    """What Slither says, without the lines: detector, place, and expressions in order."""

    detector: str
    place: str
    expressions: tuple[str, ...]

    def format(self) -> str:
        """Return the finding as a row of the page, with no reason yet."""
        expressions = " ".join(f"`{each}`" for each in self.expressions).replace("|", r"\|")
        return f"| {self.detector} | `{self.place}` | {expressions} | why? |"


def find(slither: str) -> set[Finding]:
    """Return what Slither finds in contracts/, without tests and packages."""
    write_project(PROJECT, SYMBOLIC)
    report = PROJECT / "report.json"
    command = [slither, ".", "--filter-paths", "node_modules|contracts/test", "--fail-none"]
    done = subprocess.run(
        [*command, "--json", report.name],
        check=False,
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode or not report.exists():
        raise FoundryError(f"Slither did not finish:\n{done.stderr[-4000:]}")
    answer = json.loads(report.read_text(encoding="utf-8"))
    if not answer["success"]:
        raise FoundryError(f"Slither did not finish: {answer['error']}")
    return {_finding(found) for found in answer["results"].get("detectors", [])}


def _finding(found: dict[str, Any]) -> Finding:
    elements = found["elements"]
    about = elements[0]
    parent = about.get("type_specific_fields", {}).get("parent", {}).get("name", "")
    nodes = dict.fromkeys(e["name"] for e in elements if e["type"] == "node" and e["name"])
    return Finding(found["check"], f"{parent}.{about['name']}".strip("."), tuple(nodes))


def read_page() -> set[Finding]:
    """Return the findings that the page explains; a row may name several places."""
    explained = set()
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.replace(r"\|", "|").strip() for cell in CELL.split(line)[1:-1]]
        if len(cells) != 4 or cells[0] in {"detector", "---"}:
            continue
        detector, places, expressions, reason = cells
        if not reason:
            raise FoundryError(f"docs/slither.md gives no reason for {detector} in {places}")
        for place in re.findall(r"`([^`]+)`", places):
            explained.add(Finding(detector, place, tuple(re.findall(r"`([^`]+)`", expressions))))
    return explained


def main() -> int:
    """Return the exit status: 0 every finding is explained and every row is needed, 1 not so."""
    if len(sys.argv) != 2:
        print("usage: python -m scripts.contracts.slither PROGRAM", file=sys.stderr)
        return 1
    try:
        found, explained = find(sys.argv[1]), read_page()
    except (CompileError, FoundryError) as exc:
        print(f"slither: {exc}", file=sys.stderr)
        return 1
    for finding in sorted(found - explained):
        print(f"slither: not explained in docs/slither.md:\n{finding.format()}", file=sys.stderr)
    for finding in sorted(explained - found):
        print(f"slither: no longer found:\n{finding.format()}", file=sys.stderr)
    if found == explained:
        print(f"slither: {len(found)} findings, each explained in docs/slither.md")
    return 0 if found == explained else 1


if __name__ == "__main__":
    sys.exit(main())
