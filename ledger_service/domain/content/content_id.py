"""A CID as the domain needs it: where content can be fetched, in the profile `unixfs-v1-2025`.

Only the two shapes that the profile makes: CIDv1 with SHA-256 over a raw block (files up to 1 MiB,
where the CID's digest is the resource's own) or over a dag-pb node. Building CIDs is the `ipfs`
package's work; the domain only carries and prints them.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from ledger_service.domain.errors import InvalidCid

RAW = 0x55
DAG_PB = 0x70
RAW_BASE16 = "f01551220"  # what stands before the digest in a raw CID's base16
BASE32_LENGTH = 59  # characters, the multibase prefix included
_BASE16 = re.compile(r"f01(55|70)1220([0-9a-f]{64})\Z")


@dataclass(frozen=True)
class ContentId:
    """A CIDv1: codec 0x55 (raw) or 0x70 (dag-pb), and a SHA-256 of 32 bytes."""

    codec: int
    digest: bytes

    def __post_init__(self) -> None:
        if self.codec not in (RAW, DAG_PB) or len(self.digest) != 32:
            raise InvalidCid("kind")

    @classmethod
    def parse(cls, text: str) -> ContentId:
        """Return the CID written in base16 multibase (`f0155…`, `f0170…`); inverse of `base16`."""
        found = _BASE16.match(text)
        if not found:
            raise InvalidCid("not-base16", text=text[:80])
        return cls(int(found[1], 16), bytes.fromhex(found[2]))

    @classmethod
    def parse_base32(cls, text: str) -> ContentId:
        """Return the CID written as people see it (`bafk…`, `bafy…`); inverse of `base32`."""
        try:
            data = base64.b32decode(text[1:].upper() + "=" * (-len(text[1:]) % 8))
            found = cls(data[1], data[4:])
        except (ValueError, IndexError, InvalidCid) as exc:
            raise InvalidCid("not-base32", text=text[:80]) from exc
        if found.base32() != text:
            raise InvalidCid("other-spelling", text=text[:80], cid=str(found))
        return found

    @classmethod
    def read(cls, text: str) -> ContentId:
        """Return the CID that a person gives, in base16 or base32 multibase."""
        if len(text) != BASE32_LENGTH or not text.startswith("b"):
            return cls.parse(text)
        try:
            data = base64.b32decode(text[1:].upper() + "======")
        except ValueError as exc:
            raise InvalidCid("not-base32", text=text) from exc
        found = cls(data[1], data[4:])
        if found.base32() != text:
            raise InvalidCid("not-base32-of-kind", text=text)
        return found

    def base16(self) -> str:
        """Return the machine form, used in entries."""
        return f"f01{self.codec:02x}1220{self.digest.hex()}"

    def base32(self) -> str:
        """Return the form that people and IPFS tools use (`bafk…`, `bafy…`)."""
        data = bytes((1, self.codec, 0x12, 0x20)) + self.digest
        return "b" + base64.b32encode(data).decode().lower().rstrip("=")

    def __str__(self) -> str:
        return self.base32()
