"""What the verbs, the counter and the worker need of the room's tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from ledger_service.domain.identifiers import Digest
from ledger_service.ports.paging import Page, PageRequest
from reading_room.usage.rules.hours import Cell, Hour, Use
from reading_room.usage.rules.months import Counts, Month, MonthLine, MonthTotals


class UsageTables(Protocol):
    """Uses by hour, the hours that were closed, and the processes that count."""

    def add(self, counted: Mapping[Cell, int], firsts: Mapping[Cell, int]) -> None:
        """Add uses to those that are counted already; none is of an hour that was closed.

        firsts: how many of them were the first of their session.
        """

    def tell(self, process: str, at: int) -> None:
        """Let this process have counted to this time."""

    def leave(self, process: str) -> None:
        """Let this process have ended in order, with all that it counted written down."""

    def silent(self, since: int, until: int) -> list[str]:
        """Return the processes that told last at a time from `since` on and before `until`."""

    def oldest_open(self) -> int | None:
        """Return the oldest hour with something to tell that was not closed, None if there is none."""

    def uses(self, hour: int) -> Iterator[Use]:
        """Yield the lines of an hour's table by digest and actor."""

    def page_of_uses(self, hour: int, request: PageRequest) -> Page[Use]:
        """Return a page of the same. Raises InvalidCursor."""

    def close(self, closed: Hour) -> None:
        """Let this be the table of its hour."""

    def find(self, hour: int) -> Hour | None:
        """Return the table of an hour that was closed, None for another."""

    def page(self, request: PageRequest) -> Page[Hour]:
        """Return a page of the hours that were closed, newest first. Raises InvalidCursor."""


class MonthTables(Protocol):
    """What was counted by month and resource, and the totals of the months that are closed."""

    def counted_to(self) -> int | None:
        """Return the time before which openings and denials are counted; None before the first."""

    def first_use(self) -> int | None:
        """Return the oldest hour in which open content was used, None if it never was."""

    def add(self, of: Month, until: int, parts: int, counted: Mapping[Digest, Counts]) -> None:
        """Add counts of openings and denials to the lines of an open month; until: of the month, at most.

        parts: how many private parts they were.
        """

    def add_open(self, of: Month) -> None:
        """Let the month have the lines of open content, of hours that are closed; those there stay."""

    def without_kind(self, of: Month, limit: int) -> list[Digest]:
        """Return resources of lines of which nothing but the numbers is told yet, at most `limit`."""

    def set_kinds(self, of: Month, kinds: Mapping[Digest, tuple[str, int]]) -> None:
        """Let the lines of these resources have a Data_Type and a year of publication, 0 for unknown."""

    def open_months(self) -> list[tuple[Month, int, int]]:
        """Return the months that are not closed, oldest first: each with its end so far, and its parts."""

    def lines(self, of: Month) -> Iterator[MonthLine]:
        """Yield the lines of a month by digest and access."""

    def close(self, totals: MonthTotals) -> None:
        """Let these be the totals of their month, which the ledger attests."""

    def find(self, of: Month) -> MonthTotals | None:
        """Return the totals of a month that was closed, None for another."""

    def closed(self) -> list[MonthTotals]:
        """Return the totals of all months that were closed, oldest first."""

    def page_of_lines(self, of: Month, request: PageRequest) -> Page[MonthLine]:
        """Return a page of a month's lines, in the order of its root. Raises InvalidCursor."""

    def lines_between(
        self, first: Month, last: Month, after: Digest | None, limit: int
    ) -> list[tuple[Month, MonthLine]]:
        """Return the lines of so many resources behind `after`, by digest, month and access."""

    def sums(self, first: Month, last: Month) -> list[tuple[Month, str, Counts]]:
        """Return the sums of each Data_Type and month, by Data_Type and month."""

    def by_month(self, first: Month, last: Month) -> list[tuple[Month, Counts]]:
        """Return the sums of each month, those that are open so far, oldest first."""

    def most_refused(self, first: Month, last: Month, limit: int) -> list[tuple[Digest, Counts]]:
        """Return the resources to which readers were refused most often, the most often first."""
