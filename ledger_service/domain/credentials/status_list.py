"""Which credentials are revoked, a bit each in one list of many: Token Status List of the IETF.

Whoever checks one fetches the list, so that the library does not learn which. The ledger attests each state
of a list by the digest of canonical JSON that also names the state before, so that no state can be left out.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ledger_service.domain import canonical_json
from ledger_service.domain.credentials.compact_jws import decode64, encode64
from ledger_service.domain.errors import InvalidCredential
from ledger_service.domain.identifiers import Digest

BITS = 1
PLACES = 2**17  # of one list: 16 KiB, so that a place tells nothing of when it was given
LONGEST_LIST_BYTES = 2**20
MEDIA_TYPE = "application/statuslist+jwt"
TYPE = "statuslist+jwt"
_NOBODY_BEFORE = "0" * 64


def list_bytes(revoked: Iterable[int], places: int = PLACES) -> bytes:
    """Return the list in which these places are set; the first place is the lowest bit of a byte."""
    data = bytearray(places // 8)
    for place in revoked:
        data[place // 8] |= 1 << (place % 8)
    return bytes(data)


def is_set(data: bytes, place: int) -> bool:
    """Return whether a place of a list of single bits is set; raise InvalidCredential beyond its end."""
    if not 0 <= place < len(data) * 8:
        raise InvalidCredential("status-place", place=place)
    return bool(data[place // 8] >> (place % 8) & 1)


def pack(data: bytes) -> str:
    """Return a list as a token holds it: zlib's form of DEFLATE, in base64url."""
    return encode64(zlib.compress(data, 9))


def unpack(text: str) -> bytes:
    """Return the list of a token; raise InvalidCredential for a malformed or an enormous one."""
    reader = zlib.decompressobj()
    try:
        data = reader.decompress(decode64(text), LONGEST_LIST_BYTES)
    except zlib.error as exc:
        raise InvalidCredential("status-list") from exc
    if not reader.eof or reader.unconsumed_tail or reader.unused_data:
        raise InvalidCredential("status-list")
    return data


@dataclass(frozen=True)
class ListState:
    """A list as it is after so many changes. uri: where it is published; number: from 0, of its states.

    list_digest: SHA-256 of the list's bytes, 64 hex; before: the statement of the state before, or zeros.
    """

    uri: str
    number: int
    list_digest: str
    before: str = _NOBODY_BEFORE

    @classmethod
    def after(cls, before: ListState | None, uri: str, data: bytes) -> ListState:
        """Return the state of a list that follows another; None before the first."""
        digest = hashlib.sha256(data).hexdigest()
        if before is None:
            return cls(uri, 0, digest)
        return cls(uri, before.number + 1, digest, before.statement.hex())

    def is_of(self, uri: str, data: bytes) -> bool:
        """Return whether these are the bytes of the list as this state tells it."""
        return self.uri == uri and self.list_digest == hashlib.sha256(data).hexdigest()

    def format(self) -> bytes:
        """Return the canonical JSON of which the ledger attests the digest; inverse of `parse`."""
        return canonical_json.canonicalize(
            {
                "before": self.before,
                "list_digest": self.list_digest,
                "number": self.number,
                "uri": self.uri,
                "v": 1,
            }
        )

    @classmethod
    def parse(cls, data: bytes) -> ListState:
        """Return the state of its canonical bytes."""
        value: dict[str, Any] = canonical_json.parse_canonical(data)
        return cls(value["uri"], value["number"], value["list_digest"], value["before"])

    @property
    def statement(self) -> Digest:
        """What an `attested` entry of type `status-list` holds."""
        return Digest.of(self.format())


def status_payload(uri: str, data: bytes, at: int, ttl: int) -> dict[str, object]:
    """Return what the token of a list says. at: seconds; ttl: for how long it may be kept."""
    return {
        "sub": uri,
        "iat": at,
        "exp": at + 2 * ttl,
        "ttl": ttl,
        "status_list": {"bits": BITS, "lst": pack(data)},
    }
