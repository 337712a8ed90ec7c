"""`muhr fixity`: whether all that is kept is whole."""

from __future__ import annotations

import time
from itertools import islice
from pathlib import Path
from typing import Any

import click

from ledger_service import messages
from ledger_service.cli.output import (
    INCOMPLETE,
    NEGATIVE,
    Command,
    api_option,
    as_json,
    dated,
    limit_option,
    print_json,
    progress_line,
    remote,
    say,
    tell,
    token_option,
)

POLL_SECONDS = 0.5
STILL_SECONDS = 600  # without a copy more: the largest ones take minutes
NOT_WHOLE = ("mismatch", "missing")
TOLD = ("mismatch", "missing", "unreachable", "healed")


@click.command(cls=Command)
@click.option("--start", is_flag=True, help="Check all that is kept now, and wait for the end.")
@click.option("--no-wait", is_flag=True, help="With --start: leave the check to the service.")
@limit_option
@token_option
@api_option
@as_json
def fixity(
    start: bool,
    no_wait: bool,
    limit: int,
    token_file: Path | None,
    api: str | None,
    as_json: bool,
) -> None:
    """Show whether all that is kept is still what was taken in, by the newest check.

    Exit status 1 if a copy is damaged or missing and could not be healed; 3 if a place did not answer, the
    check has not ended, or there was none. A check that makes no step for ten minutes is not waited for.
    """
    if start:
        service = remote(api, "registrar", token_file)
        run = service.post("/fixity")
        if not no_wait:
            run = _followed(service, run, as_json)
    else:
        service = remote(api)
        run = next(iter(service.get("/fixity", limit=1)["items"]), None)
    if run is None:
        _tell_none(as_json)
    else:
        found = service.pages(f"/fixity/{run['number']}/findings", outcome=list(TOLD))
        _tell(run, list(islice(found, limit)), as_json)


def _followed(service: Any, run: dict[str, Any], as_json: bool) -> dict[str, Any]:
    """Return the run once it has ended, or does not go on: no worker leads, or it has other work."""
    checked, since = -1, time.monotonic()
    with progress_line(quiet=as_json) as draw:
        while run["ended_at"] is None:
            if run["checked"] != checked:
                checked, since = run["checked"], time.monotonic()
            elif time.monotonic() - since > STILL_SECONDS:
                break
            time.sleep(POLL_SECONDS)
            run = service.get(f"/fixity/{run['number']}")
            draw(messages.said("cli.fixity.progress", done=run["checked"], of=run["of"]))
    return run


def _tell_none(as_json: bool) -> None:
    if as_json:
        print_json(None)
    else:
        tell("cli.fixity.none")
    click.get_current_context().exit(INCOMPLETE)


def _tell(run: dict[str, Any], findings: list[dict[str, Any]], as_json: bool) -> None:
    counts = run["outcomes"]
    if as_json:
        print_json({**run, "findings": findings})
    else:
        if run["ended_at"] is not None:
            at, entry = dated(run["ended_at"]), str(run["entry"])
            state = messages.said("cli.fixity.ended", at=at, entry=entry)
        else:
            waits = run["began_at"] is None
            state = messages.said("cli.fixity.waits" if waits else "cli.fixity.under-way")
        say(f"{messages.said('cli.fixity.check', number=run['number'])}     {state}")
        label = messages.said("cli.fixity.copies")
        checked = messages.said(
            "cli.fixity.checked", done=f"{run['checked']:,}", of=f"{run['of']:,}"
        )
        say(f"{label:<12}{checked}")
        shown = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
        say(
            f"{messages.said('cli.fixity.outcomes'):<12}{shown or messages.said('cli.status.none')}"
        )
        for found in findings:
            say(f"{found['outcome']:<12}{found['place']:<10}{found['cid']}")
    if any(counts[name] for name in NOT_WHOLE):
        click.get_current_context().exit(NEGATIVE)
    if counts["unreachable"] or run["ended_at"] is None:
        click.get_current_context().exit(INCOMPLETE)


commands = (fixity,)
