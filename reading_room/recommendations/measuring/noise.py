"""Noise on counts by opendp, whose randomness is the operating system's and takes no seed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from reading_room.recommendations.ports import Drawn
from reading_room.recommendations.rules.terms import Terms

LARGEST = 2**31 - 1  # opendp counts in 32 bits


class OpenDpNoise:
    """Implements ports.Noise by discrete Laplace noise."""

    def draw(self, counts: Mapping[int, int], terms: Terms) -> Drawn:
        measure, scale, threshold = _pairs(terms)
        epsilon, delta = measure.map((terms.pairs_a_reader, terms.pairs_a_reader, 1))
        bounded = {key: min(count, LARGEST) for key, count in counts.items()}
        told = measure(bounded) if bounded else {}
        return Drawn(told, scale, threshold, float(epsilon), float(delta))

    def total(self, count: int, sensitivity: int, terms: Terms) -> int:
        """Return a count with noise; below zero it is told as zero, which tells nothing more."""
        told = _total(sensitivity / terms.total_epsilon)(min(count, LARGEST))
        return max(0, int(told))


@cache
def _library() -> Any:
    import opendp.prelude as dp  # noqa: PLC0415 - 190 ms, and an extra of the package

    dp.enable_features("contrib")
    return dp


@cache
def _pairs(terms: Terms) -> tuple[Any, float, int]:
    """Return what adds noise to pairs, with its scale, and the least threshold that keeps to delta."""
    scale = terms.pairs_a_reader / terms.pair_epsilon
    low, high = 1, 1
    while _delta(terms, scale, high) > terms.delta:
        low, high = high, 2 * high
    while low < high:
        middle = (low + high) // 2
        if _delta(terms, scale, middle) > terms.delta:
            low = middle + 1
        else:
            high = middle
    return _measure(scale, high), scale, high


def _delta(terms: Terms, scale: float, threshold: int) -> float:
    if threshold < 2:
        return 1.0  # opendp tells nothing of a threshold that one reader reaches
    told = _measure(scale, threshold).map((terms.pairs_a_reader, terms.pairs_a_reader, 1))
    return float(told[1])


def _measure(scale: float, threshold: int) -> Any:
    dp = _library()
    domain = dp.map_domain(dp.atom_domain(T="u32"), dp.atom_domain(T="i32"))
    metric = dp.l01inf_distance(dp.absolute_distance(T="i32"))
    return dp.m.make_laplace_threshold(domain, metric, scale, threshold)


@cache
def _total(scale: float) -> Any:
    dp = _library()
    return dp.m.make_laplace(dp.atom_domain(T="i32"), dp.absolute_distance(T="i32"), scale)
