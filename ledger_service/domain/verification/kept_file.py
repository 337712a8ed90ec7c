"""Evidence files as people keep them: JSON as it is, gzip (RFC 1952) around it, or a PDF it is attached to.

Hashes do not compress, but their base64 does, by a quarter. What speaks for a file is in the JSON; what
is around it is no evidence, and is only bounded. Normative text: docs/formats.md §5.
"""

from __future__ import annotations

import re
import zlib

from ledger_service.domain.errors import InvalidJson

GZIP, PDF = b"\x1f\x8b", b"%PDF-"
LARGEST_PDF_BYTES = 4 * 2**20
_ZLIB_FORM, _GZIP_FORM = zlib.MAX_WBITS, 16 + zlib.MAX_WBITS
LONGEST_HEAD = 400  # bytes between a stream's type and where its object or its content begins
_TYPE = re.compile(rb"/Type\s*/EmbeddedFile\b")
_CONTENT = re.compile(rb">>\s*stream\r?\n")
_LENGTH = re.compile(rb"/Length (\d{1,6})\b(?! \d+ R)")


def compress(data: bytes) -> bytes:
    """Return one gzip member without a name or a time, so that equal bytes give equal files."""
    packer = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, _GZIP_FORM)
    return packer.compress(data) + packer.flush()


def opened(data: bytes, largest: int) -> bytes:
    """Return the evidence that a file holds; of what is compressed never more than `largest` + 1.

    Raises:
        InvalidJson: the compression is broken, breaks off, or is followed by other bytes; or a PDF has
            no attachment, or is larger than 4 MiB.
    """
    if data.startswith(PDF):
        return _decompressed(_attachment(data), _ZLIB_FORM, largest)
    return _decompressed(data, _GZIP_FORM, largest) if data.startswith(GZIP) else data


def _decompressed(data: bytes, form: int, largest: int) -> bytes:
    unpacker = zlib.decompressobj(form)
    try:
        found = unpacker.decompress(data, largest + 1)
    except zlib.error as exc:
        raise InvalidJson("compression") from exc
    if len(found) <= largest and (not unpacker.eof or unpacker.unused_data):
        raise InvalidJson("compression-incomplete")
    return found


def _attachment(data: bytes) -> bytes:
    """Return the compressed stream of a PDF's first attachment, which is found without reading the rest."""
    if len(data) > LARGEST_PDF_BYTES:
        raise InvalidJson("pdf-too-long")
    for found in _TYPE.finditer(data):
        start = data.rfind(b"obj", max(0, found.start() - LONGEST_HEAD), found.start())
        content = _CONTENT.search(data, found.end(), found.end() + LONGEST_HEAD)
        if start < 0 or content is None:
            continue
        head = data[start : content.start()]
        length = _LENGTH.search(head)
        if b"/FlateDecode" in head and length is not None:
            return data[content.end() : content.end() + int(length[1])]
    raise InvalidJson("pdf-without-receipt")
