"""`muhr retention`: which private parts are destroyed by their age. It uses the library's own database."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice

import click

from ledger_service import config as configuration
from ledger_service.cli.output import Command, as_json, limit_option, print_json, say, tell
from ledger_service.cli.people.own_library import opened_library
from ledger_service.domain.ledger.retirement import Retirement
from ledger_service.domain.people.caller import Caller
from ledger_service.ports.paging import every
from ledger_service.services.lending.forgetting.retire_parts import find_due, list_retirements


@click.command(cls=Command)
@limit_option
@as_json
def retention(limit: int, as_json: bool) -> None:
    """Show which private parts are older than MUHR_RETENTION_DAYS, and what was destroyed by that.

    The worker destroys what is due within minutes, and the ledger attests how much it was.
    """
    with opened_library(configuration.load()) as opened:
        library = opened.library
        operator = Caller.operator(library.steward)
        due = find_due(library, operator)
        listed = every(lambda page: list_retirements(library, operator, page))
        done = list(islice(listed, limit))
    if as_json:
        told = [{**vars(one), "statement": one.statement().decode()} for one in done]
        print_json({"before": due.before, "due": due.parts, "destroyed": told})
        return
    if due.before is None:
        tell("cli.retention.for-ever")
    else:
        tell("cli.retention.due", count=due.parts, day=_day(due.before))
    for one in done:
        say(_line(one))


def _line(one: Retirement) -> str:
    entry = "…" if one.entry is None else f"#{one.entry}"
    return f"{_day(one.before)}  {one.parts:>8}  {entry}"


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"


commands = (retention,)
