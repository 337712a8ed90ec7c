"""A list of resources, as a table, CSV or JSON: commands that find resources print the same."""

from __future__ import annotations

from collections.abc import Iterable

from ledger_service.cli.output import DIGITS_SHOWN, Row, dated, tell_rows

COLUMNS = (
    "digest",
    "state",
    "title",
    "creator",
    "language",
    "media_type",
    "size_bytes",
    "license",
    "steward",
    "accepted_entry",
    "accepted_at",
    "accepted",
)


def tell_resources(
    found: Iterable[Row], limit: int, style: str, *, none: str | None = "cli.list.none"
) -> int:
    """Tell of the first resources as the API tells them, and that there are more if so; return of how many.

    style: table, csv or json. Each has `accepted` beside, its time as a date. none: see `tell_rows`.
    """
    rows = ({**row, "accepted": dated(row["accepted_at"])} for row in found)
    return tell_rows(rows, limit, style, COLUMNS, _line, none=none)


def _line(row: Row) -> str:
    by = f", {row['creator']}" if row["creator"] else ""
    return f"{row['digest'][:DIGITS_SHOWN]}  {row['state']:<11}{row['title']}{by}"
