"""What the verbs and the worker need of the room's tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from ledger_service.domain.identifiers import StewardId
from reading_room.tidings.rules.change import Change, ChangeKind
from reading_room.tidings.rules.hook import Hook


class ChangeTable(Protocol):
    """The list of changes, made of the ledger's entries alone, and how far these were read."""

    def read_to(self) -> int:
        """Return how many entries were read."""

    def set_read_to(self, size: int) -> None:
        """Let so many entries have been read."""

    def newest(self, steward: StewardId | None = None, until: int | None = None) -> int:
        """Return the number of the newest change, of a steward and up to a number if given; 0 for none."""

    def next_after(self, number: int, steward: StewardId | None = None) -> int:
        """Return the number of the first change after this one, of a steward if given; 0 for none."""

    def add(self, changes: Sequence[Change]) -> None:
        """Add changes, whose numbers follow the newest."""

    def between(self, first: int, last: int, steward: StewardId | None = None) -> list[Change]:
        """Return the changes with these numbers, both included, newest first."""

    def some_after(self, number: int, kinds: Collection[ChangeKind], limit: int) -> list[Change]:
        """Return the first changes of these kinds after this number, oldest first, at most `limit`."""


class HookTable(Protocol):
    """Receivers by id."""

    def all(self) -> list[Hook]:
        """Return all, oldest first; at most some hundred."""

    def find(self, hook_id: str) -> Hook | None:
        """Return the receiver with this id, None if there is none."""

    def due(self, now: int) -> list[Hook]:
        """Return those that are active and may be tried at this time, in seconds since 1970 UTC."""

    def add(self, hook: Hook) -> None:
        """Add a receiver with a new id."""

    def put(self, hook: Hook) -> None:
        """Let the receiver with this id be so; one that was removed stays removed."""

    def remove(self, hook_id: str) -> bool:
        """Remove a receiver; return whether it was there."""
