"""A body that begins with the record of the file behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError

from ledger_service.api.requests import LARGEST_JSON_BYTES
from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidMetadata, TruncatedUpload
from ledger_service.domain.resources.registration import Metadata

UPLOAD_TYPE = "application/octet-stream"
Text = Annotated[str, Query(max_length=1000)]
Write = Callable[[bytes], None]


class DescribedBody:
    """Takes a record of so many bytes off the front of what is written. query: what holds where it is silent.

    What cannot be a record is refused before any byte of the file is taken.
    """

    def __init__(self, record_bytes: int, query: Mapping[str, str]) -> None:
        self.record_bytes = self._left = record_bytes
        self._query = query
        self._record = bytearray()
        self._metadata: Metadata | None = None

    def before(self, write: Write) -> Write:
        """Return what a body is written to; the file goes on to `write`.

        Raises:
            InvalidMetadata: there is no record, and the query describes no file.
        """
        if not self.record_bytes:
            self._metadata = Metadata.told(self._query, 0)

        def take(data: bytes) -> None:
            taken, rest = data[: self._left], data[self._left :]
            self._record += taken
            self._left -= len(taken)
            if self._metadata is None and not self._left:
                self._metadata = self._parse()
            if rest:
                write(rest)

        return take

    def metadata(self) -> Metadata:
        """Return what is said of the file, its size not known; raise TruncatedUpload if it did not come."""
        if self._metadata is None:
            raise TruncatedUpload("record")
        return self._metadata

    def _parse(self) -> Metadata:
        record = canonical_json.parse(bytes(self._record))
        if not isinstance(record, dict) or "size_bytes" in record:
            raise InvalidMetadata("record")
        return Metadata.told({**self._query, **record}, 0)


async def _asked(
    title: Text | None = None,
    media_type: Annotated[str, Query(max_length=255)] = UPLOAD_TYPE,
    creator: Text = "",
    language: Annotated[str, Query(max_length=80)] = "",
    record_bytes: Annotated[
        int,
        Query(
            ge=0,
            le=LARGEST_JSON_BYTES,
            description="how much of the body is the record in JSON, which stands before the file",
        ),
    ] = 0,
) -> DescribedBody:
    if title is None and not record_bytes:
        fault = {"type": "missing", "loc": ("query", "title"), "msg": "Field required"}
        raise RequestValidationError([fault])
    query = {
        "title": title or "",
        "media_type": media_type,
        "creator": creator,
        "language": language,
    }
    return DescribedBody(record_bytes, query)


Described = Annotated[DescribedBody, Depends(_asked)]
"""The body of an upload, and what its query says of it."""
