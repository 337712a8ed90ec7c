"""Measure groups of two checkouts in turn, and print the ratio of each figure with its 95 % interval.

    python -m scripts.bench.beside OTHER GROUP [GROUP ...] [--rounds 5] [--set NAME=VALUE]

OTHER is the folder of another checkout, such as a worktree of an earlier commit, with a `.venv` of its own.
In each round every group runs once here and once there, each side in its own process and with its own code;
who begins alternates. A ratio is this checkout's figure by the other's. Of rates more is better, of times
less. --set gives a constant of the group's module another value in both, such as fewer files.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from scripts.bench.rounds import mean_ratio

# Runs in either checkout: it only needs `scripts.bench` to have groups with `run` and figures.
PROGRAM = """
import ast, importlib, json, sys
from pathlib import Path
from scripts.bench import page, rounds
rounds.interleave.__defaults__ = (1,)
told = {}
page.Section.figure = lambda self, what, figures, unit: told.update({f"{what} ({unit})": figures.median})
name, *given = sys.argv[1:]
groups = Path("scripts/bench/groups")
found = [*groups.rglob(f"{name}.py"), *groups.rglob(f"{name}/__init__.py")]
file = found[0] if found else Path("scripts/bench", f"{name}.py")
place = file.parent if file.stem == "__init__" else file.with_suffix("")
group = sys.modules[importlib.import_module(".".join(place.parts)).run.__module__]
for setting in given:
    constant, _, value = setting.partition("=")
    setattr(group, constant, ast.literal_eval(value))
group.run()
print(json.dumps(told))
"""


def main() -> int:
    """Measure, print a table a group; return the exit status."""
    parser = argparse.ArgumentParser(prog="scripts.bench.beside")
    parser.add_argument("other", type=Path)
    parser.add_argument("groups", nargs="+")
    parser.add_argument("--rounds", type=int, default=5, choices=range(2, 11))
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    for group in options.groups:
        ratios: dict[str, list[float]] = defaultdict(list)
        for number in range(options.rounds):
            sys.stderr.write(f"· {group}, round {number + 1} of {options.rounds}\n")
            sides = [Path.cwd(), options.other.resolve()]
            found = {}
            for side in sides if number % 2 == 0 else reversed(sides):
                found[side] = measure(side, group, options.set)
            here, there = (found[side] for side in sides)
            for what in here.keys() & there.keys():
                ratios[what].append(here[what] / there[what])
        print(table(group, ratios), flush=True)
    return 0


def measure(checkout: Path, group: str, settings: list[str]) -> dict[str, float]:
    """Return the figures of one run of a group by the code of a checkout."""
    command = [checkout / ".venv" / "bin" / "python", "-c", PROGRAM, group, *settings]
    done = subprocess.run(command, cwd=checkout, stdout=subprocess.PIPE, check=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def table(group: str, ratios: dict[str, list[float]]) -> str:
    """Return a Markdown table: of each figure the mean ratio and its interval."""
    rows = [f"| {group} | ratio | 95 % interval |", "|---|---:|---:|"]
    for what, values in sorted(ratios.items()):
        mean, low, high = mean_ratio(values)
        rows.append(f"| {what} | {mean:.3f} | {low:.3f}–{high:.3f} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
