"""Write docs/reliability.md from what the suites and benchmarks have measured.

python -m scripts.report           exit status 1 if a figure that was measured is not as promised
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time

from scripts.report.figures import Figure, Goal, Outcome
from scripts.report.goals import goals
from scripts.report.kept import PROJECT, RESULTS

PAGE = PROJECT / "docs" / "reliability.md"
HEAD = """# Reliability

Made by `make report` on {date} ({machine}) from what suites and benchmarks have left; no figure
is written by hand. `make nightly` tries as much as is promised, and other runs less: then a figure that
held is told as one of a short run. What was not measured here says so.
[ADR 0080](adr/0080-a-client-waits-as-it-is-told.md) says what counts as answered under faults.

| goal | figure | promised | measured | | command | seed | date |
|---|---|---|---|---|---|---|---|
"""


UNMEASURED = Figure("no figure", "", lambda: None)


def row(goal: Goal, figure: Figure) -> str:
    """Return a figure as a row of the table."""
    found = figure.find()
    begin = f"| {goal.name} | {figure.what} | {figure.promised} |"
    if found is None:
        return f"{begin} not measured | | | | |"
    return (
        f"{begin} {found.value} | {found.outcome} | `{found.command}` | {found.seed} | {found.at} |"
    )


def planted() -> list[str]:
    """Return the section of planted faults."""
    file = RESULTS / "planted.json"
    if not file.exists():
        return []
    faults = json.loads(file.read_text("utf-8"))["figures"]["faults"]
    return [
        "",
        "## Planted faults",
        "",
        "Each is put into a copy of the sources, and the tests named must fail by it",
        "(`scripts/report/planted.toml`). The contracts have faults of their own (docs/invariants.md), and",
        "so has the corpus of bad inputs (`tests/strangers`).",
        "",
        "| category | planted | tests | |",
        "|---|---|---|---|",
        *(
            f"| {fault['category']} | {fault['planted']} | `{fault['tests']}` | "
            f"{'noticed' if fault['noticed'] else '**missed**'} |"
            for fault in faults
        ),
    ]


def main() -> int:
    """Write the page, say how much was measured, and return the exit status."""
    every = goals()
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    head = HEAD.format(date=time.strftime("%Y-%m-%d", time.gmtime()), machine=machine)
    rows = [row(goal, figure) for goal in every for figure in goal.figures or (UNMEASURED,)]
    titles = [
        "",
        "## The goals",
        "",
        *(f"- **{goal.name}** {goal.title}. {goal.open}".rstrip() for goal in every),
    ]
    PAGE.write_text(head + "\n".join([*rows, *titles, *planted()]) + "\n", "utf-8")
    measured = [found for goal in every for each in goal.figures if (found := each.find())]
    missed = sum(found.outcome is Outcome.MISSED for found in measured)
    print(f"{len(measured)} of {len(rows)} figures measured, {missed} missed; see {PAGE.name}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
