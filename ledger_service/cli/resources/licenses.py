"""Commands for licenses: list and define."""

from __future__ import annotations

from pathlib import Path

import click

from ledger_service.cli.output import (
    DAY_SECONDS,
    Command,
    Days,
    api_option,
    as_json,
    print_json,
    remote,
    say,
    token_option,
)


@click.group()
def license() -> None:
    """List and define licenses."""


@license.command("list", cls=Command)
@api_option
@as_json
def list_licenses(api: str | None, as_json: bool) -> None:
    """List the licenses of the library."""
    found = list(remote(api).pages("/licenses"))
    if as_json:
        print_json(found)
        return
    for row in found:
        seats = "no limit" if row["seats"] is None else f"{row['seats']} at once"
        days = row["longest_loan_seconds"] / DAY_SECONDS
        total = "" if row["checkouts"] is None else f", {row['checkouts']} loans of each in all"
        marked = ", copies marked" if row["marked"] else ""
        say(f"{row['name']:<20}{seats:<12}{days:>8g} days  {row['uri']}{total}{marked}")


@license.command("define", cls=Command)
@click.argument("name")
@click.option("--rights", required=True, help="SPDX id, RightsStatements name, or a URI.")
@click.option("--seats", type=click.IntRange(1), help="Readers at one time; no limit if not given.")
@click.option("--days", type=Days(), required=True)
@click.option(
    "--checkouts", type=click.IntRange(1), help="Loans of a resource in all; no limit if not given."
)
@click.option("--self-service", is_flag=True, help="Grants need no registrar.")
@click.option("--mark", is_flag=True, help="Each copy that is lent says so, and has a number.")
@api_option
@token_option
@as_json
def define_license(
    *,
    name: str,
    rights: str,
    seats: int | None,
    days: float,
    checkouts: int | None,
    self_service: bool,
    mark: bool,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Define a license; its terms do not change. --days: the longest loan."""
    body = {
        "name": name,
        "rights": rights,
        "seats": seats,
        "longest_loan_seconds": int(days * DAY_SECONDS),
        "self_service": self_service,
        "checkouts": checkouts,
        "marked": mark,
    }
    found = remote(api, "registrar", token_file).post("/licenses", body)
    if as_json:
        print_json(found)
    else:
        say(f"{found['name']} {found['license']} {found['state']}")


commands = (license,)
