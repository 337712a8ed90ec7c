"""What all libraries of a consortium have, as `muhr find --members` tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger_service.cli.output import (
    DIGITS_SHOWN,
    INCOMPLETE,
    NEGATIVE,
    POSITIVE,
    Row,
    tell,
    tell_rows,
)

MOST_PAGES = 200  # of which some may show nothing
COLUMNS = (
    "digest",
    "title",
    "creator",
    "year",
    "language",
    "media_type",
    "verified",
    "superseded",
    "steward",
    "library",
    "page",
    "lent_at",
)


def find_together(service: Any, asked: dict[str, str], limit: int, style: str) -> int:
    """Tell what is found, whose it is, and which libraries are missing; return the exit status."""
    libraries: list[Row] = []
    count = tell_rows(_works(service, asked, libraries), limit, style, COLUMNS, _line, none=None)
    missing = [one for one in libraries if one["missing"]]
    for one in missing:
        why = one["missing"]["text"]
        tell("cli.find.missing", err=True, library=one["library"]["name"], why=why)
    for one in libraries:
        if left_out := sum(one["left_out"].values()):
            name = one["library"]["name"]
            tell("cli.find.left-out", err=True, library=name, count=left_out)
    if count:
        return POSITIVE
    tell("cli.find.none", err=True)
    return INCOMPLETE if missing else NEGATIVE


def _works(service: Any, asked: dict[str, str], libraries: list[Row]) -> Iterator[Row]:
    """Yield the works, page by page. libraries: gets what came of each on the first page."""
    cursor = ""
    for _ in range(MOST_PAGES):
        page = service.get("/search", **asked, members="true", **_after(cursor))
        if not cursor:
            libraries += page["libraries"]
        for item in page["items"]:
            library = item["library"]
            yield {**item, "steward": library["steward"], "library": library["name"]}
        cursor = page["next"]
        if cursor is None:
            return


def _after(cursor: str) -> dict[str, str]:
    return {"cursor": cursor} if cursor else {}


def _line(row: Row) -> str:
    by = f", {row['creator']}" if row["creator"] else ""
    return f"{row['digest'][:DIGITS_SHOWN]}  {row['verified']:<12}{row['title']}{by} · {row['library']}"
