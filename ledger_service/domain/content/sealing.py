"""Sealed content as numbers: which segments it has, how long they are, and what its keys are bound to.

The bytes are those of Tink's streaming AEAD AES256_GCM_HKDF_1MB: a header of 40 bytes, then segments, each
with a tag of its own. A segment of ciphertext, the first one with the header, is 1 MiB, which is also one
leaf of the profile `unixfs-v1-2025`: a range needs the blocks that hold it, and no others. Source: Tink's
“AES-GCM-HKDF Streaming AEAD”; docs/formats.md §8.
"""

from __future__ import annotations

from ledger_service.domain.canonical_json import canonicalize
from ledger_service.domain.errors import ContentCorrupt
from ledger_service.domain.identifiers import Digest

KEY_BYTES = 32
SALT_BYTES = 32
NONCE_PREFIX_BYTES = 7
HEADER_BYTES = 1 + SALT_BYTES + NONCE_PREFIX_BYTES
TAG_BYTES = 16
SEGMENT_BYTES = 1 << 20  # of ciphertext, in the first one the header included
TEXT_BYTES = (
    SEGMENT_BYTES - TAG_BYTES
)  # of plain bytes in a segment, in the first one without the header


def segment_count(plain_bytes: int) -> int:
    """Return how many segments a file of this size has: at least one."""
    return -(-(plain_bytes + HEADER_BYTES) // TEXT_BYTES)


def sealed_bytes(plain_bytes: int) -> int:
    """Return the size of the ciphertext of a file of this size; inverse of `plain_bytes`."""
    return plain_bytes + HEADER_BYTES + TAG_BYTES * segment_count(plain_bytes)


def plain_bytes(sealed: int) -> int:
    """Return the size of the file whose ciphertext has this size.

    Raises:
        ContentCorrupt: no file has such a ciphertext.
    """
    plain = sealed - HEADER_BYTES - TAG_BYTES * -(-sealed // SEGMENT_BYTES)
    if plain < 0 or sealed_bytes(plain) != sealed:
        raise ContentCorrupt("sealed-size", bytes=sealed)
    return plain


def segment_at(position: int) -> int:
    """Return the number, from 0, of the segment that holds the plain byte at this position."""
    return (position + HEADER_BYTES) // TEXT_BYTES


def segment_start(number: int) -> int:
    """Return the position of the first plain byte of a segment."""
    return max(0, number * TEXT_BYTES - HEADER_BYTES)


def stream_bound_to(origin: str) -> bytes:
    """Return the associated data of every stream of a library.

    A stream begins before its digest is known; it is bound to digest and epoch by its key, which is used
    for nothing else (see `bound_to`).
    """
    return canonicalize({"origin": origin, "sealed": "content", "v": 1})


def bound_to(origin: str, digest: Digest, epoch: int) -> bytes:
    """Return the associated data of the wrap of the key with which a resource is sealed in an epoch."""
    return canonicalize(
        {"digest": digest.hex(), "epoch": epoch, "origin": origin, "sealed": "key", "v": 1}
    )


def small_bound_to(origin: str, kind: str, name: str) -> bytes:
    """Return the associated data of the wrap of a key under which small values are sealed.

    kind: of what it belongs to, such as `project`; name: which one, as its table has it.
    """
    return canonicalize({"kind": kind, "name": name, "origin": origin, "sealed": "small", "v": 1})
