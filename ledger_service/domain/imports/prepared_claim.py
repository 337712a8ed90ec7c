"""Claims on their way into the ledger in bulk, and what became of each.

Whoever reads a source of an import makes prepared claims; services/imports/import_resources has them
accepted by the thousand. They are plain tuples, since a million of them pass through.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.imports.source_record import RecordParts

REGISTERED, DUPLICATE, REFUSED, SKIPPED = "registered", "duplicate", "refused", "skipped"
JOINED = "joined"  # its content came after its registration
KEPT, KEPT_NEWLY = 1, 2
CLAIM = slice(3, 13)  # of a prepared claim
READY = "ready"  # it would be taken, were this no dry run


class PreparedClaim(NamedTuple):
    """A claim whose bytes were hashed, or stated; or one that is refused or skipped already.

    place: where in its source it stands, for people. outcome: empty, or REFUSED or SKIPPED with a
    reason, as it is stored. What follows these three is a `Claim`, and then the record that it was made of,
    if its source has such: the fields of a SourceRecord. kept: whether the bytes are kept here: 0 if they
    were not taken in, KEPT, or KEPT_NEWLY if this import did it. sealed: of bytes that were encrypted, the
    key and the CID of the ciphertext (base16); it is shown to nobody.
    """

    place: str
    outcome: str = ""
    reason: str = ""
    digest: bytes = b""
    cid: str = ""
    metadata_digest: bytes = b""
    license: str = ""
    title: str = ""
    creator: str = ""
    language: str = ""
    media_type: str = ""
    size_bytes: int = 0
    further: str = ""
    record: RecordParts | None = None
    kept: int = 0
    sealed: tuple[bytes, str] | None = None

    @classmethod
    def refused(cls, place: str, error: LedgerError) -> PreparedClaim:
        """Return a claim that cannot be accepted, with the error's name and what it says."""
        return cls(place, REFUSED, reason_of(error))

    @classmethod
    def skipped(cls, place: str, reason: str) -> PreparedClaim:
        """Return what is no resource, and why, as a reason is stored."""
        return cls(place, SKIPPED, reason)


made_claim = partial(tuple.__new__, PreparedClaim)
"""As PreparedClaim._make, without its checks, for those who make a million; the fields must be all."""
NOTHING_MORE = tuple(map(PreparedClaim._field_defaults.get, PreparedClaim._fields[12:]))
"""The fields behind those of a Claim, if there is nothing to say in them."""


class ImportResult(NamedTuple):
    """What became of one item. entry: the index of the one that accepts it, None if none does."""

    place: str
    digest: bytes
    entry: int | None
    outcome: str
    reason: str = ""


def reason_of(error: LedgerError) -> str:
    """Return the text in which an error's reason is stored."""
    return error.reason.format()
