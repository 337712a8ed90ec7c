"""The shapes of months of use, and of what was refused."""

from __future__ import annotations

from ledger_service.api.door import Shape
from reading_room.usage.rules.months import MonthLine, MonthTotals
from reading_room.usage.verbs.months import Turnaways


class CountsShape(Shape):
    """How often: used, used once a session, refused for want of a right, refused since seats were taken."""

    requests: int
    unique_requests: int
    no_license: int
    limit_exceeded: int


class UsageMonthShape(Shape):
    """A month that is closed. parts: of how many openings and denials; see docs/usage.md.

    root: of the lines; entry: the ledger's, which attests the digest of the statement.
    """

    month: str
    parts: int
    lines: int
    totals: CountsShape
    root: str
    entry: int
    statement: str

    @classmethod
    def of_month(cls, found: MonthTotals) -> UsageMonthShape:
        return cls(
            month=str(found.month),
            parts=found.parts,
            lines=found.lines,
            totals=CountsShape(**found.counts.to_json()),
            root=found.root.hex(),
            entry=found.entry,
            statement=found.statement().decode(),
        )


class MonthLineShape(Shape):
    """What was counted of a resource. line: its leaf below the month's root."""

    digest: str
    access: str
    kind: str
    year: int
    counts: CountsShape
    line: str

    @classmethod
    def of_line(cls, found: MonthLine) -> MonthLineShape:
        return cls(
            digest=found.digest.hex(),
            access=found.access.value,
            kind=found.kind,
            year=found.year,
            counts=CountsShape(**found.counts.to_json()),
            line=found.line().decode(),
        )


class TurnedAwayTitleShape(Shape):
    """A resource, by its title."""

    digest: str
    title: str
    counts: CountsShape


class MonthSumShape(Shape):
    """The sums of a month."""

    month: str
    counts: CountsShape


class TurnawaysShape(Shape):
    """What was refused most often, and the sums of each month, oldest first."""

    titles: list[TurnedAwayTitleShape]
    months: list[MonthSumShape]

    @classmethod
    def of(cls, found: Turnaways) -> TurnawaysShape:
        return cls(
            titles=[
                TurnedAwayTitleShape(
                    digest=digest.hex(), title=title, counts=CountsShape(**counts.to_json())
                )
                for digest, title, counts in found.titles
            ],
            months=[
                MonthSumShape(month=str(month), counts=CountsShape(**counts.to_json()))
                for month, counts in found.months
            ],
        )
