"""What the services need to show a ledger to others: pages of the map, and witnesses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.publication.submission import Submission


class MapPageTable(Protocol):
    """Pages of the verifiable map, in versions: over how many entries of the ledger each is.

    `read` returns those of the pages that a version has. `write` takes pages that a new version
    changes, based on version `base`, and drops of them what is older and in no kept version.
    """

    def version(self) -> int | None: ...
    def read(self, prefixes: Sequence[str], version: int) -> Mapping[str, bytes]: ...
    def write(
        self, pages: Mapping[str, bytes], version: int, kept: Collection[int], base: int
    ) -> None: ...
    def clear(self) -> None: ...


class WitnessClient(Protocol):
    """A witness as a ledger asks it. Raises WitnessHasOtherSize, ServiceUnavailable."""

    def add_checkpoint(self, submission: Submission) -> str: ...


class WitnessedLog(Protocol):
    """A ledger as its witness knows it. size and root: of the checkpoint cosigned last."""

    key: VerifierKey
    size: int
    root: bytes

    def keep(self, size: int, root: bytes, note: str, at: int) -> None: ...


class WitnessStore(Protocol):
    """What a witness keeps. `log` holds a lock, raises LogNotKnown, commits when its block ends well."""

    def log(self, origin: str) -> AbstractContextManager[WitnessedLog]: ...
