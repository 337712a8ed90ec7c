"""What the services need of the contracts that a library has left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ledger_service.domain.consortium.move import Carried
from ledger_service.domain.identifiers import Digest, GrantId, StewardId
from ledger_service.domain.lending.grant import Grant


@dataclass(frozen=True)
class FormerContracts:
    """number: from 1, the oldest. deployment: their file, JSON. successor: digest of the file after it.

    entry: index of the `moved` entry; moved_at: its time. left: what is still to be carried from here.
    """

    number: int
    deployment: str
    successor: Digest
    entry: int
    moved_at: int
    left: tuple[Carried, ...] = ()

    @property
    def holds_anchor(self) -> bool:
        """Whether something is to stand on the new contracts before the ledger is anchored there."""
        return any(item.holds_anchor for item in self.left)


class ToldBefore(NamedTuple):
    """The entry that told of something on former contracts."""

    number: int
    entry: int


class FormerTable(Protocol):
    """Contracts that were left, and what the ledger told of them."""

    def newest(self) -> FormerContracts | None:
        """Return those left last; None for a library that is on its first contracts."""

    def all(self) -> list[FormerContracts]:
        """Return all, the oldest first, without what is left to carry."""

    def told(self, name: bytes) -> ToldBefore | None:
        """Return the oldest entry that told of this on former contracts; name: see `telling.name_of`."""

    def add(self, former: FormerContracts) -> None:
        """Add contracts that are left now."""

    def set_left(self, number: int, left: Sequence[Carried]) -> None:
        """Note what is still to be carried."""

    def signed_elsewhere(self, steward: StewardId) -> list[Digest]:
        """Return what is registered and was signed by a registrar's own key, so that no entry proves it."""

    def begin_anew(self, number: int, steward: StewardId, kept: Collection[int]) -> None:
        """Forget what the database has of the contracts that are left: their blocks, jobs and anchors.

        Works of the steward that stand there registered become claims that the ledger proves; what is
        withdrawn or superseded stays so. kept: indexes of entries that told of no chain.
        """

    def reissue(self, old: GrantId, new: Grant, why: str) -> None:
        """Let a grant take another's place with all that points to it. why: what the old one tells then."""
