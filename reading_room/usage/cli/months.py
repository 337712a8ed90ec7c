"""`muhr usage months`, `turnaways` and `recompute`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ledger_service.cli.output import (
    INCOMPLETE,
    MARKS,
    NEGATIVE,
    Command,
    Row,
    api_option,
    as_json,
    asked_style,
    limit_option,
    print_json,
    remote,
    say,
    sentence,
    style_option,
    tell,
    tell_rows,
    token_option,
)
from ledger_service.domain import canonical_json
from ledger_service.domain.errors import UsageMonthNotFound
from ledger_service.domain.identifiers import Digest
from reading_room.usage.rules.hours import SAME_USE_SECONDS
from reading_room.usage.rules.months import Month
from reading_room.usage.rules.recount import Recount, recount

COLUMNS = ("digest", "limit_exceeded", "no_license", "requests", "unique_requests", "title")
MOST_NAMED = 20


@click.command(cls=Command)
@api_option
@as_json
def months(api: str | None, as_json: bool) -> None:
    """Show the totals of each month, newest first, with the entry that attests them."""
    found = remote(api).get("/usage/months")
    if as_json:
        print_json(found)
        return
    for month in found:
        totals = {name: f"{number:,}" for name, number in month["totals"].items()}
        entry = str(month["entry"])
        say(f"{month['month']}  {sentence('cli.usage.month', entry=entry, **totals)}")
    if not found:
        tell("cli.list.none", err=True)


@click.command(cls=Command)
@click.option("--from", "since", metavar="MONTH", help="First month; default a year ago.")
@click.option("--until", metavar="MONTH", help="Last month; default this one, so far.")
@limit_option
@style_option
@api_option
@token_option
@as_json
def turnaways(
    since: str | None,
    until: str | None,
    limit: int,
    style: str | None,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Show which titles readers were refused most often, which says what to buy.

    Limit: all seats were taken or promised. License: the reader had no right that stood.
    """
    style = asked_style(style, as_json)
    asked = {
        name: str(Month.parse(text)) for name, text in (("since", since), ("until", until)) if text
    }
    found = remote(api, "registrar", token_file).get("/usage/turnaways", **asked)
    rows = ({**title["counts"], **title} for title in found["titles"])
    tell_rows(rows, limit, style, COLUMNS, _line)


def _line(row: Row) -> str:
    refused = f"{row['limit_exceeded']:>7,}{row['no_license']:>7,}"
    return f"{row['digest'][:12]}…{refused}{row['requests']:>9,}  {row['title']}"


@click.command(cls=Command)
@click.argument("month", metavar="MONTH")
@api_option
@token_option
@as_json
def recompute(month: str, api: str | None, token_file: Path | None, as_json: bool) -> None:
    """Count a month again on this machine, of the openings and denials that an auditor may read.

    MONTH is such as 2026-10. `muhr audit` checks that these are what the ledger commits to. Exit status 1 if
    the totals are not what they add up to; 3 if some were erased since, which can explain that less is found.
    """
    named = Month.parse(month)
    service = remote(api, "auditor", token_file)
    statement = _attested(service, named)
    lines = (line["line"] for line in service.pages(f"/usage/months/{named}/lines"))
    until = named.end + SAME_USE_SECONDS + 1
    parts = service.pages("/ledger/private-parts", **{"from": named.begin, "until": until})
    bodies = (part["body"] for part in parts if part["body"] is not None)
    _tell(recount(named, statement, lines, bodies), str(named), as_json)


def _attested(service: Any, month: Month) -> dict[str, Any]:
    """Return the statement of a month, whose digest the ledger attests; raise UsageMonthNotFound."""
    for found in service.get("/usage/months"):
        if found["month"] == str(month):
            statement: dict[str, Any] = canonical_json.parse(found["statement"].encode())
            digest = Digest.of(found["statement"].encode()).hex()
            attested = service.pages("/ledger/statements", type="usage-month", statement=digest)
            if any(entry["entry"] == found["entry"] for entry in attested):
                return statement
    raise UsageMonthNotFound(month=str(month))


def _tell(found: Recount, month: str, as_json: bool) -> None:
    if as_json:
        print_json({**vars(found), "month": month, "is_same": found.is_same})
    else:
        outcome = "same" if found.is_same else "explained" if found.is_explained else "other"
        mark = MARKS[{"same": "PASS", "explained": "NOT_CHECKED", "other": "FAIL"}[outcome]]
        missing = str(found.parts - found.there)
        told = sentence(
            f"cli.usage.recount-{outcome}", month=month, parts=str(found.parts), missing=missing
        )
        say(told, mark=mark)
        for name in (*found.higher, *found.lower)[:MOST_NAMED]:
            say(name, indent=2)
    if not found.is_same:
        click.get_current_context().exit(INCOMPLETE if found.is_explained else NEGATIVE)
