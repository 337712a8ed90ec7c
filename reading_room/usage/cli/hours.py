"""`muhr usage`: how often open content was read, by the hour."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import Any

import click

from ledger_service import messages
from ledger_service.cli.output import (
    Command,
    api_option,
    as_json,
    dated,
    limit_option,
    print_json,
    remote,
    say,
    tell,
)

HOUR_FORMAT = "%Y-%m-%dT%H"


class UsageGroup(Command, click.Group):
    """Shows hours by itself, and has commands."""


@click.group(cls=UsageGroup, invoke_without_command=True)
@click.pass_context
@click.option(
    "--hour",
    type=click.DateTime([HOUR_FORMAT]),
    help="Show this hour's table, such as 2026-11-29T14, in UTC.",
)
@limit_option
@api_option
@as_json
def usage(
    context: click.Context, hour: datetime | None, limit: int, api: str | None, as_json: bool
) -> None:
    """Show how often open content was read, by hours that have ended, newest first.

    The commands below show months, and what readers were refused.

    Uses that follow within 30 seconds by the same reader are one. Nothing tells whose they were.
    """
    if context.invoked_subcommand is not None:
        return
    service = remote(api)
    if hour is None:
        _tell_hours(list(islice(service.pages("/usage"), limit)), as_json)
    else:
        begun = int(hour.replace(tzinfo=UTC).timestamp())
        found = service.get(f"/usage/{begun}")
        uses = list(islice(service.pages(f"/usage/{begun}/uses"), limit))
        _tell_uses(found, uses, as_json)


def _tell_hours(hours: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json(hours)
        return
    for hour in hours:
        say(_line(hour))
    human, robot = (sum(hour["uses"][actor] for hour in hours) for actor in ("human", "robot"))
    tell("cli.usage.hours", count=len(hours), human=human, robot=robot)


def _tell_uses(hour: dict[str, Any], uses: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json({**hour, "table": uses})
        return
    say(_line(hour))
    for use in uses:
        say(f"{use['digest']}  {use['actor']:<6}{use['uses']:>9,}")


def _line(hour: dict[str, Any]) -> str:
    uses = hour["uses"]
    human, robot = f"{uses['human']:,}", f"{uses['robot']:,}"
    counts = messages.said("cli.usage.hour", human=human, robot=robot, entry=str(hour["entry"]))
    count = hour["interrupted"]
    cut = ", " + messages.said("cli.usage.cut-off", count=count) if count else ""
    return f"{dated(hour['hour'])}  {counts}{cut}"
