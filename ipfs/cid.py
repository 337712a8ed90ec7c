"""CIDs of the two kinds the profile knows: version 1, SHA-256, raw or dag-pb.

Everything else that calls itself a CID (version 0, identity, other hashes, codecs and multibases)
is refused, so that one CID has exactly one text in each of its two bases. Source: the CID
specification of multiformats; RFC 4648 §6 and §8 for the two alphabets.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final, Self

from ipfs.errors import InvalidCid

RAW: Final = 0x55
"""Codec of a leaf: the block is bytes of the file and nothing else."""

DAG_PB: Final = 0x70
"""Codec of a node: the block is a dag-pb list of links to other blocks."""

DIGEST_BYTES: Final = 32
CID_BYTES: Final = 36

_HEADERS: Final = {
    b"\x01\x55\x12\x20": RAW,
    b"\x01\x70\x12\x20": DAG_PB,
}
_HEADER_OF: Final = {codec: header for header, codec in _HEADERS.items()}
_MULTIHASH_IDENTITY: Final = 0x00
# The longest text worth decoding; a CID of ours has 59 or 73 characters.
_LONGEST_TEXT: Final = 256
_BASE16: Final = re.compile(r"f(?:[0-9a-f]{2})*")
_BASE32: Final = re.compile(r"b[a-z2-7]*")


@dataclass(frozen=True, slots=True, order=True)
class Cid:
    """Where to fetch a block, and the SHA-256 its bytes must have.

    codec: RAW or DAG_PB. digest: 32 bytes. Ordered as its binary form is. Raises InvalidCid when
    made from anything else.
    """

    codec: int
    digest: bytes

    def __post_init__(self) -> None:
        """Refuse a codec or a digest that no CID of ours can have."""
        if self.codec not in _HEADER_OF:
            raise InvalidCid(f"codec {self.codec:#x} is not raw (0x55) or dag-pb (0x70)")
        if not isinstance(self.digest, bytes) or len(self.digest) != DIGEST_BYTES:
            raise InvalidCid("the digest of a CID is 32 bytes of SHA-256")

    @classmethod
    def of(cls, codec: int, block: bytes | bytearray | memoryview) -> Self:
        """Return the CID of a block, hashing it once."""
        return cls(codec, hashlib.sha256(block).digest())

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return the CID whose binary form this is: 36 bytes, nothing after them.

        Raises InvalidCid for every other version, codec, hash and length.
        """
        codec = _HEADERS.get(data[:4])
        if codec is None:
            raise InvalidCid(_why_header_is_refused(data))
        if len(data) != CID_BYTES:
            raise InvalidCid(f"a CID is {CID_BYTES} bytes, and this has {len(data)}")
        return cls(codec, data[4:])

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the CID written in base32 (`bafk…`, `bafy…`) or base16 (`f0155…`, `f0170…`).

        The inverse of base32() and base16(), and of nothing else: lower case, no padding, unused
        base32 bits zero. Raises InvalidCid.
        """
        if len(text) > _LONGEST_TEXT:
            raise InvalidCid(f"a CID is not {len(text)} characters long")
        if _BASE16.fullmatch(text):
            return cls.from_bytes(bytes.fromhex(text[1:]))
        if _BASE32.fullmatch(text):
            return cls.from_bytes(_decode_base32(text[1:]))
        raise InvalidCid(_why_text_is_refused(text))

    def to_bytes(self) -> bytes:
        """Return the 36 bytes of the binary form: version, codec, hash, length, digest."""
        return _HEADER_OF[self.codec] + self.digest

    def base32(self) -> str:
        """Return the text people are shown: 59 characters, `bafk…` if raw, `bafy…` if dag-pb."""
        return "b" + _encode_base32(self.to_bytes())

    def base16(self) -> str:
        """Return the text entries use: 73 characters, `f01551220…` or `f01701220…`."""
        return "f" + self.to_bytes().hex()

    def is_of(self, block: bytes | bytearray | memoryview) -> bool:
        """Return whether these bytes are the block this CID names; hashes them once."""
        return hashlib.sha256(block).digest() == self.digest

    def __str__(self) -> str:
        """Return the base32 text."""
        return self.base32()


def _encode_base32(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()


def _decode_base32(text: str) -> bytes:
    try:
        data = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except binascii.Error as exc:
        raise InvalidCid(f"base32 text cannot have {len(text)} characters") from exc
    # Python ignores the unused low bits of the last character; then one CID would have many texts.
    if _encode_base32(data) != text:
        raise InvalidCid("the last base32 character has bits that must be zero")
    return data


def _why_header_is_refused(data: bytes) -> str:
    if data[:2] == b"\x12\x20":
        return "CID version 0 is not accepted; ask for the file with version 1 and raw leaves"
    if data[:1] != b"\x01":
        return "not a CID of version 1"
    if data[2:3] == bytes([_MULTIHASH_IDENTITY]):
        return "an identity CID carries its bytes instead of a SHA-256, and is not accepted"
    return (
        f"CID header {data[:4].hex()} is not accepted; "
        "only 01551220 (raw) and 01701220 (dag-pb), both SHA-256, are"
    )


def _why_text_is_refused(text: str) -> str:
    if re.fullmatch(r"Qm[1-9A-HJ-NP-Za-km-z]{44}", text):
        return _why_header_is_refused(b"\x12\x20")
    if text[:1] in ("b", "f", "B", "F"):
        return "a CID is lower-case base32 after b, or lower-case base16 after f, and nothing else"
    return "not a CID in base32 (bafk…, bafy…) or base16 (f0155…, f0170…)"
