"""What a run of checks is, and the bytes by which the ledger commits to it; docs/formats.md §8."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger_service.domain import canonical_json
from ledger_service.domain.content.fixity import Outcome

FORMAT = "muhr-fixity/1"
KEPT_RUNS = 12
"""Of so many runs, the newest, the findings are kept."""


class Finding(NamedTuple):
    """What was found of one copy. number: from 0, in its run; cid: base16; at: seconds since 1970 UTC."""

    number: int
    cid: str
    place: str
    outcome: Outcome
    at: int

    def line(self) -> bytes:
        """Return the leaf by which it stands below the run's root."""
        told = {"at": self.at, "cid": self.cid, "outcome": self.outcome.value, "place": self.place}
        return canonical_json.canonicalize(told)


@dataclass(frozen=True)
class Run:
    """A run of checks. Times are seconds since 1970 UTC, None for what did not happen yet.

    number: from 1; of: copies that there were when it ended, and as far as known before; root: of its
    findings' lines, 32 bytes; entry: the ledger's, which attests it.
    """

    number: int
    asked_at: int
    began_at: int | None = None
    ended_at: int | None = None
    of: int = 0
    outcomes: Mapping[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    root: bytes | None = None
    entry: int | None = None

    @classmethod
    def after(cls, newest: Run | None, asked_at: int, began_at: int | None = None) -> Run:
        """Return the run that follows the newest one so far, or the first."""
        return cls(1 if newest is None else newest.number + 1, asked_at, began_at)

    @property
    def counted(self) -> Counter[Outcome]:
        """How many copies had each outcome so far."""
        return Counter(self.outcomes)

    @property
    def findings(self) -> int:
        """How many findings there are so far."""
        return self.counted.total()

    @property
    def checked(self) -> int:
        """How many copies were read; of the others the place did not answer."""
        return self.findings - self.counted[Outcome.UNREACHABLE]

    def statement(self) -> bytes:
        """Return what the ledger's entry attests the digest of; the run has ended."""
        assert self.root is not None
        told = {
            "began": self.began_at,
            "checked": self.checked,
            "ended": self.ended_at,
            "format": FORMAT,
            "of": self.of,
            "outcomes": {outcome.value: self.counted[outcome] for outcome in Outcome},
            "root": self.root.hex(),
            "run": self.number,
        }
        return canonical_json.canonicalize(told)
