"""What the verbs need of the room's tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from reading_room.annotations.rules.audience import Audience


class Kept(NamedTuple):
    """An annotation as it is kept. place: which resource's, for this audience (see `verbs/seals`).

    whose: the tag of its writer under their key; None once a public one has nobody any more. content: sealed,
    but for a public one; name: of a public one's writer, sealed. Times are in seconds since 1970 UTC.
    unnames: whether it stays without a name once its writer is erased. hidden: why it is, empty if it is not.
    """

    id: str
    audience: Audience
    group: str
    place: bytes
    whose: bytes | None
    content: bytes
    name: bytes | None
    made_at: int
    changed_at: int
    version: int = 1
    unnames: bool = False
    hidden: str = ""
    number: int = 0


class NoteTables(Protocol):
    """Annotations, and the wrapped keys of groups."""

    def add(self, kept: Kept) -> None:
        """Add an annotation; it gets the next number."""

    def find(self, id_: str) -> Kept | None:
        """Return an annotation, None if there is none of this id."""

    def replace(self, kept: Kept) -> None:
        """Let this stand in place of the annotation of the same id, but for its number."""

    def remove(self, id_: str) -> None:
        """Remove an annotation."""

    def at(self, places: Sequence[bytes], start: int, limit: int, *, hidden: bool) -> list[Kept]:
        """Return those at these places, oldest first, after so many. hidden: also those that are hidden."""

    def count_at(self, place: bytes, *, hidden: bool) -> int:
        """Return how many are at a place."""

    def changed_at(self, place: bytes) -> int:
        """Return when something at a place was last written, 0 if nothing is there."""

    def of_writer(self, whose: bytes, start: int, limit: int) -> list[Kept]:
        """Return those of a writer, newest first, after so many."""

    def count_of_writer(self, whose: bytes, place: bytes | None = None, since: int = 0) -> int:
        """Return how many a writer has, at a place if one is given, made since a time."""

    def newest_public(self, start: int, limit: int) -> list[Kept]:
        """Return public ones, newest first, after so many, also those that are hidden."""

    def remove_of_writer(self, whose: bytes) -> None:
        """Remove a writer's own, but of public ones that stay the name and whose they were."""

    def find_key(self, scope: str) -> bytes | None:
        """Return the wrapped key of a scope, None if it has none."""

    def add_key(self, scope: str, wrapped: bytes) -> None:
        """Add the wrapped key of a scope."""
