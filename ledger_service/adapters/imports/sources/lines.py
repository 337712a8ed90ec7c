"""JSON Lines in blocks that nobody has parsed: whoever prepares claims parses them, in its own process.

What a line becomes is `manifest.item_of_line`'s to say. A plain line, as almost all are, is read by a
quicker parser first, and whatever that one does not vouch for goes the general way.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from ledger_service.adapters.imports.sources.blocks import LineBlock
from ledger_service.adapters.imports.sources.lined_file import note_lines, open_lines, read_lines
from ledger_service.adapters.imports.sources.manifest import item_of_line, too_long
from ledger_service.domain.imports.import_item import (
    LARGEST_ROW_BYTES,
    PLAIN_COLUMNS,
    ImportItem,
    plain_claim,
)
from ledger_service.domain.imports.import_progress import Extent
from ledger_service.domain.imports.prepared_claim import PreparedClaim

_scan: Callable[[str, int], tuple[object, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]
BLOCK_BYTES = 128 * 1024
_PLAIN = frozenset(PLAIN_COLUMNS)
FILES_A_BLOCK = 32  # lines, if they name files: both processes then end at about the same time


def read_line_blocks(
    path: Path, license_name: str, extent: Extent, *, names_files: bool = True
) -> Iterator[LineBlock]:
    """Yield the lines of a JSON Lines file in blocks. names_files: as for rows.read_row_blocks.

    Raises:
        InvalidManifest: it is not UTF-8.
    """
    base = os.path.realpath(path.parent) if names_files else None
    with open_lines(path, extent) as file:
        number = 1
        while data := read_lines(file, BLOCK_BYTES):
            for part in _parts(data):
                block = LineBlock(path.name, number, part, license_name, base)
                number += note_lines(part, extent)
                yield block
            extent.read = file.tell()


def prepare_block(block: LineBlock, largest_bytes: int) -> Iterator[PreparedClaim | ImportItem]:
    """Yield what each line is, in order: a claim if that is known already, otherwise its item.

    Blank lines are left out.
    """
    for number, line in enumerate(block.data.split(b"\n"), block.first):
        if line and not line.isspace():
            yield _prepared(f"{block.name}:{number}", line, block, largest_bytes)


def _prepared(
    place: str, line: bytes, block: LineBlock, largest_bytes: int
) -> PreparedClaim | ImportItem:
    if len(line) >= LARGEST_ROW_BYTES:  # the line feed counts
        return too_long(place)
    row = _plain_object(line)
    if row is not None and row.keys() <= _PLAIN:
        values = [row.get(name, "") for name in PLAIN_COLUMNS]
        claim = plain_claim(place, values, block.license, largest_bytes)
        if claim is not None:
            return claim
    return item_of_line(place, line, block.license, block.base)


def _plain_object(line: bytes) -> dict[str, object] | None:
    """Return the object of a line if it is one of texts without escapes, and of one value that is no text.

    Every name and every text has two quotation marks; so a name that occurs twice, of which a dict
    holds one, makes too many. Nothing is nested, so the parser's depth need not be watched.
    """
    if b"\\" in line or b"[" in line or line.count(b"{") != 1:
        return None
    try:
        text = line.decode()
        row, end = _scan(text, 0)
    except (ValueError, StopIteration):
        return None
    if type(row) is not dict or line.count(b'"') != 4 * len(row) - 2 or text[end:].strip():
        return None
    return row


def _parts(data: bytes) -> Iterator[bytes]:
    """Yield the block, or a few lines at a time if it may name files."""
    if b'"path"' not in data and b"\\" not in data:
        yield data
        return
    lines = BytesIO(data).readlines()  # splitlines would split at a carriage return, too
    for start in range(0, len(lines), FILES_A_BLOCK):
        yield b"".join(lines[start : start + FILES_A_BLOCK])
