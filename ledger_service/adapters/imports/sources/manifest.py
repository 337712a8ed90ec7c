"""Manifests: CSV with a header, or JSON Lines; both in UTF-8, with the columns of docs/formats.md §14.

One row too long or malformed is one refused item. Lines are read bounded, so that memory is.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ledger_service.adapters.imports.sources.folder import resolve
from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidManifest, LedgerError
from ledger_service.domain.imports.import_item import LARGEST_ROW_BYTES, ImportItem, parse_row
from ledger_service.domain.imports.import_progress import Extent

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DELIMITERS = ",;\t"


def item_of_line(place: str, line: bytes, license_name: str, base: str | None) -> ImportItem:
    """Return the item of one line; refused if the line is malformed. base: of relative paths, or None."""
    try:
        value = parse_flat(line)
        if not isinstance(value, dict):
            raise InvalidManifest("line-not-object")
        return _placed(parse_row(place, value, license_name), base)
    except LedgerError as exc:
        return ImportItem.refused(place, exc)


def parse_flat(line: bytes) -> Any:
    """Return the value of a line of JSON, as strictly as canonical_json.parse and faster if it is flat."""
    if line.count(b"{") + line.count(b"[") > canonical_json.LARGEST_DEPTH:
        return canonical_json.parse(line)
    try:
        return json.loads(line.decode(), object_pairs_hook=_unique, parse_float=_no_float)
    except ValueError as exc:
        raise InvalidManifest("line-not-json", cause=str(exc)) from exc


def read_csv(
    path: Path, license_name: str, extent: Extent, *, names_files: bool = True
) -> Iterator[ImportItem]:
    """Yield the item of each row of a CSV file with a header; comma, semicolon or tab between.

    names_files: whether a row may name a file, beside the manifest; it is refused otherwise.

    Raises:
        InvalidManifest: the header has no column or an unknown one.
    """
    base = os.path.realpath(path.parent) if names_files else None
    with path.open("rb") as file:
        texts = _Texts(file, extent)
        first = next(texts, "")
        delimiter = max(DELIMITERS, key=first.count)
        header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
        if not header or len(set(header)) != len(header):
            raise InvalidManifest("header", file=path.name)
        parse_row(path.name, dict.fromkeys(header, "") | {"path": "a"}, license_name)
        rows = csv.reader(texts, delimiter=delimiter, strict=True)
        while True:
            texts.row_bytes = 0
            try:
                row = next(rows)
            except StopIteration:
                break
            except csv.Error as exc:
                fault = InvalidManifest("row-malformed", cause=str(exc))
                yield ImportItem.refused(f"{path.name}:{texts.number}", fault)
                continue
            place = f"{path.name}:{texts.number}"
            while texts.too_long:
                yield too_long(f"{path.name}:{texts.too_long.pop(0)}")
            if row:
                yield _item_of_row(place, header, row, license_name, base)
        for number in texts.too_long:
            yield too_long(f"{path.name}:{number}")


def _item_of_row(
    place: str, header: list[str], row: list[str], license_name: str, base: str | None
) -> ImportItem:
    try:
        if len(row) != len(header):
            raise InvalidManifest("row-length", values=len(row), columns=len(header))
        if any("\udc80" <= letter <= "\udcff" for value in row for letter in value):
            raise InvalidManifest("row-not-utf-8")
        return _placed(parse_row(place, dict(zip(header, row, strict=True)), license_name), base)
    except LedgerError as exc:
        return ImportItem.refused(place, exc)


def _placed(item: ImportItem, base: str | None) -> ImportItem:
    if not item.path:
        return item
    if base is None:
        raise InvalidManifest("files-not-here")
    return item._replace(path=resolve(base, item.path))


class _Texts:
    """The lines of a file as text, for csv.reader; lines that are too long are counted and left out."""

    def __init__(self, file: BinaryIO, extent: Extent) -> None:
        self._lines = _lines(file, extent)
        self.number = 0
        self.row_bytes = 0  # of the row that is being read; it can have many lines
        self.too_long: list[int] = []

    def __iter__(self) -> _Texts:
        return self

    def __next__(self) -> str:
        for number, line in self._lines:
            self.number = number
            if line is not None:
                self.row_bytes += len(line)
                if self.row_bytes > LARGEST_ROW_BYTES:
                    raise csv.Error(f"it is longer than {LARGEST_ROW_BYTES} bytes")
                return line.decode("utf-8", "surrogateescape")
            self.too_long.append(self.number)
        raise StopIteration


def _lines(file: BinaryIO, extent: Extent) -> Iterator[tuple[int, bytes | None]]:
    """Yield number and bytes of each line; None for one that is longer than a row may be."""
    extent.total = os.fstat(file.fileno()).st_size
    number = 0
    while line := file.readline(LARGEST_ROW_BYTES + 1):
        number += 1
        extent.read += len(line)
        if len(line) > LARGEST_ROW_BYTES:
            while line and not line.endswith(b"\n"):
                line = file.readline(LARGEST_ROW_BYTES)
                extent.read += len(line)
            yield number, None
            continue
        yield number, line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line


def too_long(place: str) -> ImportItem:
    """Return the refused item of a row that is longer than it may be."""
    fault = InvalidManifest("row-too-long", most=LARGEST_ROW_BYTES)
    return ImportItem.refused(place, fault)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidManifest("name-twice")
    return found


def _no_float(text: str) -> Any:
    raise InvalidManifest("not-a-number", number=text[:40])
