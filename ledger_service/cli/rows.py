"""The rows of a list that a command tells: as a table, CSV or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

import click

from ledger_service.cli.output import print_document, print_json, say
from ledger_service.domain.csv_rows import format_rows

STYLES = ("table", "csv", "json")
DIGITS_SHOWN = 16  # of a digest or a pseudonym, in a table
Row = dict[str, Any]

limit_option = click.option(
    "--limit", type=click.IntRange(1), default=100, show_default=True, help="Most to show."
)
style_option = click.option("--format", "style", type=click.Choice(STYLES), help="Of the list.")


def asked_style(style: str | None, as_json: bool) -> str:
    """Return the format that is asked for; raise UsageError for two of them."""
    if as_json and style not in (None, "json"):
        raise click.UsageError("--json is another format than --format names.")
    return "json" if as_json else style or "table"


def tell_rows(
    rows: Iterable[Row], limit: int, style: str, columns: Sequence[str], line: Callable[[Row], str]
) -> int:
    """Tell of the first rows, and that there are more if so; return how many were told of.

    columns: those of CSV. line: makes the one of a table.
    """
    found = list(islice(rows, limit + 1))
    told = found[:limit]
    if style == "json":
        print_json(told)
    elif style == "csv":
        print_csv(told, columns)
    else:
        for row in told:
            say(line(row))
    if len(found) > limit:
        say(f"There are more than {limit:,}: give --limit.", err=True)
    return len(told)


def print_csv(rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Print rows as CSV, with the names of the columns first; words of a list stand in one cell."""
    cells = ([_in_cell(row[name]) for name in columns] for row in rows)
    print_document(format_rows([columns, *cells]).encode())


def _in_cell(value: object) -> object:
    return " ".join(value) if isinstance(value, list) else value
