"""The file of a class list as a table of text: in which letters it is written, and what parts its columns.

What a registrar's office saves is CSV of any kind: parted by commas, semicolons, tabs or bars, in UTF-8,
UTF-16 or Windows-1251, with or without a mark at its beginning.
"""

from __future__ import annotations

import csv
import io
import re
from itertools import islice

from ledger_service.domain.errors import InvalidCohort

MOST_LIST_BYTES = 4 * 2**20
MOST_ROWS = (
    100_000  # empty ones, too: of line ends alone, 4 MiB of them would take 300 MiB of memory
)
_DELIMITERS = ",;\t|"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_NO_TEXT = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
)  # of a spreadsheet, an old one, and a print
_SEP = re.compile(r"sep=(.)\r?\n?\Z", re.IGNORECASE)


def table_of(data: bytes) -> list[list[str]]:
    """Return the rows of a list, each with its cells.

    Raises:
        InvalidCohort: it is larger than 4 MiB, has more than 100,000 rows, is no text that we read, or its
            quotes are broken.
    """
    if len(data) > MOST_LIST_BYTES:
        raise InvalidCohort("too-large", most=MOST_LIST_BYTES)
    lines = io.StringIO(_text(data), newline="")
    first = lines.readline()
    told = _SEP.match(first)  # by which a spreadsheet is told what parts the columns
    if told is None:
        lines.seek(0)
    delimiter = told[1] if told else max(_DELIMITERS, key=first.count)
    rows = csv.reader(lines, delimiter=delimiter)
    try:
        found = list(islice(rows, MOST_ROWS + 1))
    except csv.Error as exc:
        raise InvalidCohort("row", row=rows.line_num) from exc
    if len(found) > MOST_ROWS:
        raise InvalidCohort("too-many", most=MOST_ROWS)
    return found


def _text(data: bytes) -> str:
    if data.startswith(_NO_TEXT):
        raise InvalidCohort("no-text")
    try:
        if data.startswith(_UTF_16):
            return data.decode("utf-16")
        if (
            b"\0" in data
        ):  # UTF-16 without its mark; digits and delimiters show which bytes are the high ones
            is_little = data[1::2].count(0) > data[::2].count(0)
            return data.decode("utf-16-le" if is_little else "utf-16-be")
        return _utf_8(data) or data.decode("cp1251")
    except UnicodeDecodeError as exc:
        raise InvalidCohort("no-text") from exc


def _utf_8(data: bytes) -> str:
    """Return the text, "" if it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
