"""A record as its source served it: what a registration was made of, kept beside it and in no ledger."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

LARGEST_RECORD_BYTES = 1024 * 1024

RecordParts = tuple[str, str, bytes, bytes]
"""The fields of a SourceRecord, as they pass between processes."""


class SourceRecord(NamedTuple):
    """source: the URL of the service; identifier: of the record there.

    head: what stood before the first record on its page, so that prefixes of names are declared; content: the
    bytes of the record's own element, as they came.
    """

    source: str
    identifier: str
    head: bytes
    content: bytes

    @property
    def digest(self) -> bytes:
        """SHA-256 of the record's bytes, the same on whatever page it comes."""
        return hashlib.sha256(self.content).digest()
