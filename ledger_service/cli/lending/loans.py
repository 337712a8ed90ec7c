"""The command that lists grants; and what is told of a resource's loans where it is shown."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ledger_service import messages
from ledger_service.cli.output import (
    DIGITS_SHOWN,
    Command,
    Day,
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
    token_option,
)
from ledger_service.cli.resources.named import digest_named
from ledger_service.domain.errors import NotPermitted
from ledger_service.domain.lending.grant import GrantState
from ledger_service.ports.paging import MOST_ITEMS

if TYPE_CHECKING:
    from ledger_service.adapters.remote import RemoteService
    from ledger_service.domain.identifiers import Digest

COLUMNS = (
    "grant",
    "digest",
    "state",
    "reader",
    "pseudonym",
    "scopes",
    "accepted_at",
    "from",
    "until",
    "to",
    "rejection",
)
MOST_SHOWN = 20  # loans of one resource


@click.command(cls=Command)
@click.argument("resource", metavar="[DIGEST|FILE]", required=False)
@click.option("--reader", help="Only this reader's, by their name in this library.")
@click.option("--pseudonym", help="Only this reader's, as auditors know them.")
@click.option(
    "--state", type=click.Choice([str(state) for state in GrantState]), help="As it is now."
)
@click.option("--live/--not-live", default=None, help="Only those that stand, or only others.")
@click.option("--from", "since", type=Day(), help="Asked for from this day on, in UTC.")
@click.option("--until", type=Day(), help="Asked for before this day, in UTC.")
@click.option("--ends-before", type=Day(), help="Ending before this day, in UTC.")
@limit_option
@style_option
@api_option
@token_option
@as_json
def grants(
    *,
    resource: str | None,
    limit: int,
    style: str | None,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
    **asked: Any,
) -> None:
    """List grants, oldest first: with a reader's token their own, else all of the library's.

    A loan whose time is over has ended. Live are those that stand or are on their way to the chain.
    """
    style = asked_style(style, as_json)
    service = remote(api, "registrar", token_file)
    asked["from"] = asked.pop("since")
    if resource is not None:
        asked["digest"] = digest_named(service, resource).hex()
    if asked["live"] is not None:
        asked["live"] = str(asked["live"]).lower()
    tell_rows(_rows(service, asked), limit, style, COLUMNS, _line)


def seen_loans(service: RemoteService, digest: Digest) -> list[Row] | None:
    """Return a resource's loans, oldest first; None to whoever may see none."""
    try:
        return list(_rows(service, {"digest": digest.hex()})) if service.has_token else None
    except NotPermitted:
        return None


def print_loans(service: RemoteService, digest: Digest) -> None:
    """Tell whoever has a token a resource's newest loans, and how many came before, or why not."""
    if not service.has_token:
        return
    newest: deque[Row] = deque(maxlen=MOST_SHOWN)
    count = 0
    try:
        for row in _rows(service, {"digest": digest.hex()}):
            newest.append(row)
            count += 1
    except NotPermitted as exc:
        why = messages.said("cli.loans.not-shown", why=exc.reason)
        say(f"{messages.said('cli.loans.label'):<12}{why}")
        return
    say(f"{messages.said('cli.loans.label'):<12}{count or messages.said('cli.status.none')}")
    for row in newest:
        say(f"{'':<12}{_loan(row)}")
    if count > MOST_SHOWN:
        rest = messages.said("cli.loans.before", count=count - MOST_SHOWN, digest=str(digest))
        say(f"{'':<12}{rest}")


def _rows(service: RemoteService, wanted: dict[str, Any]) -> Iterator[Row]:
    for row in service.pages("/grants", **wanted, limit=MOST_ITEMS):
        yield {**row, "from": dated(row["accepted_at"]), "to": dated(row["until"])}


def _loan(row: Row) -> str:
    who = row["reader"] or (row["pseudonym"] or "")[:DIGITS_SHOWN] or "somebody"
    because = f": {row['rejection']}" if row["rejection"] else ""
    return f"{row['state']:<10} {row['from']} to {row['to']}  {who}{because}"


def _line(row: Row) -> str:
    return f"{row['grant']}  {row['digest'][:DIGITS_SHOWN]}  {_loan(row)}"


commands = (grants,)
