"""Files attached to a PDF, found by a whole reader of the format, however another program saved it anew."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf

from ledger_service.domain.errors import InvalidJson, InvalidReceipt
from ledger_service.domain.verification.kept_file import (
    LARGEST_PDF_BYTES,
    MOST_ATTACHMENTS,
    inflated,
)


def attachments(data: bytes, largest: int) -> list[bytes]:
    """Return what is attached, in the order of names; of each never more than `largest` + 1 bytes.

    An attachment that is compressed in another way than by zlib is left out, and so is one that is broken.

    Raises:
        InvalidReceipt: the file is larger than 4 MiB, is no PDF, needs a password, or has no attachment.
    """
    if len(data) > LARGEST_PDF_BYTES:
        raise InvalidReceipt("pdf-too-long")
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            found = list(_contents(document, largest))
    except (pikepdf.PikepdfError, ValueError, TypeError, KeyError, RuntimeError) as exc:
        raise InvalidReceipt("pdf-unreadable") from exc
    if not found:
        raise InvalidReceipt("pdf-without-receipt")
    return found


def _contents(document: pikepdf.Pdf, largest: int) -> Iterator[bytes]:
    for name in sorted(document.attachments)[:MOST_ATTACHMENTS]:
        stream = document.attachments[name].get_file().obj
        raw = stream.read_raw_bytes()
        filters = stream.get("/Filter")
        if filters is None:
            yield raw[: largest + 1]
        elif filters in (pikepdf.Name.FlateDecode, pikepdf.Array([pikepdf.Name.FlateDecode])):
            try:
                yield inflated(raw, largest)
            except InvalidJson:
                continue
