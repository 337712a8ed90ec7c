"""What the verbs and the worker need of the room's tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.notices.notice import NoticeKind


class KeptShelf(NamedTuple):
    """A shelf as it is kept. version: from 1, one more with each change; sealed: under the reader's key."""

    version: int
    sealed: bytes


class Followed(NamedTuple):
    """How far the worker is. looked_to: index of the first entry of the ledger that it has not read.

    looked_at: when it last looked for what is free again, in seconds. until, part: it tells the readers of
    this part and of those after it of what happened up to this number; 0 and 0 when it is between.
    """

    looked_to: int
    looked_at: int
    until: int = 0
    part: int = 0


class Happened(NamedTuple):
    """What readers whose shelf has this are to be told. number: rises with age; at: in seconds."""

    number: int
    kind: NoticeKind
    digest: Digest
    at: int


class ShelfTables(Protocol):
    """Shelves, sealed. whose: the tag of 32 bytes under a reader's key; a tag of a digest tells not whose."""

    def find(self, whose: bytes) -> KeptShelf | None:
        """Return a reader's shelf; None if there never was one."""

    def kept_among(self, whose: Sequence[bytes]) -> set[bytes]:
        """Return those of these who have a shelf; any number."""

    def keep(self, whose: bytes, kept: KeptShelf) -> None:
        """Let this be the reader's shelf."""

    def remove(self, whose: bytes) -> None:
        """Remove the reader's shelf."""

    def add_tags(self, tags: Collection[bytes]) -> None:
        """Add tags of what stands on a shelf; none is there."""

    def remove_tags(self, tags: Collection[bytes]) -> None:
        """Remove tags of what stands there no more."""

    def tags_among(self, tags: Sequence[bytes]) -> set[bytes]:
        """Return those of these tags that are there; any number."""

    def followed(self) -> Followed | None:
        """Return how far the worker is; None if it has never looked."""

    def set_followed(self, followed: Followed) -> None:
        """Let the worker be so far."""

    def add_happened(self, kind: NoticeKind, digest: Digest, at: int) -> None:
        """Add what readers are to be told."""

    def happened(self, limit: int, until: int | None = None) -> list[Happened]:
        """Return so many at most of what is to be told, oldest first; up to this number if it is given."""

    def forget_happened(self, until: int) -> None:
        """Forget what all have been told, up to this number."""

    def taken(self) -> set[Digest]:
        """Return what had no free copy when the worker looked last."""

    def set_taken(self, taken: set[Digest]) -> None:
        """Let it be this."""
