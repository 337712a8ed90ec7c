"""Whether the totals of a month are what its openings and denials add up to, as somebody else counts them.

What was erased since the month was counted is missing, so a recount may be lower; it is never higher.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.merkle import Frontier, leaf_hash
from reading_room.usage.rules.decisions import clicks_of, count
from reading_room.usage.rules.months import Access, Counts, Month

NAMES = ("requests", "unique_requests", "no_license", "limit_exceeded")


@dataclass(frozen=True)
class Recount:
    """What was found. parts: that the month was counted of; there: those that are left; holds: whether the
    lines have the statement's root and totals; higher, lower: resources of which more, or less, was found.
    """

    parts: int
    there: int
    holds: bool
    higher: tuple[str, ...]
    lower: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether all numbers are the same."""
        return self.holds and not self.higher and not self.lower

    @property
    def is_explained(self) -> bool:
        """Whether all numbers can be so, since parts were erased."""
        return self.holds and not self.higher and (not self.lower or self.there < self.parts)


def recount(
    month: Month, statement: Mapping[str, Any], lines: Iterable[str], bodies: Iterable[str]
) -> Recount:
    """Return what a recount finds.

    statement: what the ledger attests. lines: in their order; bodies: of private parts from the month's
    begin to 30 seconds after its end; both as canonical JSON.

    Raises:
        InvalidJson, KeyError, TypeError, ValueError: one is not of this form.
    """
    frontier, told, sums = Frontier(), dict[str, Counts](), Counts()
    for text in lines:
        frontier.append(leaf_hash(text.encode()))
        line = canonical_json.parse(text.encode())
        counts = Counts(*(int(line[name]) for name in NAMES))
        sums += counts
        if line["access"] == Access.CONTROLLED.value:
            told[str(line["digest"])] = counts
    rows = sorted(_row(body) for body in bodies)
    there = sum(month.begin <= row[0] < month.end for row in rows)
    found = {str(digest): counts for digest, counts in _counted(rows, month).items()}
    holds = frontier.root().hex() == statement["root"] and sums.to_json() == statement["totals"]
    return Recount(
        int(statement["parts"]),
        there,
        holds,
        tuple(name for name in sorted(found) if _exceeds(found[name], told.get(name, Counts()))),
        tuple(name for name in sorted(told) if _exceeds(told[name], found.get(name, Counts()))),
    )


def _counted(rows: Iterable[tuple[int, bytes, bytes]], month: Month) -> dict[Digest, Counts]:
    return count(clicks_of(rows), month.begin, month.end)


def _row(body: str) -> tuple[int, bytes, bytes]:
    part = canonical_json.parse(body.encode())
    return int(part["at"]), bytes.fromhex(str(part["reader"])), body.encode()


def _exceeds(one: Counts, other: Counts) -> bool:
    mine, others = one.to_json(), other.to_json()
    return any(mine[name] > others[name] for name in NAMES)
