"""What the services need to show a ledger to others: map pages, witnesses, and whom to tell over HTTP."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

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


class Posted(NamedTuple):
    """How an address answered. status: None if it did not; location: what it made, if it says so.

    retry_after: seconds, if it asks to be left alone for so long; cause: why there is no answer.
    """

    status: int | None
    location: str = ""
    retry_after: int = 0
    cause: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the other side took it."""
        return self.status is not None and 200 <= self.status < 300


class Line(Protocol):
    """A connection to one address."""

    def post(self, body: bytes, headers: Mapping[str, str]) -> Posted:
        """Return how the address answered this; no redirect is followed, and little of an answer is read."""


class Poster(Protocol):
    """Tells addresses that people named. None of them may make this machine ask others of its own network."""

    def check(self, url: str) -> None:
        """Check that an address may be told; raise InvalidReceiver. Where its name leads is seen later."""

    def line(self, url: str) -> AbstractContextManager[Line]:
        """Return a connection to an address, made when something is posted; raise InvalidReceiver."""
