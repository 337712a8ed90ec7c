"""Measure sides in turn, A B C A B C …, so that a drift of the machine's speed meets all of them.

A figure is the median of its rounds with the smallest and the largest; a ratio is one of medians. Nothing
here judges a single time: machines are shared and noisy.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

ROUNDS = 5
T_95 = [12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]
"""Student's t for intervals of 95 %, by degrees of freedom, from 1."""
Side = Callable[[], float]
"""Does its work once and returns its figure."""


@dataclass(frozen=True)
class Figures:
    """The figures of one side, one for each round."""

    values: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def text(self, digits: int = 3) -> str:
        """Return median and range for people, such as “12.3 (11.9–13.0)”."""
        low, high = min(self.values), max(self.values)
        return f"{_number(self.median, digits)} ({_number(low, digits)}–{_number(high, digits)})"


def interleave(sides: Mapping[str, Side], rounds: int = ROUNDS) -> dict[str, Figures]:
    """Return the figures of each side after `rounds` rounds in which each had its turn."""
    values: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(1, rounds + 1):
        for name, run in sides.items():
            sys.stderr.write(f"\r\033[K  round {number} of {rounds}: {name}")
            sys.stderr.flush()
            values[name].append(run())
    sys.stderr.write("\r\033[K")
    return {name: Figures(found) for name, found in values.items()}


def mean_ratio(ratios: Sequence[float]) -> tuple[float, float, float]:
    """Return the geometric mean of 2 to 10 ratios, and both ends of its 95 % interval."""
    logs = [math.log(ratio) for ratio in ratios]
    mean, count = statistics.fmean(logs), len(logs)
    half = T_95[count - 2] * statistics.stdev(logs) / math.sqrt(count)
    return math.exp(mean), math.exp(mean - half), math.exp(mean + half)


def rate_of(count: int, work: Callable[[], object]) -> float:
    """Return how many a second `work` does, if it does `count`."""
    begin = time.perf_counter()
    work()
    return count / (time.perf_counter() - begin)


def _number(value: float, digits: int) -> str:
    return f"{value:,.0f}" if abs(value) >= 10**digits else f"{value:.{digits}g}"
