"""`muhr find`: what the library holds, by words."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ledger_service.cli.output import (
    DIGITS_SHOWN,
    NEGATIVE,
    Command,
    Row,
    api_option,
    as_json,
    asked_style,
    dated,
    limit_option,
    remote,
    say,
    style_option,
    tell_rows,
)

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
SORTS = ("relevance", "date", "title")


@click.command(cls=Command)
@click.argument("text", nargs=-1)
@click.option(
    "--sort", type=click.Choice(SORTS), default=SORTS[0], show_default=True, help="Order."
)
@limit_option
@style_option
@api_option
@as_json
def find(
    text: tuple[str, ...], sort: str, limit: int, style: str | None, api: str | None, as_json: bool
) -> None:
    """Find resources by words, or by what names one. Exit status 1 if there are none.

    Words match in Latin and in Cyrillic letters, whatever their case, marks and apostrophes are. A record
    that was corrected is found by its old words and its new ones. "Words in quotes" stand side by side, uzb*
    is how a word begins, title:, creator:, subject: and year:1990-1999 are where it stands, and -word, after
    --, must not be there. A digest, a CID, a DOI, an ISBN or #12, an entry of the ledger, names a resource.
    """
    asked = {"q": " ".join(text), "sort": sort}
    service = remote(api)
    first = service.get("/search", **asked, limit=1)
    if first["direct"] is not None and first["direct"]["sure"]:
        found: Iterator[Row] = iter(service.get(f"/resources/{first['direct']['digest']}"))
    else:
        found = service.pages("/search", **asked)
    rows = ({**row, "accepted": dated(row["accepted_at"])} for row in found)
    if tell_rows(rows, limit, asked_style(style, as_json), COLUMNS, _line):
        if first["more"]:
            say(f"Of more than {first['total']:,}, the newest were put in order.", err=True)
        return
    if first["suggestion"]:
        say(f"Did you mean {first['suggestion']}?", err=True)
    click.get_current_context().exit(NEGATIVE)


def _line(row: Row) -> str:
    by = f", {row['creator']}" if row["creator"] else ""
    return f"{row['digest'][:DIGITS_SHOWN]}  {row['state']:<11}{row['title']}{by}"


commands = (find,)
