"""What the verbs, the counter and the worker need of the room's tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from ledger_service.ports.paging import Page, PageRequest
from reading_room.usage.rules import Cell, Hour, Use


class UsageTables(Protocol):
    """Uses by hour, the hours that were closed, and the processes that count."""

    def add(self, counted: Mapping[Cell, int]) -> None:
        """Add uses to those that are counted already; none is of an hour that was closed."""

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
