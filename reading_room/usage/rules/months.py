"""A month of use: when it begins and ends, the lines of its totals, and the bytes by which the ledger commits
to them.

The totals stand as they were attested: they name resources and nobody who used them. Source: COUNTER Code of
Practice 5.1; docs/usage.md; docs/formats.md §8.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.merkle import Frontier, leaf_hash

FORMAT = "muhr-usage-month/1"
DELAY_SECONDS = 86_400
"""After its end a month is closed: by then all its hours are, on every process."""
YEARS = range(1970, 10_000)
_NAME = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])\Z")


class Month(NamedTuple):
    """A month in UTC."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Return the month of a name such as 2026-10; raise InvalidInput."""
        found = _NAME.match(text)
        if found is None or int(found[1]) not in YEARS:
            raise InvalidInput("month", month=text[:40])
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, at: int) -> Month:
        """Return the month of a time in seconds since 1970 UTC."""
        then = datetime.fromtimestamp(at, UTC)
        return cls(then.year, then.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def begin(self) -> int:
        """When it begins, in seconds since 1970 UTC."""
        return int(datetime(self.year, self.number, 1, tzinfo=UTC).timestamp())

    @property
    def end(self) -> int:
        """When the next one begins."""
        return self.next.begin

    @property
    def next(self) -> Month:
        """The month after it."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def before(self) -> Month:
        """The month before it."""
        return Month.of(self.begin - 1)

    @property
    def closes_at(self) -> int:
        """When its totals are attested at the earliest."""
        return self.end + DELAY_SECONDS

    @property
    def last_day(self) -> int:
        """The number of its last day."""
        return datetime.fromtimestamp(self.end - 1, UTC).day


class Access(StrEnum):
    """How a resource could be had, in COUNTER's words."""

    CONTROLLED = "Controlled"  # under a grant
    OPEN = "Open"  # under an open license


@dataclass
class Counts:
    """requests: uses; unique: of them, each resource once a session; the others: of who was refused."""

    requests: int = 0
    unique: int = 0
    no_license: int = 0
    limit_exceeded: int = 0

    def __iadd__(self, other: Counts) -> Counts:
        self.requests += other.requests
        self.unique += other.unique
        self.no_license += other.no_license
        self.limit_exceeded += other.limit_exceeded
        return self

    def to_json(self) -> dict[str, int]:
        """Return them by their names in statements."""
        return {
            "limit_exceeded": self.limit_exceeded,
            "no_license": self.no_license,
            "requests": self.requests,
            "unique_requests": self.unique,
        }


class MonthLine(NamedTuple):
    """What was counted of a resource. kind: COUNTER's Data_Type; year: of publication, 0 if unknown."""

    digest: Digest
    access: Access
    kind: str
    year: int
    counts: Counts

    def line(self) -> bytes:
        """Return the leaf by which it stands below the month's root."""
        told = {
            "access": self.access.value,
            "digest": self.digest.hex(),
            "kind": self.kind,
            "year": self.year,
            **self.counts.to_json(),
        }
        return canonical_json.canonicalize(told)


@dataclass(frozen=True)
class MonthTotals:
    """The totals of a month that has ended.

    parts: openings and denials whose private parts were read for it; lines: of the table; root: of the lines
    by digest and access; entry: the ledger's, which attests it.
    """

    month: Month
    parts: int
    lines: int
    counts: Counts
    root: bytes
    entry: int = 0

    @classmethod
    def of(cls, month: Month, parts: int, lines: Iterable[MonthLine]) -> MonthTotals:
        """Return the totals of lines, which stand in the order of digest and access."""
        frontier, counts = Frontier(), Counts()
        for line in lines:
            frontier.append(leaf_hash(line.line()))
            counts += line.counts
        return cls(month, parts, frontier.size, counts, frontier.root())

    def statement(self) -> bytes:
        """Return what the ledger's entry attests the digest of."""
        told = {
            "format": FORMAT,
            "lines": self.lines,
            "month": str(self.month),
            "parts": self.parts,
            "root": self.root.hex(),
            "totals": self.counts.to_json(),
        }
        return canonical_json.canonicalize(told)
