"""A text file as blocks of whole lines: in UTF-8, lines ended by LF, CR LF or CR alone, none endless."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ledger_service.adapters.given_files import open_given
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.foreign_text import BYTE_ORDER_MARK
from ledger_service.domain.imports.import_item import LARGEST_ROW_BYTES
from ledger_service.domain.imports.import_progress import Extent

LOOKED_AT_BYTES = LARGEST_ROW_BYTES
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@contextmanager
def open_lines(path: Path, extent: Extent) -> Iterator[BinaryIO]:
    """Yield the file from its first line on, a byte-order mark passed over; every line ends with a LF.

    Raises:
        InvalidManifest: it is UTF-16, as spreadsheets save “Unicode text”.
    """
    with open_given(path) as file:
        extent.total = os.fstat(file.fileno()).st_size
        seen = file.peek(LOOKED_AT_BYTES)[:LOOKED_AT_BYTES]
        if seen.startswith(_UTF_16_MARKS) or seen[1:2] == b"\0" or seen[:1] == b"\0":
            raise InvalidManifest("not-utf-8", file=path.name)
        if seen.startswith(BYTE_ORDER_MARK):
            extent.read += len(file.read(len(BYTE_ORDER_MARK)))
        if b"\r" in seen and b"\n" not in seen:
            yield io.BufferedReader(_CarriageReturns(file))
        else:
            yield file


def read_line(file: BinaryIO) -> bytes:
    """Return the next line; one that is too long for a row is cut off behind the byte that makes it so."""
    line = rest = file.readline(LARGEST_ROW_BYTES + 1)
    while len(rest) >= LARGEST_ROW_BYTES and not rest.endswith(b"\n"):
        rest = file.readline(LARGEST_ROW_BYTES + 1)
    if rest is not line and not line.endswith(b"\n"):
        line += b"\n"
    return line


def read_lines(file: BinaryIO, size_bytes: int) -> bytes:
    """Return about so many bytes of whole lines, each bounded as by read_line."""
    data = file.read(size_bytes)
    return data if not data or data.endswith(b"\n") else data + read_line(file)


def note_lines(data: bytes, extent: Extent) -> int:
    """Note whole lines that were read; return how many they are."""
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    extent.items += lines
    extent.read += len(data)
    return lines


class _CarriageReturns(io.RawIOBase):
    """A file whose lines end with a CR alone, as old Macintosh programs write them."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer)).replace(b"\r", b"\n")
        buffer[: len(data)] = data
        return len(data)

    def tell(self) -> int:
        return self._file.tell()
