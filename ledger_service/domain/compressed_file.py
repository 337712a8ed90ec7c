"""Evidence files as they are kept: gzip (RFC 1952) around the JSON, or the JSON as it is.

Hashes do not compress, but their base64 does, by a quarter. What speaks for a file is in the JSON; the
compression around it is no evidence and is only bounded. Normative text: docs/formats.md §5.
"""

from __future__ import annotations

import zlib

from ledger_service.domain.errors import InvalidJson

MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS  # as zlib asks for a gzip header and trailer


def compress(data: bytes) -> bytes:
    """Return one gzip member without a name or a time, so that equal bytes give equal files."""
    packer = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, _GZIP)
    return packer.compress(data) + packer.flush()


def opened(data: bytes, largest: int) -> bytes:
    """Return the bytes of a file, decompressed if it is compressed; never more than `largest` + 1.

    Raises:
        InvalidJson: the compression is broken, breaks off, or is followed by other bytes.
    """
    if not data.startswith(MAGIC):
        return data
    unpacker = zlib.decompressobj(_GZIP)
    try:
        found = unpacker.decompress(data, largest + 1)
    except zlib.error as exc:
        raise InvalidJson("The file's compression is broken.") from exc
    if len(found) <= largest and (not unpacker.eof or unpacker.unused_data):
        raise InvalidJson("The compressed file breaks off, or other bytes follow it.")
    return found
