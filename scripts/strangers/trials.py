"""Try cases that a seed draws, and make a case that fails smaller.

A case is drawn from the seed, its surface and its number alone, so that one that failed can be drawn again:
`--from NUMBER --count 1`. What an accepted case left behind may matter to later ones; then the run before it
has to be repeated.
"""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from types import FrameType
from typing import Any, Generic, Protocol, TypeVar

HANG_SECONDS = 5.0
MOST_SMALLER = 200  # cases that are tried to make one smaller
MOST_FAILURES = 20  # of one surface, after which it is not tried any further
LONGEST_SHOWN = 600  # characters of a case

Case = TypeVar("Case")


class Hung(BaseException):
    """It took longer than it may; nothing catches it on its way."""


@dataclass(frozen=True)
class Trial:
    """What became of a case. outcome: a word or status, which is counted; fault: what must not be."""

    outcome: str
    fault: str | None = None


class Surface(Protocol[Case]):
    """What strangers reach."""

    name: str

    def draw(self, draw: Random) -> Case:
        """Return a case."""

    def tried(self, case: Case) -> Trial:
        """Return what became of a case; it may raise Hung."""

    def smaller(self, case: Case) -> Iterator[Case]:
        """Yield cases with less in them, the smallest first."""


@dataclass(frozen=True)
class Failure:
    """A case that failed. case: the smaller form of it, as it is printed."""

    number: int
    fault: str
    case: str


@dataclass
class Tally(Generic[Case]):
    """What became of all cases of a surface."""

    surface: str
    seed: int
    cases: int = 0
    slowest_seconds: float = 0.0
    seconds: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return its figures."""
        return {
            "surface": self.surface,
            "seed": self.seed,
            "cases": self.cases,
            "failures": len(self.failures),
            "slowest_seconds": round(self.slowest_seconds, 3),
            "seconds": round(self.seconds, 1),
            "outcomes": dict(sorted(self.outcomes.items())),
        }


def try_all(surface: Surface[Case], count: int, seed: int, first: int = 0) -> Tally[Case]:
    """Return what became of `count` cases, from number `first` on; each failure is printed as it is found."""
    tally: Tally[Case] = Tally(surface.name, seed)
    begun = time.monotonic()
    for number in range(first, first + count):
        case = surface.draw(Random(f"{seed}:{surface.name}:{number}"))
        asked = time.monotonic()
        trial = try_one(surface, case)
        tally.cases += 1
        tally.slowest_seconds = max(tally.slowest_seconds, time.monotonic() - asked)
        tally.outcomes[trial.outcome] += 1
        if trial.fault is not None:
            small = made_smaller(surface, case, trial.fault)
            failure = Failure(number, trial.fault, shown(small))
            tally.failures.append(failure)
            print(
                f"FAILED: {surface.name}, seed {seed}, number {number}: {trial.fault}\n"
                f"  smaller form: {failure.case}",
                flush=True,
            )
        if len(tally.failures) >= MOST_FAILURES:
            print(f"{surface.name}: {MOST_FAILURES} failures, the rest is not tried", flush=True)
            break
    tally.seconds = time.monotonic() - begun
    return tally


def try_one(surface: Surface[Case], case: Case) -> Trial:
    """Return what became of a case; one that takes too long twice has hung, since a machine may stall."""
    for _ in range(2):
        with suppress(Hung):
            return surface.tried(case)
    return Trial("hung", f"hung for more than {HANG_SECONDS:.0f} s")


def made_smaller(surface: Surface[Case], case: Case, fault: str) -> Case:
    """Return a case that fails as this one does, from which nothing more can be left out."""
    left, kind = MOST_SMALLER, _kind(fault)
    is_smaller = True
    while is_smaller:
        is_smaller = False
        for other in surface.smaller(case):
            left -= 1
            if left < 0 or kind == "hung":  # each trial would take as long
                return case
            found = try_one(surface, other).fault
            if found is not None and _kind(found) == kind:
                case, is_smaller = other, True
                break
    return case


@contextmanager
def within() -> Iterator[None]:
    """Raise Hung in what takes longer than it may; for the main thread."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise Hung

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, HANG_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def shown(case: object) -> str:
    """Return a case as it is printed, on one line."""
    told = ascii(case)
    return told if len(told) <= LONGEST_SHOWN else f"{told[:LONGEST_SHOWN]}… ({len(told)} letters)"


def _kind(fault: str) -> str:
    return fault.split(":", maxsplit=1)[0].split(" ", maxsplit=1)[0]
