"""Which decisions an auditor asks for, and how they are counted by day or week.

Days are those of UTC, as entries tell the time; weeks begin on a Monday.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum

from ledger_service.domain.identifiers import LicenseId
from ledger_service.domain.lending.decision import Decision, DecisionFilter, DecisionKind

DAY_SECONDS = 86_400
USUAL_DAYS = 30  # that are asked for where no period is given
_FIRST_MONDAY = 4 * DAY_SECONDS  # 5 January 1970


class Step(IntEnum):
    """How long a bar of the chart is, in seconds."""

    DAY = DAY_SECONDS
    WEEK = 7 * DAY_SECONDS

    def begin(self, at: int) -> int:
        """Return when the day or week began in which this time is; seconds since 1970 UTC."""
        offset = _FIRST_MONDAY if self is Step.WEEK else 0
        return at - (at - offset) % self


@dataclass(frozen=True)
class Asked:
    """which: has since and until; license: of the registrations that were opened, None for all."""

    which: DecisionFilter
    license: LicenseId | None = None

    @property
    def since(self) -> int:
        """When the period begins."""
        return self.which.since or 0


def outcome_of(decision: Decision) -> str:
    """Return the word by which a decision is counted: opened, or why it was refused."""
    if decision.kind is DecisionKind.OPENED or decision.why is None:
        return decision.kind.value
    return decision.why.value


@dataclass
class Counts:
    """Decisions by begin of their day or week, and by outcome. looked_at: how many parts were read for it.

    is_whole: whether all of the period was read. erased: parts in it of which nobody can tell any more.
    """

    bars: dict[int, Counter[str]] = field(default_factory=dict)
    looked_at: int = 0
    erased: int = 0
    is_whole: bool = True

    def add(self, begin: int, outcome: str) -> None:
        """Count one decision."""
        self.bars.setdefault(begin, Counter())[outcome] += 1

    @property
    def total(self) -> Counter[str]:
        """How many there are of each outcome."""
        return sum(self.bars.values(), Counter())

    def opened(self, begin: int) -> int:
        """Return how many were let in."""
        return self.bars[begin]["opened"]

    def refused(self, begin: int) -> int:
        """Return how many were refused."""
        return self.bars[begin].total() - self.opened(begin)
