"""The figures that are promised, and where each is read from: nothing is measured or written down here.

A suite leaves a line in build/report (scripts/report/kept.py). Benchmarks and mutants of the contracts have
pages of their own, which programs write, and are read from there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scripts.bench.page import standing
from scripts.report.kept import PROJECT, RESULTS

LONG_SECONDS = 1800  # of the mixed load, which a night allows

Kept = dict[str, Any]


class Outcome(StrEnum):
    """How a figure stands beside its promise. SHORT: it held, in a run that tried less than is promised."""

    MET = "met"
    SHORT = "held in a short run"
    MISSED = "**missed**"


Found = tuple[str, Outcome]
Read = Callable[[Kept], Found]
"""Returns what was measured, in words, and how it stands."""


@dataclass(frozen=True)
class Measured:
    """A figure with how it was found. seed: empty if none was drawn."""

    value: str
    outcome: Outcome
    command: str
    seed: str
    at: str


@dataclass(frozen=True)
class Figure:
    """A promise, and how to find what was measured; None says that nothing was."""

    what: str
    promised: str
    find: Callable[[], Measured | None]


@dataclass(frozen=True)
class Goal:
    """A goal with its figures. open: what of it no suite measures, in a sentence; empty if all is."""

    name: str
    title: str
    figures: tuple[Figure, ...] = ()
    open: str = ""


def kept(what: str, promised: str, name: str, read: Read) -> Figure:
    """Return a figure that the suite of this name keeps."""

    def find() -> Measured | None:
        file = RESULTS / f"{name}.json"
        if not file.exists():
            return None
        line = json.loads(file.read_text("utf-8"))
        value, outcome = read(line["figures"])
        seed = "" if line["seed"] is None else str(line["seed"])
        return Measured(value, outcome, line["command"], seed, line["at"])

    return Figure(what, promised, find)


def bench(what: str, group: str, ratio: str) -> Figure:
    """Return a figure of docs/benchmarks.md. ratio: as the row of its group begins."""
    row = re.compile(rf"^\| {re.escape(ratio)}[^|]*\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.M)
    section = standing().get(group, "")
    found, made = row.search(section), re.search(r"^Measured (\S+) with `([^`]+)`", section, re.M)

    def find() -> Measured | None:
        if found is None or made is None:
            return None
        return Measured(found[1], outcome_of(found[3] == "met"), made[2], "", made[1])

    return Figure(what, found[2] if found else "", find)


def mutation() -> Figure:
    """Return the score of docs/mutation.md."""
    page = (PROJECT / "docs" / "mutation.md").read_text("utf-8")
    made = re.search(r"Made on (\S+) by `([^`]+)`.*drawn with seed (\d+)", page)
    row = re.search(r"^\| all \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| ([\d.]+) % \|$", page, re.M)

    def find() -> Measured | None:
        if made is None or row is None:
            return None
        value = f"{row[5]} % of {row[1]}, {row[3]} equivalent"
        return Measured(value, outcome_of(float(row[5]) >= 95), made[2], made[3], made[1])

    return Figure("mutants of the contracts killed", "≥ 95 %", find)


# ---- what is read of a line --------------------------------------------------------------------------


def outcome_of(is_kept: bool, is_whole: bool = True) -> Outcome:
    """Return how a figure stands. is_whole: as much was tried as is promised."""
    if not is_kept:
        return Outcome.MISSED
    return Outcome.MET if is_whole else Outcome.SHORT


def answered(family: str, least: float) -> Read:
    """Return the reader of the reads or the writes of the mixed load."""

    def read(figures: Kept) -> Found:
        given = figures[family]
        share, at_once = (given[name] / max(1, given["asked"]) for name in ("answered", "at_once"))
        value = (
            f"{share:.3%} of {given['asked']:,} in {figures['seconds']} s; {at_once:.3%} at the first "
            f"try; the longest wait {given['longest_seconds']:g} s"
        )
        return value, outcome_of(share >= least, _is_long(figures))

    return read


def lost(figures: Kept) -> Found:
    """Read what was acknowledged in the mixed load and does not stand."""
    count = len(figures["lost"])
    return f"{count} of {figures['acknowledged']:,}", outcome_of(count == 0, _is_long(figures))


def audit(figures: Kept) -> Found:
    """Read what an audit says after the mixed load."""
    said = figures["audit"]
    return said.splitlines()[0], outcome_of(said == "clean", _is_long(figures))


def broken(figures: Kept) -> Found:
    """Read which faults there were in the mixed load."""
    done = ", ".join(f"{kind} {times}" for kind, times in figures["faults"].items())
    left_out = figures["left_out"]
    told = done + (f"; left out: {', '.join(left_out)}" if left_out else "")
    return told, outcome_of(not left_out, _is_long(figures))


def readers_told(figures: Kept) -> Found:
    """Read where the mixed load has left a reader's name."""
    found = figures["readers_found_in"]
    told = f"{len(found)} hits" + (f": {', '.join(found)}" if found else "")
    return told, outcome_of(not found)


def no_failures(least: int) -> Read:
    """Return the reader of a suite that is to try so many cases, none of which may fail."""

    def read(figures: Kept) -> Found:
        value = f"{figures['failures']} of {figures['cases']:,}"
        return value, outcome_of(not figures["failures"], figures["cases"] >= least)

    return read


def all_noticed(figures: Kept) -> Found:
    """Read how many planted faults were noticed."""
    faults = figures["faults"]
    noticed = sum(fault["noticed"] for fault in faults)
    return f"{noticed} of {len(faults)}", outcome_of(noticed == len(faults))


def _is_long(figures: Kept) -> bool:
    return bool(figures["seconds"] >= LONG_SECONDS)


def left_after(who: str, when: str, most_seconds: float) -> Read:
    """Return the reader of the bytes that left after a revocation, at the download's rate.

    who: revoked, the library or somebody on the chain; when: counted from the answer or from the block.
    """

    def read(figures: Kept) -> Found:
        told, rate = figures[who][when], figures["rate"]
        median, most, a_second = (size / 2**20 for size in (told["median"], told["most"], rate))
        value = f"{median:.1f} MiB, at most {most:.1f} in {figures['rounds']} rounds; {a_second:.0f} a second"
        return value, outcome_of(told["most"] <= most_seconds * rate, figures["rounds"] >= 5)

    return read
