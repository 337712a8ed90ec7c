"""What the verbs and the worker need of the room's tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.ports.paging import Page, PageRequest
from reading_room.tidings.rules.change import Change, ChangeKind
from reading_room.tidings.rules.hook import Hook
from reading_room.tidings.rules.notification import Notification, NotificationState
from reading_room.tidings.rules.peer import Peer


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


@dataclass(frozen=True)
class KeptNotification:
    """A notification as it is kept. body: as it came; peer: id of the service that sent it.

    received_at, decided_at: seconds since 1970 UTC; statement: digest of what the ledger attests of it, by
    the entry at this index; None for nothing.
    """

    number: int
    peer: str
    says: Notification
    received_at: int
    body: bytes
    state: NotificationState
    decided_at: int | None = None
    statement: Digest | None = None
    entry: int | None = None


class PeerTable(Protocol):
    """Services that notifications are taken from."""

    def all(self) -> list[Peer]:
        """Return all, oldest first."""

    def find(self, peer_id: str) -> Peer | None:
        """Return the service with this id, None if there is none."""

    def named(self, uri: str) -> Peer | None:
        """Return the service that names itself so, None if there is none."""

    def of_hook(self, hook_id: str) -> Peer | None:
        """Return the service whose inbox this receiver is, None if there is none."""

    def add(self, peer: Peer) -> None:
        """Add a service with a new id and address."""

    def remove(self, peer_id: str) -> None:
        """Remove a service; its notifications stay."""


class NotificationTable(Protocol):
    """Notifications as they came, and what became of them."""

    def add(
        self, peer: str, says: Notification, body: bytes, at: int, state: NotificationState
    ) -> int:
        """Add a notification of a service, and return its number; its id is new for the service."""

    def find(self, number: int) -> KeptNotification | None:
        """Return the notification with this number, None if there is none."""

    def sent(self, peer: str, uri: str) -> KeptNotification | None:
        """Return the one that a service sent under this id, None if it sent none."""

    def count(self, peer: str, since: int = 0) -> int:
        """Return how many a service sent, from this time on; in seconds since 1970 UTC."""

    def count_pending(self, peer: str) -> int:
        """Return how many of a service wait to be decided."""

    def page(self, request: PageRequest, state: NotificationState | None) -> Page[KeptNotification]:
        """Return a page of all, or of those in a state, newest first; raise InvalidCursor."""

    def of_statement(self, statement: Digest) -> KeptNotification | None:
        """Return the one whose acceptance a statement is about, None if there is none."""

    def accepted_about(self, digest: Digest, limit: int) -> list[KeptNotification]:
        """Return those about a resource of which the ledger attests something, newest first."""

    def decide(
        self,
        number: int,
        state: NotificationState,
        at: int,
        statement: Digest | None = None,
        entry: int | None = None,
    ) -> None:
        """Let this have become of a notification."""


class LetterTable(Protocol):
    """Answers to notifications that were not sent yet, by receiver."""

    def add(self, hook: str, body: bytes) -> None:
        """Add one behind those of the same receiver."""

    def of(self, hook: str, limit: int) -> list[tuple[int, bytes]]:
        """Return the first of a receiver, with their numbers."""

    def remove(self, numbers: Collection[int]) -> None:
        """Remove those that were sent."""

    def forget(self, hook: str) -> None:
        """Remove all of a receiver."""
