"""A statement with the signatures of all its authors: what the ledger attests, and anybody checks offline.

Names are not among the bytes that the ledger attests: they stand beside them, each with its salt, or null
where an author was erased or shows none. Normative text: docs/formats.md, “Works that their authors signed”.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.authorship.author import Name, checked_name, hex32, members
from ledger_service.domain.authorship.authors_statement import AuthorsStatement
from ledger_service.domain.errors import InvalidAuthors, InvalidJson
from ledger_service.domain.identifiers import Digest

FORMAT = "muhr-authors-signed/1"
FILE_FORMAT = "muhr-authors-file/1"
LARGEST_BYTES = 1 << 20  # of a statement file
LARGEST_PART_BYTES = 8192  # of one part of a signature
_HEX = re.compile(r"(?:[0-9a-f]{2})*\Z")


class SignedBy(StrEnum):
    """By what a signature was made, which says how it is checked."""

    KEY = "key"  # of an account: anybody checks it
    CONTRACT = "contract"  # a contract wallet approved it (ERC-1271): a node of its chain is asked
    PASSKEY = "passkey"


@dataclass(frozen=True)
class AuthorSignature:
    """One author's signature. at: when, in seconds since 1970 UTC, by the library's word.

    client_data, authenticator_data: what WebAuthn signs beside its challenge; of a passkey only.
    """

    by: SignedBy
    signature: bytes
    at: int
    client_data: bytes = b""
    authenticator_data: bytes = b""

    def to_json(self) -> dict[str, Any]:
        """Return the form that `from_json` reads."""
        told = {"at": self.at, "by": self.by.value, "signature": self.signature.hex()}
        if self.by is not SignedBy.PASSKEY:
            return told
        return told | {
            "authenticator_data": self.authenticator_data.hex(),
            "client_data": self.client_data.hex(),
        }

    @classmethod
    def from_json(cls, value: Any) -> AuthorSignature:
        """Return the signature of a JSON object with exactly its members; raise InvalidAuthors."""
        names = {"at", "by", "signature"}
        is_passkey = isinstance(value, dict) and value.get("by") == SignedBy.PASSKEY
        further = {"authenticator_data", "client_data"} if is_passkey else set()
        found = members(value, names | further)
        if found["by"] not in set(SignedBy) or type(found["at"]) is not int or found["at"] < 0:
            raise InvalidAuthors("form")
        parts = {name: _part(found[name]) for name in further}
        return cls(SignedBy(found["by"]), _part(found["signature"]), found["at"], **parts)


@dataclass(frozen=True)
class SignedStatement:
    """A statement and its signatures, one for each author in their order."""

    statement: AuthorsStatement
    signatures: tuple[AuthorSignature, ...]

    def format(self) -> bytes:
        """Return the canonical bytes, whose digest the ledger attests; inverse of `parse`."""
        return canonical_json.canonicalize(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """Return the form that `from_json` reads."""
        return {
            "format": FORMAT,
            "signatures": [one.to_json() for one in self.signatures],
            "statement": self.statement.to_json(),
        }

    @property
    def digest(self) -> Digest:
        """Return the digest that the ledger attests."""
        return Digest.of(self.format())

    @classmethod
    def parse(cls, data: bytes) -> SignedStatement:
        """Return what canonical bytes say; raise InvalidAuthors for anything else."""
        try:
            return cls.from_json(canonical_json.parse_canonical(data))
        except InvalidJson as exc:
            raise InvalidAuthors("form") from exc

    @classmethod
    def from_json(cls, value: Any) -> SignedStatement:
        """Return what a JSON object says; raise InvalidAuthors if it is not exactly of this form.

        Raises:
            InvalidAuthors: also if a signature lacks, or there is one too many.
        """
        found = members(value, {"format", "signatures", "statement"})
        if found["format"] != FORMAT or not isinstance(found["signatures"], list):
            raise InvalidAuthors("form")
        statement = AuthorsStatement.from_json(found["statement"])
        if len(found["signatures"]) != len(statement.authors):
            raise InvalidAuthors(
                "signatures", n=len(found["signatures"]), of=len(statement.authors)
            )
        return cls(statement, tuple(map(AuthorSignature.from_json, found["signatures"])))


@dataclass(frozen=True)
class StatementFile:
    """What is handed out: the signed statement, its authors' names, and where the ledger attests it.

    proof: as `/api/v1/resources/{digest}/proof` has it, of the entry that attests the statement; None before
    an anchored checkpoint holds it.
    """

    signed: SignedStatement
    names: tuple[Name | None, ...]
    proof: dict[str, Any] | None = None

    def format(self) -> bytes:
        """Return the bytes of the file, canonical JSON; inverse of `parse`."""
        names = [
            None if name is None else {"name": name.text, "salt": name.salt.hex()}
            for name in self.names
        ]
        told = {"format": FILE_FORMAT, "names": names, "proof": self.proof}
        return canonical_json.canonicalize(told | {"signed": self.signed.to_json()})

    @classmethod
    def parse(cls, data: bytes) -> StatementFile:
        """Return what a file says. Of that its form is checked, and that its names are the authors'.

        Raises:
            InvalidAuthors: another form, or a name that the statement does not commit to.
        """
        if len(data) > LARGEST_BYTES:
            raise InvalidAuthors("too-long", most=LARGEST_BYTES)
        try:
            found = members(canonical_json.parse(data), {"format", "names", "proof", "signed"})
        except InvalidJson as exc:
            raise InvalidAuthors("form") from exc
        if found["format"] != FILE_FORMAT or not isinstance(found["proof"], dict | None):
            raise InvalidAuthors("form")
        signed = SignedStatement.from_json(found["signed"])
        return cls(signed, _names(signed.statement, found["names"]), found["proof"])


def _names(statement: AuthorsStatement, told: Any) -> tuple[Name | None, ...]:
    if not isinstance(told, list) or len(told) != len(statement.authors):
        raise InvalidAuthors("form")
    names = tuple(map(_name, told))
    check_names(statement, names)
    return names


def check_names(statement: AuthorsStatement, names: Sequence[Name | None]) -> None:
    """Check that these are the names of the authors, in their order; raise InvalidAuthors."""
    for place, (author, name) in enumerate(zip(statement.authors, names, strict=True), 1):
        if name is not None and not author.is_named(name):
            raise InvalidAuthors("other-name", place=place)


def _name(value: Any) -> Name | None:
    if value is None:
        return None
    found = members(value, {"name", "salt"})
    if not isinstance(found["name"], str) or checked_name(found["name"]) != found["name"]:
        raise InvalidAuthors("form")
    return Name(found["name"], hex32(found["salt"]))


def _part(value: Any) -> bytes:
    if not isinstance(value, str) or len(value) > 2 * LARGEST_PART_BYTES or not _HEX.match(value):
        raise InvalidAuthors("form")
    return bytes.fromhex(value)
