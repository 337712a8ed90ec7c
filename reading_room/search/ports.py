"""What the verbs need of the room's tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from reading_room.search.rules.document import Document
from reading_room.search.rules.found import Asked, Counted


@dataclass(frozen=True)
class Indexed:
    """How far the index is. looked_to: index of the first entry that it has not read; fold: by which version
    of the fold it was made; texts_to: up to which texts of files it was made.
    """

    looked_to: int = 0
    fold: int = 0
    texts_to: str = ""


class SearchTables(Protocol):
    """The index, whatever database holds it: each gives the same results in the same order."""

    def indexed(self) -> Indexed:
        """Return how far the index is."""

    def set_indexed(self, indexed: Indexed) -> None:
        """Let the index be so far."""

    def add(self, documents: Sequence[Document]) -> None:
        """Add documents; those whose number it has are shown again, and stay as they are otherwise."""

    def add_text(self, old: Document, new: Document) -> bool:
        """Let a document, which was added exactly as old, have the words of its file, too; return whether it
        did: not if it is not shown, or has them.
        """

    def without_text(self, before: int | None, limit: int) -> list[tuple[int, int]]:
        """Return number and claim's entry of documents that everybody may read and that have no words of
        their file yet, those with the highest numbers below this one first.
        """

    def hide(self, numbers: Collection[int]) -> None:
        """Let these documents not be found, those of them that it has."""

    def numbers_of(self, digest: bytes) -> list[int]:
        """Return the numbers of all shown documents of a digest; looks through all, for what is rare."""

    def clear(self) -> None:
        """Forget everything."""

    def find(self, asked: Asked) -> Counted:
        """Return one hit more than was asked for, if there are so many; raise InvalidCursor."""

    def named(self, scheme: str, value: str, limit: int) -> list[int]:
        """Return the entries of claims whose documents have or had an identifier, newest first, also of those
        that are not shown any more.
        """

    def known_words(self, words: Collection[str]) -> set[str]:
        """Return those of at most some thousand keys that are words of the index."""

    def words_from(self, beginning: str, limit: int) -> list[str]:
        """Return words of the index that begin so, in their order."""
