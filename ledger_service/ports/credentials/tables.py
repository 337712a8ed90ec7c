"""What is kept of credentials: each one, the states of their lists, the issuer's keys, attendances, files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ledger_service.domain.credentials.credential import Credential, Place
from ledger_service.domain.credentials.issuer_key import PublicKey
from ledger_service.domain.credentials.status_list import ListState
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.paging import Page, PageRequest


class KeptKey(NamedTuple):
    """A key of the issuer's. entry: that attests it; since: seconds, when it signed first."""

    key: PublicKey
    entry: int
    since: int


MOST_STATES = 1000
"""Of a list in one answer."""


class KeptState(NamedTuple):
    """A state of a status list. entry: that attests it; at: seconds."""

    state: ListState
    entry: int
    at: int


@dataclass(frozen=True)
class KeptAttendance:
    """What an event ended with. body: canonical JSON of the attendance; leaves: hashes of 32 bytes each."""

    statement: Digest
    body: bytes
    leaves: bytes
    entry: int
    at: int


class KeptFile(NamedTuple):
    """A certificate as a file. entry: that attests its digest."""

    digest: Digest
    credential: str
    entry: int
    at: int


class CredentialTable(Protocol):
    """Credentials, the states of their lists, keys, attendances, and certificates as files."""

    def add(self, made: Sequence[Credential]) -> None:
        """Add new credentials."""

    def find(self, credential_id: str) -> Credential | None:
        """Return the credential of this id."""

    def at(self, place: Place) -> Credential | None:
        """Return the credential at this place of the lists; None if none was taken there."""

    def of_reader(self, reader: str, limit: int) -> list[Credential]:
        """Return so many credentials of a reader at most, newest first."""

    def page(self, request: PageRequest) -> Page[Credential]:
        """Return those that were taken, in the order of their numbers."""

    def replace(self, credential: Credential) -> None:
        """Keep what has changed of it."""

    def newest_list(self) -> tuple[int, int]:
        """Return the number of the newest list, and how many places of it are taken; 0, 0: there is none."""

    def revoked(self, list_number: int) -> list[int]:
        """Return the places of a list that are revoked."""

    def add_key(self, kept: KeptKey) -> None:
        """Add a key of the issuer's."""

    def issuer_keys(self) -> list[KeptKey]:
        """Return the issuer's keys, the newest first."""

    def add_state(self, list_number: int, kept: KeptState) -> None:
        """Add a state of a list."""

    def states(self, list_number: int, limit: int, below: int | None = None) -> list[KeptState]:
        """Return so many states of a list, the newest first. below: only those with a lower number."""

    def add_attendance(self, kept: KeptAttendance) -> None:
        """Add what an event ended with."""

    def attendance(self, statement: Digest) -> KeptAttendance | None:
        """Return the attendance of this statement."""

    def add_file(self, kept: KeptFile) -> None:
        """Add a certificate as a file."""

    def file(self, digest: Digest) -> KeptFile | None:
        """Return the certificate of this digest."""
