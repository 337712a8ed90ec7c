"""What is kept of a paper as it is written: a log of sealed updates, whose each client is, and folds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from reading_room.together.ports import PaperTable, ProjectTables
from reading_room.together.rules.project import PaperId


@dataclass(frozen=True)
class KeptUpdate:
    """An update in the log. number: rises with each that is kept, of any paper.

    member: the number of whoever made it, in the paper's project. at: seconds since 1970 UTC.
    """

    number: int
    paper: PaperId
    member: int
    at: int
    sealed: bytes


class Mark(NamedTuple):
    """Who wrote an update, and when."""

    number: int
    member: int
    at: int


@dataclass(frozen=True)
class KeptFold:
    """A paper as it stood after the update of a number, as one update. size_bytes: of it, sealed."""

    paper: PaperId
    number: int
    at: int
    size_bytes: int


class LiveTable(Protocol):
    """The log of papers."""

    def after(self, paper: PaperId, number: int, until: int | None = None) -> list[KeptUpdate]:
        """Return the updates of a paper behind this number, and up to another, in their order."""

    def marks(self, paper: PaperId) -> list[Mark]:
        """Return who wrote each update of a paper and when, in their order."""

    def newest(self) -> int:
        """Return the number of the newest update of any paper; 0 if there is none."""

    def papers_after(self, number: int, limit: int) -> list[tuple[int, PaperId]]:
        """Return number and paper of so many updates at most behind this number, in their order."""

    def add(self, paper: PaperId, at: int, updates: Sequence[tuple[int, bytes]]) -> list[int]:
        """Add updates, each a member's number and what is sealed; return the numbers that they have now."""

    def replace(self, number: int, sealed: bytes, instead_of: Sequence[int]) -> None:
        """Let an update be this one, which holds those of the other numbers, too; these are removed."""

    def clients(self, paper: PaperId) -> dict[int, int]:
        """Return whose each client of a paper is: the number of a member."""

    def bind(self, paper: PaperId, clients: Mapping[int, int]) -> bool:
        """Note whose new clients are; return False, and note none, if one of them is another member's."""

    def folds(self, paper: PaperId) -> list[KeptFold]:
        """Return the folds of a paper that are whole, the newest first."""

    def fold_bytes(self, paper: PaperId, number: int) -> list[bytes]:
        """Return the sealed pieces of a fold, in their order."""

    def add_piece(self, fold: KeptFold, piece: int, sealed: bytes, *, is_last: bool) -> None:
        """Add a piece of a fold, from 0 on; with its last one it is whole."""

    def remove_fold(self, paper: PaperId, number: int) -> None:
        """Remove a fold with its pieces."""


class LiveTables(Protocol):
    """The room's tables, as far as papers are written by them."""

    @property
    def projects(self) -> ProjectTables:
        """Return projects and members."""

    @property
    def papers(self) -> PaperTable:
        """Return papers."""

    @property
    def live(self) -> LiveTable:
        """Return the log."""
