"""The card of a run: what was computed of what, under which terms and by which code (docs/formats.md §17)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger_service.domain import canonical_json
from reading_room.recommendations.rules.terms import Terms

FORMAT = "muhr-model-card-v1"


@dataclass(frozen=True)
class Release:
    """What was told of a window. Counts of pairs are after noise; readers and pairs_before have noise too.

    scale: of the noise; threshold: from which on a noisy count is told; epsilon, delta: what the pairs cost,
    as the library that drew the noise says.
    """

    window: int
    readers: int
    pairs_before: int
    pairs_after: int
    scale: float
    threshold: int
    epsilon: float
    delta: float

    def told(self, terms: Terms) -> dict[str, Any]:
        """Return what the card says of it. Numbers with a point are texts: canonical JSON has none."""
        begins, ends = terms.bounds(self.window)
        return {
            "begins": begins,
            "ends": ends,
            "k": terms.k,
            "works_a_reader": terms.works_a_reader,
            "pairs_a_reader": terms.pairs_a_reader,
            "noise": "discrete Laplace",
            "scale": f"{self.scale:.4f}",
            "threshold": self.threshold,
            "epsilon_of_pairs": f"{self.epsilon:.4f}",
            "epsilon_of_totals": f"{2 * terms.total_epsilon:.4f}",
            "delta": f"{self.delta:.2e}",
            "readers_with_noise": self.readers,
            "pairs_before_with_noise": self.pairs_before,
            "pairs_after": self.pairs_after,
        }


@dataclass(frozen=True)
class Card:
    """What the ledger attests of a run. Times: seconds since 1970 UTC; code: SHA-256, 64 hex digits.

    works: that were compared; with_near: those that have something near; near: how many nearnesses there are;
    release: of the last window that was counted, as `Release.told` says it, None if none was.
    """

    run: int
    began_at: int
    ended_at: int
    works: int
    with_near: int
    near: int
    code: str
    versions: Mapping[str, str]
    release: Mapping[str, Any] | None

    def statement(self) -> bytes:
        """Return the canonical bytes, of which the ledger attests the digest."""
        told = {
            "format": FORMAT,
            "run": self.run,
            "began_at": self.began_at,
            "ended_at": self.ended_at,
            "works": self.works,
            "works_with_near": self.with_near,
            "near": self.near,
            "code": self.code,
            "versions": dict(self.versions),
            "read_together": None if self.release is None else dict(self.release),
        }
        return canonical_json.canonicalize(told)
