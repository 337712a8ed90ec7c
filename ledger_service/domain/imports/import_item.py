"""One item of an import as its source tells it: a file to hash, or bytes known by digest.

Sources make items; adapters/imports/hashing.py turns each into a prepared claim. A row of a manifest is
parsed here, strictly. Source: docs/formats.md §14.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ledger_service.domain.content.content_id import RAW, RAW_BASE16, ContentId
from ledger_service.domain.errors import (
    InvalidCid,
    InvalidManifest,
    InvalidMetadata,
    LedgerError,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.prepared_claim import (
    NOTHING_MORE,
    REFUSED,
    SKIPPED,
    PreparedClaim,
    made_claim,
    reason_of,
)
from ledger_service.domain.imports.source_record import RecordParts
from ledger_service.domain.resources.claim import (
    LARGEST_RAW_BYTES,
    Claim,
    check_cid,
    check_size,
    told_of,
)
from ledger_service.domain.resources.record import FIELDS, PARTS, Record, read_fields, read_wider
from ledger_service.domain.resources.record_cells import read_cell, read_item
from ledger_service.domain.resources.record_text import composed
from ledger_service.domain.resources.registration import Metadata, check_metadata, format_metadata

LARGEST_ROW_BYTES = 65_536
_FIELDS = frozenset(FIELDS)
LONGEST_LICENSE = 64  # characters of its name or id
PLAIN_COLUMNS = (
    "digest",
    "size_bytes",
    "title",
    "creator",
    "language",
    "media_type",
    "license",
    "cid",
)
COLUMNS = frozenset({"path", *PLAIN_COLUMNS, *FIELDS})
# A line break in a name is no part of a title.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class ImportItem(NamedTuple):
    """What a source says of one item. place: where it says so, for people.

    path: of the file to hash, absolute; empty if the bytes are known by digest. digest, cid: as
    stated, or empty; size_bytes: as stated, −1 if not. checksums: other digests that the file must
    have, as `algorithm:hex` with spaces between. outcome: REFUSED or SKIPPED with a reason, or empty.
    record: that the item was made of, if it is to be kept: the fields of a SourceRecord. further: the fields
    of a Record as JSON, empty if it says none.
    """

    place: str
    path: str = ""
    digest: str = ""
    cid: str = ""
    size_bytes: int = -1
    title: str = ""
    creator: str = ""
    language: str = ""
    media_type: str = ""
    license: str = ""
    checksums: str = ""
    outcome: str = ""
    reason: str = ""
    record: RecordParts | None = None
    further: str = ""

    @classmethod
    def refused(cls, place: str, error: LedgerError) -> ImportItem:
        """Return an item that cannot be taken, and why."""
        return cls(place, outcome=REFUSED, reason=reason_of(error))

    @classmethod
    def skipped(cls, place: str, reason: str) -> ImportItem:
        """Return what is no item, and why."""
        return cls(place, outcome=SKIPPED, reason=reason)


def parse_row(place: str, row: Mapping[str, object], license_name: str) -> ImportItem:
    """Return the item of a manifest's row; its path, if it has one, is still relative.

    license_name: for rows that name none.

    Raises:
        InvalidManifest: an unknown column, a value that is not text, or neither path nor digest.
    """
    unknown = sorted(set(row) - COLUMNS)
    if unknown:
        raise InvalidManifest("column", column=unknown[0][:40], columns=", ".join(sorted(COLUMNS)))
    values = dict(row)
    further = _further({name: values.pop(name) for name in row if name in _FIELDS})
    size = values.pop("size_bytes", "")
    if isinstance(size, str) and size.isascii() and size.isdigit() and len(size) < 17:
        size = int(size)
    if size == "":
        size = -1
    elif type(size) is not int or not 0 <= size < 2**53:
        raise InvalidManifest("size")
    texts = {name: value for name, value in values.items() if value is not None}
    if not all(isinstance(value, str) for value in texts.values()):
        raise InvalidManifest("column-not-text")
    item = ImportItem(place, size_bytes=size, further=further, **texts)  # type: ignore[arg-type]
    if item.digest:  # capitals, as Get-FileHash of Windows writes them
        item = item._replace(digest=item.digest.lower())
    if len(item.license) > LONGEST_LICENSE or not item.license.isprintable():
        raise InvalidManifest("license-too-long", longest=LONGEST_LICENSE)
    if not item.path and not item.digest:
        raise InvalidManifest("path-missing")
    return item if item.license else item._replace(license=license_name)


def _further(told: Mapping[str, object]) -> str:
    """Return the fields of a record that a row has, as JSON; raise InvalidMetadata.

    A text is read as a cell, and so is each text of a list.
    """
    found = {}
    for name, value in told.items():
        if isinstance(value, str):
            found[name] = read_cell(name, value)
        elif isinstance(value, list) and name in PARTS:
            found[name] = [read_item(name, one) if isinstance(one, str) else one for one in value]
        else:
            found[name] = value
    return Record(**read_fields(found)).wider_text


def claim_of(item: ImportItem, digest: bytes, cid: str, size_bytes: int) -> PreparedClaim:
    """Return the claim on bytes of this digest, CID (base16) and size; raise InvalidMetadata."""
    name = item.path.rsplit("/", 1)[-1] if item.path else item.place
    return _claim(
        item.place,
        digest,
        cid,
        size_bytes,
        item.license,
        item.title or _text(name),
        item.media_type or media_type_of(name),
        item.creator,
        item.language,
        item.further,
    )


def claim_of_file(
    place: str, name: str, digest: bytes, cid: str, size_bytes: int, license_name: str
) -> PreparedClaim:
    """Return the claim on a file of which nothing is told but its name; as claim_of."""
    return _claim(
        place, digest, cid, size_bytes, license_name, _text(name), media_type_of(name), "", ""
    )


def media_type_of(name: str) -> str:
    """Return the media type that the ending of a file's name stands for."""
    return _media_type_of_ending(".".join(["", *name.lstrip(".").split(".")[1:][-2:]]))


@lru_cache(4096)
def _media_type_of_ending(ending: str) -> str:
    return mimetypes.guess_type("name" + ending)[0] or "application/octet-stream"


def _text(name: str) -> str:
    """Return a file's name as text in a line; bytes that are no UTF-8 become “�”."""
    if name.isascii() and name.isprintable():
        return name
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _CONTROLS.sub(" ", text)


def _claim(
    place: str,
    digest: bytes,
    cid: str,
    size_bytes: int,
    license_name: str,
    title: str,
    media_type: str,
    creator: str,
    language: str,
    further: str = "",
) -> PreparedClaim:
    title, creator = composed(title), composed(creator)
    if further:
        fields = read_wider(further)
        record = Metadata(title, media_type, size_bytes, creator, language, **fields)
        claim = Claim(digest, cid, record.digest.value, license_name, *told_of(record))
        return made_claim((place, "", "", *claim, *NOTHING_MORE[1:]))
    check_metadata(title, creator, language, media_type)
    metadata = format_metadata(title, media_type, size_bytes, creator, language)
    metadata_digest = hashlib.sha256(metadata).digest()
    named = (license_name, title, creator, language, media_type, size_bytes)
    return made_claim((place, "", "", digest, cid, metadata_digest, *named, *NOTHING_MORE))


def claim_of_stated(item: ImportItem, largest_bytes: int) -> PreparedClaim:
    """Return the claim on bytes that are elsewhere and known by digest and size.

    Raises:
        InvalidDigest, InvalidCid, InvalidManifest, InvalidMetadata: they cannot be so.
        EmptyResource, ResourceTooLarge: see `check_size`.
    """
    digest = Digest.parse(item.digest)
    if item.size_bytes < 0 or not item.title:
        raise InvalidManifest("columns-missing")
    check_size(item.size_bytes, largest_bytes)
    if not item.cid and item.size_bytes > LARGEST_RAW_BYTES:
        raise InvalidCid("column-missing")
    cid = ContentId.read(item.cid) if item.cid else ContentId(RAW, digest.value)
    check_cid(digest, cid, item.size_bytes)
    return claim_of(item, digest.value, cid.base16(), item.size_bytes)


def decided_claim(item: ImportItem, largest_bytes: int) -> PreparedClaim:
    """Return what is to be done for an item that names no file; a refused claim if it is bad."""
    if item.outcome:
        return PreparedClaim(item.place, item.outcome, item.reason)
    try:
        return claim_of_stated(item, largest_bytes)
    except LedgerError as exc:
        return PreparedClaim.refused(item.place, exc)


def plain_claim(
    place: str, row: Sequence[Any], license_name: str, largest_bytes: int
) -> PreparedClaim | None:
    """Return the claim of a row whose bytes are elsewhere, if it is as plain as most are.

    row: the values of PLAIN_COLUMNS, texts but for size_bytes, empty where there is none. None says
    nothing of it but that parse_row and claim_of_stated must judge it. For a million rows: the same claim
    as by those two, in a fifth of the time.
    """
    digest, size, title, creator, language, media_type, named, cid = row
    if type(size) is not int or not 0 < size <= LARGEST_RAW_BYTES or size > largest_bytes:
        return None
    if not title or not media_type:
        return None
    try:
        value = bytes.fromhex(digest)
    except ValueError:
        return None
    if len(value) != 32 or value.hex() != digest:
        return None
    raw_cid = RAW_BASE16 + digest
    if cid and cid != raw_cid:
        return None
    if named and (len(named) > LONGEST_LICENSE or not named.isprintable()):
        return None
    try:
        return _claim(
            place,
            value,
            raw_cid,
            size,
            named or license_name,
            title,
            media_type,
            creator,
            language,
        )
    except InvalidMetadata:
        return None
