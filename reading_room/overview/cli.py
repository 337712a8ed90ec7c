"""Commands that tell how a library is, and what it holds."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ledger_service.cli.output import (
    DIGITS_SHOWN,
    INCOMPLETE,
    NEGATIVE,
    Command,
    Row,
    api_option,
    as_json,
    asked_style,
    dated,
    limit_option,
    print_json,
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


@click.command(cls=Command)
@api_option
@as_json
def status(api: str | None, as_json: bool) -> None:
    """Show how the library is. Exit status 1 if the worker has stopped.

    Exit status 3 while work is under way, the chain is away or there is a warning.
    """
    found = remote(api).get("/status")
    stop = found["worker"]["stop"]
    settled = (
        found["chain"]["head"] is not None
        and "problem" not in found["chain"]
        and not found["warnings"]
        and found["anchored_size"] == found["ledger_size"]
        and not found["jobs"].get("queued")
        and not found["jobs"].get("submitted")
        and not found["imports_under_way"]
    )
    if as_json:
        print_json(found)
    else:
        head = found["chain"]["head"]
        say(f"ledger       {found['origin']}, {found['ledger_size']} entries")
        say(f"checkpoint   size {found['checkpoint_size']}")
        say(f"anchored     size {found['anchored_size']}")
        age = found["chain"].get("head_age_seconds")
        if "problem" in found["chain"]:
            say(f"chain        away: {found['chain']['problem']}")
        block = f"block {head['number']}, {age} seconds old" if head else "away"
        say(f"chain        {block}")
        if stop:
            say(f"worker       stopped, nothing is accepted: {stop['detail']}")
        if found["relayer"] is not None:
            count = found["relayer"]["transactions"]
            say(f"relayer      pays about {count} more transactions")
        for warning in found["warnings"]:
            say(f"warning      {warning['detail']}")
        for label, counts in (("resources", found["registrations"]), ("jobs", found["jobs"])):
            shown = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
            say(f"{label:<13}{shown or 'none'}")
        say(f"imports      {found['imports_under_way']} under way")
    if stop:
        click.get_current_context().exit(NEGATIVE)
    if not settled:
        click.get_current_context().exit(INCOMPLETE)


@click.command("list", cls=Command)
@limit_option
@style_option
@api_option
@as_json
def list_(limit: int, style: str | None, api: str | None, as_json: bool) -> None:
    """List what the library holds, oldest first."""
    _tell(remote(api).pages("/resources"), limit, asked_style(style, as_json))


def _tell(found: Iterator[Row], limit: int, style: str) -> int:
    rows = ({**row, "accepted": dated(row["accepted_at"])} for row in found)
    return tell_rows(rows, limit, style, COLUMNS, _line)


def _line(row: Row) -> str:
    by = f", {row['creator']}" if row["creator"] else ""
    return f"{row['digest'][:DIGITS_SHOWN]}  {row['state']:<11}{row['title']}{by}"


commands = (status, list_)
