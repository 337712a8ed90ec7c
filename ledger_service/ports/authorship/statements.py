"""What is kept of statements that authors sign, and of each author."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ledger_service.domain.identifiers import Digest
from ledger_service.ports.paging import Page, PageRequest


class StatementState(StrEnum):
    """How far a statement is."""

    GATHERING = "gathering"  # its authors are asked for their names and keys
    SIGNING = "signing"  # its bytes are fixed
    SIGNED = "signed"  # all have signed, and the ledger attests it
    ENDED = "ended"  # an author declined or left, or it was taken back


class PlaceState(StrEnum):
    """How far one author is."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    SIGNED = "signed"
    DECLINED = "declined"  # or left


@dataclass(frozen=True)
class KeptStatement:
    """A statement as it is kept. id: 32 hex digits; digest: of the work; reader: who began it, if not erased.

    sealed: what it says, under its key; signed: the bytes that the ledger attests at `entry`, once it does.
    is_asked: its authors ask the library to register the work; is_accepted: a registrar did, and pages of
    the work tell of it: anybody can sign that they wrote what they did not.
    """

    id: str
    digest: Digest
    reader: str | None
    state: StatementState
    made_at: int
    ends_at: int
    wrapped_key: bytes
    sealed: bytes
    is_asked: bool = False
    is_accepted: bool = False
    signed: bytes | None = None
    signed_digest: bytes | None = None
    entry: int | None = None


@dataclass(frozen=True)
class KeptPlace:
    """One author of a statement. place: from 1; code: digest of the link's secret, until it was used.

    sealed: what they said of themselves, under a key of their own; both None once they were erased.
    signature: JSON, once they signed.
    """

    statement: str
    place: int
    state: PlaceState
    reader: str | None = None
    code: bytes | None = None
    wrapped_key: bytes | None = None
    sealed: bytes | None = None
    signature: bytes | None = None


class AuthorsTable(Protocol):
    """Statements that authors sign, and their places in them."""

    def add(self, statement: KeptStatement, places: Sequence[KeptPlace]) -> None:
        """Add a statement, whose id is new."""

    def find(self, statement: str) -> KeptStatement | None:
        """Return the statement of this id; None if there is none."""

    def places(self, statement: str) -> list[KeptPlace]:
        """Return the places of a statement, in the order of its authors."""

    def invited(self, code: bytes) -> KeptPlace | None:
        """Return the place that a link leads to, by the digest of its secret."""

    def of_reader(self, reader: str) -> list[KeptStatement]:
        """Return the statements that a reader began or has a place in, newest first."""

    def keep(self, statement: KeptStatement) -> None:
        """Let a statement be as told here."""

    def keep_place(self, place: KeptPlace) -> None:
        """Let a place be as told here."""

    def attested_as(self, digest: bytes) -> KeptStatement | None:
        """Return the statement that the ledger attests by this digest; None if there is none."""

    def signed_of(self, work: Digest) -> list[KeptStatement]:
        """Return the statements on a work that all have signed, oldest first."""

    def asked(self, request: PageRequest) -> Page[KeptStatement]:
        """Return a page of signed statements whose authors ask for a registration, oldest first."""

    def set_file(self, statement: str, sealed: bytes | None) -> None:
        """Keep the sealed bytes of a statement's work; None: no longer."""

    def file(self, statement: str) -> bytes | None:
        """Return the sealed bytes of a statement's work; None if they are not kept."""

    def ended(self, at: int, most: int) -> list[str]:
        """Return ids of statements that were not signed by all before their time was over."""

    def remove(self, statement: str) -> None:
        """Remove a statement with its places and its file."""

    def forget(self, reader: str) -> None:
        """Empty every column that names a reader, and destroy what they said of themselves.

        A statement that they have not signed, or that others have yet to sign, has ended.
        """
