"""CSV in blocks that nobody has parsed: whoever prepares claims parses them, in its own process.

A block ends where a row does, as csv.reader sees it. Where a quotation mark is left open, the rows that it
swallows are refused with the numbers of their lines.
"""

from __future__ import annotations

import csv
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from io import BytesIO, StringIO
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

from ledger_service.adapters.imports.sources.belt import told
from ledger_service.adapters.imports.sources.blocks import RowBlock
from ledger_service.adapters.imports.sources.lined_file import (
    note_lines,
    open_lines,
    read_line,
    read_lines,
)
from ledger_service.adapters.imports.sources.manifest import placed, too_long
from ledger_service.domain.errors import InvalidManifest
from ledger_service.domain.imports.import_item import (
    LARGEST_ROW_BYTES,
    PLAIN_COLUMNS,
    ImportItem,
    parse_row,
    plain_claim,
)
from ledger_service.domain.imports.import_progress import Extent
from ledger_service.domain.imports.plain_claims import plain_claims
from ledger_service.domain.imports.prepared_claim import PreparedClaim

_PLAIN = frozenset(PLAIN_COLUMNS)
DELIMITERS = ",;\t"
BLOCK_BYTES = 128 * 1024
FILES_BLOCK_BYTES = 4 * 1024  # if rows name files: both processes then end at about the same time


def read_row_blocks(
    path: Path, license_name: str, extent: Extent, *, names_files: bool = True
) -> Iterator[RowBlock]:
    """Yield the rows of a CSV file with a header in blocks; comma, semicolon or tab between values.

    names_files: whether a row may name a file, beside the manifest; it is refused otherwise.

    Raises:
        InvalidManifest: it is not UTF-8, or the header has no column or an unknown one.
    """
    base = os.path.realpath(path.parent) if names_files else None
    with open_lines(path, extent) as file:
        first = read_line(file)
        header, delimiter = _header(path.name, first, license_name)
        number = 2
        size = FILES_BLOCK_BYTES if "path" in header else BLOCK_BYTES
        extent.read += len(first)
        while data := _next_rows(file, size, delimiter):
            block = RowBlock(path.name, number, data, license_name, base, header, delimiter)
            number += note_lines(data, extent)
            yield block
        extent.read = file.tell()


def _header(name: str, line: bytes, license_name: str) -> tuple[list[str], str]:
    text = line.decode("utf-8", "surrogateescape")
    delimiter = max(DELIMITERS, key=text.count)
    try:
        columns = next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as exc:
        raise InvalidManifest("header", file=name) from exc
    header = [column.strip() for column in columns]
    if not header or len(set(header)) != len(header):
        raise InvalidManifest("header", file=name)
    parse_row(name, dict.fromkeys(header, "") | {"path": "a"}, license_name)
    return header, delimiter


def _next_rows(file: BinaryIO, size_bytes: int, delimiter: str) -> bytes:
    """Return the next whole rows, as csv.reader tells where one ends; the last may be one left open."""
    data = read_lines(file, size_bytes)
    row = _open_row(data, delimiter)
    while row and (line := read_line(file)):
        data += line
        row += line
        if b'"' in line or len(row) > LARGEST_ROW_BYTES:
            row = _open_row(row, delimiter)
    return data


def _open_row(data: bytes, delimiter: str) -> bytes:
    """Return the row at the end of which a quotation mark is open, empty if there is none."""
    if b'"' not in data or _ends_with_a_row(data, delimiter):
        return b""
    lines = _Lines("", 1, data)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin_row()
        try:
            next(rows)
        except StopIteration:
            return b""
        except csv.Error:
            if lines.is_ended:
                return data.split(b"\n", lines.first - 1)[-1]


def _ends_with_a_row(data: bytes, delimiter: str) -> bool:
    text = _in_memory(data)
    if text is None:
        return False
    try:
        deque(csv.reader(text, delimiter=delimiter, strict=True), maxlen=0)
    except csv.Error:
        return False
    return True


def _in_memory(data: bytes) -> StringIO | None:
    """Return lines for csv.reader, which takes them from there most quickly; None if that cannot be."""
    if max(map(len, data.split(b"\n"))) >= LARGEST_ROW_BYTES:
        return None
    try:
        return StringIO(data.decode(), newline="\n")
    except UnicodeDecodeError:
        return None


def prepare_rows(block: RowBlock, largest_bytes: int) -> Iterator[PreparedClaim | ImportItem]:
    """Yield what each row is, in order: a claim if that is known already, otherwise its item.

    Blank lines are left out.
    """
    reading = _Reading(block, largest_bytes)
    done = yield from _rows_of_a_line(reading)
    rest = b"".join(block.data.split(b"\n", done)[done:])  # empty if the last line has no end
    lines = _Lines(block.name, block.first + done, rest)
    rows = csv.reader(lines, delimiter=block.delimiter, strict=True)
    while True:
        lines.begin_row()
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as exc:
            yield from lines.taken_too_long()
            cause = str(exc)
            if lines.number > lines.first:
                fault = InvalidManifest(
                    "rows-malformed", first=lines.first, last=lines.number, cause=cause
                )
            else:
                fault = InvalidManifest("row-malformed", cause=cause)
            yield ImportItem.refused(lines.place(), fault)
            continue
        yield from lines.taken_too_long()
        if row and lines.is_damaged and len(row) == len(block.header):
            yield ImportItem.refused(lines.place(), InvalidManifest("row-not-utf-8"))
        elif row:
            yield reading.prepared(lines.place(), row)
    yield from lines.taken_too_long()


def _rows_of_a_line(reading: _Reading) -> Generator[PreparedClaim | ImportItem, None, int]:
    """Yield the first rows that have a line each, and return how many lines that is: most often all."""
    block = reading.block
    text = _in_memory(block.data)
    if text is None:
        return 0
    claims = reading.claims_at_once(text)
    if claims is not None:
        yield from claims
        return len(claims)
    text.seek(0)
    rows = csv.reader(text, delimiter=block.delimiter, strict=True)
    number = 0
    with suppress(csv.Error):
        for row in rows:
            if rows.line_num > number + 1:
                break
            if row:
                yield reading.prepared(f"{block.name}:{block.first + number}", row)
            number += 1
    return number


class _Reading:
    """Makes claims and items of a block's rows."""

    def __init__(self, block: RowBlock, largest_bytes: int) -> None:
        self.block = block
        self._largest_bytes = largest_bytes
        self._columns = len(block.header)
        places = {name: place for place, name in enumerate(block.header)}
        self._plain: Callable[[list[Any]], tuple[Any, ...]] | None = None
        if places.keys() <= _PLAIN:  # what has no column is the empty text behind a row
            self._plain = itemgetter(*(places.get(name, -1) for name in PLAIN_COLUMNS))

    def claims_at_once(self, text: StringIO) -> list[PreparedClaim] | None:
        """Return the claims of all lines, if each is one plain row; None says nothing of any."""
        block = self.block
        if self._plain is None:
            return None
        rows = csv.reader(text, delimiter=block.delimiter, strict=True)
        try:
            found = list(rows)
        except csv.Error:
            return None
        if rows.line_num != len(found) or set(map(len, found)) != {self._columns}:
            return None
        columns = self._plain([*zip(*found, strict=True), [""] * len(found)])
        places = [
            f"{block.name}:{number}" for number in range(block.first, block.first + len(found))
        ]
        return plain_claims(places, columns, block.license, self._largest_bytes)

    def prepared(self, place: str, row: list[str]) -> PreparedClaim | ImportItem:
        """Return what a row of values is: a claim if that is known already, otherwise its item."""
        block = self.block
        try:
            if len(row) != self._columns:
                raise InvalidManifest("row-length", values=len(row), columns=self._columns)
            if self._plain is not None:
                digest, size, *rest = self._plain([*row, ""])
                if size.isascii() and size.isdigit() and len(size) < 17:
                    plain = (digest, int(size), *rest)
                    claim = plain_claim(place, plain, block.license, self._largest_bytes)
                    if claim is not None:
                        return claim
            values = dict(zip(block.header, row, strict=True))
            return placed(parse_row(place, values, block.license), block.base)
        except Exception as exc:
            return ImportItem.refused(place, told(exc))


class _Lines:
    """The lines of a block as text, for csv.reader; those that are too long are counted and left out."""

    def __init__(self, name: str, first: int, data: bytes) -> None:
        self._name = name
        self._lines = BytesIO(data)
        self.number = first - 1
        self.is_ended = False
        self._too_long: list[int] = []
        self.begin_row()

    def begin_row(self) -> None:
        """Let the next line be the first of a row, which can have many."""
        self.first = self.number + 1
        self._row_bytes = 0
        self.is_damaged = False

    def place(self) -> str:
        """Return where the row stands: its line, or its first and last."""
        lines = f"{self.first}" if self.number <= self.first else f"{self.first}–{self.number}"
        return f"{self._name}:{lines}"

    def taken_too_long(self) -> Iterator[ImportItem]:
        """Yield the refused items of lines that were left out."""
        numbers, self._too_long = self._too_long, []
        for number in numbers:
            yield too_long(f"{self._name}:{number}")

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        for line in self._lines:
            self.number += 1
            if len(line) > LARGEST_ROW_BYTES:
                self._too_long.append(self.number)
                if not self._row_bytes:
                    self.first = self.number + 1
                continue
            self._row_bytes += len(line)
            if self._row_bytes > LARGEST_ROW_BYTES:
                raise csv.Error(f"it is longer than {LARGEST_ROW_BYTES} bytes")
            try:
                return line.decode()
            except UnicodeDecodeError:
                self.is_damaged = True
                return line.decode("utf-8", "surrogateescape")
        self.is_ended = True
        raise StopIteration
