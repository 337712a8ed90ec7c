"""What the verbs of recommendations need."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple, Protocol

from ledger_service.domain.identifiers import Digest
from reading_room.recommendations.rules.nearness import Near
from reading_room.recommendations.rules.run import Run
from reading_room.recommendations.rules.terms import Terms


class Drawn(NamedTuple):
    """Counts after noise. counts: those that are at least threshold; epsilon, delta: what they cost."""

    counts: Mapping[int, int]
    scale: float
    threshold: int
    epsilon: float
    delta: float


class Noise(Protocol):
    """Adds noise, for which `Terms` says how much one reader can change."""

    def draw(self, counts: Mapping[int, int], terms: Terms) -> Drawn:
        """Return counts of pairs with noise, without those that end below the threshold."""

    def total(self, count: int, sensitivity: int, terms: Terms) -> int:
        """Return a count with noise, at least 0; sensitivity: how much one reader changes it."""


class RecommendationTables(Protocol):
    """Runs, what is near to what, and what was told of the last window."""

    def run(self) -> Run | None:
        """Return the newest run, None before the first night."""

    def set_run(self, run: Run) -> None:
        """Let this be the newest run."""

    def put(self, run: int, near: Iterable[tuple[bytes, bytes]]) -> None:
        """Let these digests have these works, itself and what is near, as they are packed, by this run."""

    def forget_before(self, run: int) -> int:
        """Forget what is only of earlier runs; return of how many works."""

    def near(self, digest: Digest) -> list[Near]:
        """Return the work itself, and then what is near to it, nearest first; empty if nothing is."""

    def release(self) -> tuple[int, bytes] | None:
        """Return the last window that was counted and what was told of it, None if none was."""

    def set_release(
        self, window: int, told: bytes, pairs: Iterable[tuple[bytes, bytes, int]]
    ) -> None:
        """Let these pairs, with their counts after noise, be those of the last window."""

    def pairs(self) -> Iterable[tuple[bytes, bytes, int]]:
        """Return the pairs of the last window."""

    def set_card(self, statement: bytes, entry: int) -> None:
        """Let this be the card of the newest run, which an entry attests."""

    def card(self) -> tuple[bytes, int] | None:
        """Return the card of the newest run that ended, and the entry that attests it."""

    def set_lists(self, lists: Collection[bytes]) -> None:
        """Let these be the parts of the list that everybody may take whole."""

    def lists(self) -> list[int]:
        """Return the sizes of the parts in bytes, as they are sent."""

    def list_part(self, number: int) -> bytes | None:
        """Return a part, compressed; None if there is none."""
