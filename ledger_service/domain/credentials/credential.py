"""A credential as the library keeps it: whose, of what kind, and whether the library still stands by it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.credentials.status_list import PLACES
from ledger_service.domain.errors import InvalidCredential
from ledger_service.domain.identifiers import Digest

ID = re.compile(r"[0-9a-f]{32}")
NUMBER = re.compile(r"([1-9][0-9]{0,8})-(0|[1-9][0-9]{0,8})")
MEDIA_TYPE = "application/dc+sd-jwt"
TYPE = "dc+sd-jwt"
TYPES_PATH = "/credentials/types/"
STATUS_PATH = "/credentials/status/"


class CredentialKind(StrEnum):
    """What is said of its holder."""

    ATTENDANCE = "attendance"  # that they were at an event


class RevocationReason(StrEnum):
    """Why the library stands by a credential no more."""

    ERROR = "error"  # it says what is not so
    ABSENT = "absent"  # whoever checked in was not there
    MISUSED = "misused"  # it is shown by somebody else
    REPLACED = "replaced"  # another one says it better
    ASKED = "asked"  # its holder asked for it


@dataclass(frozen=True)
class Place:
    """Where a credential stands in the status lists: which list, from 1, and its place there."""

    list_number: int
    place: int

    @classmethod
    def parse(cls, text: str) -> Place:
        """Return the place of a certificate's number; raise InvalidCredential for another form."""
        match = NUMBER.fullmatch(text)
        if match is None or int(match[2]) >= PLACES:
            raise InvalidCredential("number", text=text[:40])
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        """Return the number that stands on the certificate."""
        return f"{self.list_number}-{self.place}"


@dataclass(frozen=True)
class Revocation:
    """at: seconds since 1970 UTC."""

    at: int
    reason: RevocationReason


@dataclass(frozen=True)
class Credential:
    """One credential. id: 32 hex, known to its holder alone; reader: None once they are erased.

    sealed: its fields and its text under the reader's key. statement, leaf: of the attendance that it is
    counted in. place: None until its holder has taken it.
    """

    id: str
    kind: CredentialKind
    reader: str | None
    sealed: bytes
    made_at: int
    statement: Digest | None = None
    leaf: int | None = None
    place: Place | None = None
    taken_at: int | None = None
    revocation: Revocation | None = None


def check_id(text: str) -> str:
    """Return the id of a credential; raise InvalidCredential for another form."""
    if ID.fullmatch(text) is None:
        raise InvalidCredential("id")
    return text
