"""Statements whose digests the ledger attests; what they say is kept elsewhere (docs/formats.md §1)."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry, StatementType

_ATTESTED = b'"kind":"attested"'  # stands in no other entry, since none holds free text


@dataclass(frozen=True)
class Statement:
    """entry: index of the one that attests it; at: seconds since 1970 UTC; digest: of what is stated.

    attester: the steward's id, or a commitment to whoever else states it; 64 hex digits.
    """

    entry: int
    at: int
    kind: StatementType
    digest: Digest
    attester: str

    @classmethod
    def of(cls, index: int, body: bytes) -> Statement | None:
        """Return what the entry at an index attests, None for an entry of another kind.

        Raises:
            InvalidEntry: the bytes are no entry.
        """
        if _ATTESTED not in body:
            return None
        entry = Entry.parse(body)
        kind, digest = StatementType(entry.text("type")), Digest.parse(entry.text("statement"))
        return cls(index, entry.at, kind, digest, entry.text("attester"))


@dataclass(frozen=True)
class StatementFilter:
    """Which statements are asked for, by what is given. since, until: seconds; until is not among them."""

    kind: StatementType | None = None
    digest: Digest | None = None
    since: int | None = None
    until: int | None = None

    def takes(self, statement: Statement) -> bool:
        """Return whether the statement is one of those asked for."""
        return (
            self.kind in (None, statement.kind)
            and self.digest in (None, statement.digest)
            and (self.since is None or self.since <= statement.at)
            and (self.until is None or statement.at < self.until)
        )


ALL_STATEMENTS = StatementFilter()
