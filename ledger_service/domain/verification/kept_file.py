"""Evidence files as people keep them: JSON as it is, gzip (RFC 1952) around it, or a PDF it is attached to.

Hashes do not compress, but their base64 does, by a quarter. What speaks for a file is in the JSON; what
is around it is no evidence, and is only bounded. Normative text: docs/formats.md §5.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeVar

from ledger_service.domain.errors import InvalidInput, InvalidJson
from ledger_service.domain.foreign_text import BYTE_ORDER_MARK

T = TypeVar("T")

GZIP, PDF = b"\x1f\x8b", b"%PDF-"
LARGEST_PDF_BYTES = 4 * 2**20
_ZLIB_FORM, _GZIP_FORM = zlib.MAX_WBITS, 16 + zlib.MAX_WBITS
MOST_ATTACHMENTS = 16
LONGEST_HEAD = 400  # bytes between a stream's type and where its object or its content begins
_TYPE = re.compile(rb"/Type\s*/EmbeddedFile\b")
_CONTENT = re.compile(rb">>\s*stream\r?\n")
_LENGTH = re.compile(rb"/Length (\d{1,6})\b(?! \d+ R)")


def compress(data: bytes) -> bytes:
    """Return one gzip member without a name or a time, so that equal bytes give equal files."""
    packer = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, _GZIP_FORM)
    return packer.compress(data) + packer.flush()


def read(data: bytes, largest: int, parse: Callable[[bytes], T]) -> T:
    """Return what `parse` makes of the evidence in a file: in a PDF, of the first attachment that it takes.

    Raises:
        InvalidJson: the compression is broken, breaks off, or is followed by other bytes; or a PDF has
            no attachment, or is larger than 4 MiB.
        What `parse` raises: if no evidence in the file is taken, for the first of them.
    """
    failed: InvalidInput | None = None
    for content, form in islice(_contents(data), MOST_ATTACHMENTS):
        try:
            return parse(content if form is None else _decompressed(content, form, largest))
        except InvalidInput as exc:
            failed = failed or exc
    raise failed or InvalidJson("pdf-without-receipt")


def inflated(data: bytes, largest: int) -> bytes:
    """Return what a zlib stream (RFC 1950) holds, never more than `largest` + 1 bytes; raise InvalidJson."""
    return _decompressed(data, _ZLIB_FORM, largest)


def _contents(data: bytes) -> Iterator[tuple[bytes, int | None]]:
    """Yield what may be the evidence in a file, each with zlib's number of its compression's form, if any."""
    if data.startswith(PDF):
        yield from _attachments(data)
    else:
        plain = data.removeprefix(BYTE_ORDER_MARK)
        yield plain, _GZIP_FORM if data.startswith(GZIP) else None


def _decompressed(data: bytes, form: int, largest: int) -> bytes:
    unpacker = zlib.decompressobj(form)
    try:
        found = unpacker.decompress(data, largest + 1)
    except zlib.error as exc:
        raise InvalidJson("compression") from exc
    if len(found) <= largest and (not unpacker.eof or unpacker.unused_data):
        raise InvalidJson("compression-incomplete")
    return found


def _attachments(data: bytes) -> Iterator[tuple[bytes, int | None]]:
    """Yield the streams of a PDF's attachments, which are found without reading the rest.

    Programs that save a PDF anew leave them so, unless they encrypt them.
    """
    if len(data) > LARGEST_PDF_BYTES:
        raise InvalidJson("pdf-too-long")
    for found in _TYPE.finditer(data):
        start = data.rfind(b"obj", max(0, found.start() - LONGEST_HEAD), found.start())
        content = _CONTENT.search(data, found.end(), found.end() + LONGEST_HEAD)
        if start < 0 or content is None:
            continue
        head = data[start : content.start()]
        length = _LENGTH.search(head)
        is_deflated = b"/FlateDecode" in head
        if length is not None and (is_deflated or b"/Filter" not in head):
            stream = data[content.end() : content.end() + int(length[1])]
            yield stream, _ZLIB_FORM if is_deflated else None
