"""Commands for requests: readers ask and wait, registrars decide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ledger_service import messages
from ledger_service.cli.output import (
    DAY_SECONDS,
    DIGITS_SHOWN,
    Command,
    Days,
    Row,
    api_option,
    as_json,
    asked_style,
    dated,
    limit_option,
    moment,
    print_json,
    remote,
    say,
    style_option,
    tell_rows,
    token_option,
)
from ledger_service.cli.resources.named import digest_argument, digest_named
from ledger_service.domain.lending.request import REFUSALS, RequestState, check_request_id
from ledger_service.ports.paging import MOST_ITEMS

COLUMNS = (
    *("request", "digest", "reader", "state", "place", "seconds", "asked_at", "from"),
    *("changed_at", "held_until", "grant", "why"),
)
request_argument = click.argument("request", metavar="REQUEST")


@click.group("request")
def request_group() -> None:
    """Ask to be lent a resource, wait in line, and decide what readers ask for."""


@request_group.command("ask", cls=Command)
@digest_argument
@click.option("--days", type=Days(), help="How long; by default two weeks, or as allowed.")
@click.option("--wait-in-line/--now", default=True, help="Or be refused if no seat is free.")
@api_option
@token_option
@as_json
def ask(
    digest: str,
    days: float | None,
    wait_in_line: bool,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Ask to be lent a resource, with a reader's token."""
    service = remote(api, "reader", token_file)
    body = {
        "digest": digest_named(service, digest).hex(),
        "seconds": None if days is None else int(days * DAY_SECONDS),
        "wait": wait_in_line,
    }
    _tell(service.post("/requests", body), as_json)


@request_group.command("list", cls=Command)
@click.argument("resource", metavar="[DIGEST|FILE]", required=False)
@click.option("--reader", help="Only this reader's, by their name in this library.")
@click.option("--state", type=click.Choice([str(state) for state in RequestState]))
@click.option("--open/--ended", default=None, help="Only those that may still become a loan.")
@limit_option
@style_option
@api_option
@token_option
@as_json
def list_(
    *,
    resource: str | None,
    limit: int,
    style: str | None,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
    **asked: Any,
) -> None:
    """List requests in their order: with a reader's token their own, else all of the library's.

    With a resource and --open, it is the line for it.
    """
    style = asked_style(style, as_json)
    service = remote(api, "registrar", token_file)
    if resource is not None:
        asked["digest"] = digest_named(service, resource).hex()
    if asked["open"] is not None:
        asked["open"] = str(asked["open"]).lower()

    def rows() -> Iterator[Row]:
        for row in service.pages("/requests", **asked, limit=MOST_ITEMS):
            yield {**row, "from": dated(row["asked_at"])}

    tell_rows(rows(), limit, style, COLUMNS, _line)


@request_group.command("pick-up", cls=Command)
@request_argument
@api_option
@token_option
@as_json
def pick_up(request: str, api: str | None, token_file: Path | None, as_json: bool) -> None:
    """Pick up what is kept for you, with a reader's token: the loan begins."""
    _change(request, "pick-up", "reader", api, token_file, as_json)


@request_group.command("withdraw", cls=Command)
@request_argument
@api_option
@token_option
@as_json
def withdraw(request: str, api: str | None, token_file: Path | None, as_json: bool) -> None:
    """Withdraw a request of yours, with a reader's token."""
    _change(request, "withdrawal", "reader", api, token_file, as_json)


@request_group.command("approve", cls=Command)
@request_argument
@api_option
@token_option
@as_json
def approve(request: str, api: str | None, token_file: Path | None, as_json: bool) -> None:
    """Approve a request: lent if a seat is left for it, else in line."""
    _change(request, "approval", "registrar", api, token_file, as_json)


@request_group.command("refuse", cls=Command)
@request_argument
@click.option("--why", type=click.Choice([str(why) for why in REFUSALS]), required=True)
@api_option
@token_option
@as_json
def refuse(request: str, why: str, api: str | None, token_file: Path | None, as_json: bool) -> None:
    """Refuse a request; an entry of the ledger says why, to auditors."""
    _change(request, "refusal", "registrar", api, token_file, as_json, {"why": why})


def _change(
    request: str,
    deed: str,
    role: str,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
    body: dict[str, object] | None = None,
) -> None:
    service = remote(api, role, token_file)
    _tell(service.post(f"/requests/{check_request_id(request)}/{deed}", body), as_json)


def _tell(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        say(_line({**found, "from": dated(found["asked_at"])}))


def _line(row: Row) -> str:
    more = ""
    if row["held_until"] is not None:
        more = messages.said("cli.request.held", until=moment(row["held_until"]))
    elif row["place"] is not None:
        more = messages.said("cli.request.place", place=row["place"])
    elif row["why"] is not None:
        more = f": {row['why']}"
    elif row["grant"] is not None:
        more = messages.said("cli.request.grant", grant=row["grant"])
    return f"{row['request']}  {row['digest'][:DIGITS_SHOWN]}  {row['from']}  {row['state']}{more}"


commands = (request_group,)
