"""docs/benchmarks.md, written from the results that each group leaves in build/bench."""

from __future__ import annotations

import json
import os
import platform
import re
import sqlite3
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from scripts.bench.rounds import Figures

RESULTS = Path("build/bench")
PAGE = Path("docs/benchmarks.md")
HEAD = """# Benchmarks

Made by `make bench`; one group alone by `make bench GROUPS=proofs`. Each ratio is one of medians over
interleaved rounds (A B A B …) in one run on one machine; in brackets stand the smallest and the largest
round. Absolute figures belong to the machine and the moment; ratios are what to read. What each side does
is in `scripts/bench`. A target that is missed is said to be missed, with the reason.
"""


@dataclass(frozen=True)
class Ratio:
    """A claim: `measured` against `target`, at least or at most."""

    what: str
    measured: float
    target: float
    at_least: bool = True

    def row(self) -> str:
        """Return the claim as a row of a table."""
        sign = "≥" if self.at_least else "≤"
        met = self.measured >= self.target if self.at_least else self.measured <= self.target
        outcome = "met" if met else "**missed**"
        return f"| {self.what} | {self.measured:,.3g} | {sign} {self.target:g} | {outcome} |"


@dataclass
class Section:
    """The results of one group. lines: Markdown between the claims and the rows of figures."""

    group: str
    title: str
    ratios: list[Ratio] = field(default_factory=list)
    figures: list[tuple[str, str, str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def figure(self, what: str, figures: Figures, unit: str) -> None:
        """Add a row of figures."""
        self.figures.append((what, figures.text(), unit))

    def markdown(self) -> str:
        """Return the section of the page."""
        out = [f"## {self.title}", "", *self.lines]
        if self.lines:
            out.append("")
        if self.ratios:
            out += ["| ratio | measured | target | |", "|---|---:|---:|---|"]
            out += [ratio.row() for ratio in self.ratios] + [""]
        if self.figures:
            out += ["| figure | median (range) | unit |", "|---|---:|---|"]
            out += [f"| {what} | {value} | {unit} |" for what, value, unit in self.figures] + [""]
        return "\n".join(out)


def keep(section: Section) -> None:
    """Keep a group's results, with where and when they were measured, for the page."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0]
    where = (
        f"Measured {time.strftime('%Y-%m-%d')} with `make bench GROUPS={section.group}` on "
        f"{os.cpu_count()} cores ({_processor()}), Python {platform.python_version()}, SQLite "
        f"{sqlite3.sqlite_version}, load {load:.1f} at its end."
    )
    kept = {"where": where, "section": asdict(section)}
    (RESULTS / f"{section.group}.json").write_text(json.dumps(kept, indent=1))


def write(groups: list[str]) -> None:
    """Write the page in this order: what was measured here, else what the page says of a group."""
    sections = standing()
    parts = [HEAD]
    for group in groups:
        file = RESULTS / f"{group}.json"
        if file.exists():
            kept = json.loads(file.read_text())
            given = kept["section"]
            given["ratios"] = [Ratio(**ratio) for ratio in given["ratios"]]
            parts.append(Section(**given).markdown() + kept["where"] + "\n")
        elif group in sections:
            parts.append(sections[group])
    PAGE.write_text("\n".join(parts))


def standing() -> dict[str, str]:
    """Return the sections of the page as it stands, by the group that made each."""
    if not PAGE.exists():
        return {}
    sections = re.split(r"^(?=## )", PAGE.read_text(), flags=re.MULTILINE)[1:]
    made = ((re.search(r"make bench GROUPS=(\w+)", section), section) for section in sections)
    return {found[1]: section.rstrip("\n") + "\n" for found, section in made if found}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
