"""Rows of CSV as we write them: whoever opens them in a spreadsheet runs no formula of a stranger."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

_BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> object:
    """Return a value for a cell: text that spreadsheets take for a formula gets an apostrophe."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_BEGIN_FORMULAS):
        return "'" + value
    return value


def format_rows(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as CSV (RFC 4180), without formulas; None is an empty cell."""
    text = io.StringIO()
    csv.writer(text).writerows(map(cell, row) for row in rows)
    return text.getvalue()
