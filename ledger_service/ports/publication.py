"""What the services need to show a ledger to others: pages of the map, and witnesses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.publication.submission import Submission


class MapPageTable(Protocol):
    """Pages of the verifiable map, in versions: over how many entries of the ledger each is."""

    def version(self) -> int | None:
        """Return the newest version that is whole, None if there is no map."""

    def read(self, prefixes: Sequence[str], version: int) -> Mapping[str, bytes]:
        """Return those of these pages that a version has, by prefix."""

    def write(
        self, pages: Mapping[str, bytes], version: int, kept: Collection[int], base: int
    ) -> None:
        """Store the pages that a new version changes, and drop those of them that no kept version needs.

        base: the version that it was made from; what is newer than that is another's and is left alone.
        """

    def clear(self) -> None:
        """Forget every page of every version."""


class WitnessClient(Protocol):
    """A witness as a ledger asks it. Raises WitnessHasOtherSize, ServiceUnavailable."""

    def add_checkpoint(self, submission: Submission) -> str:
        """Return the witness's signature lines once it has cosigned, as text, unchecked.

        Raises:
            WitnessHasOtherSize: it cosigned another size last, which the error tells.
            ServiceUnavailable: it does not answer, or not as a witness does.
        """


class WitnessedLog(Protocol):
    """A ledger as its witness knows it. size and root: of the checkpoint cosigned last."""

    key: VerifierKey
    size: int
    root: bytes

    def keep(self, size: int, root: bytes, note: str, at: int) -> None:
        """Keep what was cosigned in place of what was before; durable when the store's block has ended."""


class WitnessStore(Protocol):
    """What a witness keeps of the ledgers that it knows."""

    def log(self, origin: str) -> AbstractContextManager[WitnessedLog]:
        """Return a known ledger, locked until the block ends; what was kept is durable if it ends well.

        Raises:
            LogNotKnown: the witness does not know this origin.
            LedgerBusy, StorageFull: its database cannot be used.
        """
