"""What is kept of reports and endorsements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ledger_service.domain.identifiers import Digest


@dataclass(frozen=True)
class KeptReview:
    """A review as it is kept. digest: of its bytes, which the ledger attests; kind: a `ReviewKind`.

    body: its bytes, once they are public; sealed: name, salt and bytes, under a key of their own; None once
    the reader was erased. opened_at: None as long as it is blind.
    """

    digest: Digest
    resource: Digest
    kind: str
    entry: int
    made_at: int
    opened_at: int | None = None
    reader: str | None = None
    wrapped_key: bytes | None = None
    sealed: bytes | None = None
    body: bytes | None = None


class ReviewTable(Protocol):
    """Reports and endorsements."""

    def add(self, review: KeptReview) -> None:
        """Add a review whose digest is new."""

    def find(self, digest: Digest) -> KeptReview | None:
        """Return the review of this digest; None if there is none."""

    def of_reader(self, reader: str) -> list[KeptReview]:
        """Return what a reader wrote, newest first."""

    def of_resource(self, resource: Digest, most: int) -> list[KeptReview]:
        """Return what was written of a work, blind ones too, oldest first, so many at most."""

    def keep(self, review: KeptReview) -> None:
        """Let a review be as told here."""

    def forget(self, reader: str) -> None:
        """Delete a reader's blind reviews, and take the reader and the name off those that are public."""
