"""`muhr event`: what was announced, how many come, what is told of it, and who was there, in numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ledger_service import messages
from ledger_service.cli.output import (
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
    tell,
    tell_rows,
    token_option,
)
from ledger_service.domain.errors import NotFound
from ledger_service.domain.printable_text import isolated

FORMAT = "muhr-event/1"
COLUMNS = ("id", "state", "kind", "begins_at", "ends_at", "places", "free", "waiting", "title")


@click.group("event")
def event() -> None:
    """Show events, take out what is told of them, and have attendance attested."""


@event.command("list", cls=Command)
@click.option("--over", is_flag=True, help="Those that are over, the latest first.")
@limit_option
@style_option
@api_option
@as_json
def list_(over: bool, limit: int, style: str | None, api: str | None, as_json: bool) -> None:
    """List what is announced and not over, the next first."""
    found = remote(api).get("/events/announced", over=str(over).lower())["items"]
    tell_rows(found, limit, asked_style(style, as_json), COLUMNS, _line)


@event.command(cls=Command)
@click.argument("name", metavar="EVENT")
@api_option
@as_json
def show(name: str, api: str | None, as_json: bool) -> None:
    """Show an EVENT by its id, as its address ends: places, who takes part by role, and attendance."""
    found = _told(remote(api), name)
    if as_json:
        print_json(found)
        return
    say(isolated(found["title"]))
    say(_line({**found, "title": ""}).rstrip())
    tell("cli.event.taking-part", counts=_counts(found["taking_part"]))
    tell("cli.event.waiting", count=found["waiting"])
    _tell_attendance(found["attendance"])


@event.command(cls=Command)
@click.argument("name", metavar="EVENT")
@api_option
def export(name: str, api: str | None) -> None:
    """Print what everybody is told of an EVENT as JSON, with its attendance: nobody's name is in it.

    Speakers are named, as they were announced.
    """
    print_json({"format": FORMAT, **_told(remote(api), name)})


@event.command(cls=Command)
@click.argument("name", metavar="EVENT")
@api_option
@token_option
@as_json
def close(name: str, api: str | None, token_file: Path | None, as_json: bool) -> None:
    """Close check-in at an EVENT: the ledger attests who was there, and each has a credential to take.

    This is done once, and for good. The event itself is over when its time is.
    """
    told = remote(api, "registrar", token_file).post(f"/events/{name}/attendance/closing")
    if as_json:
        print_json(told)
    else:
        _tell_attendance(told)


def _told(service: Any, name: str) -> dict[str, Any]:
    """Return what everybody is told of an event, and its attendance, None before it is attested."""
    found: dict[str, Any] = service.get(f"/events/{name}")
    try:
        found["attendance"] = service.get(f"/events/{name}/attendance")
    except NotFound:
        found["attendance"] = None
    return found


def _tell_attendance(told: dict[str, Any] | None) -> None:
    if told is None:
        tell("cli.event.not-attested")
    else:
        counts = _counts(told["attendance"]["by_role"])
        tell("cli.event.attested", counts=counts, entry=told["entry"])


def _counts(by_role: dict[str, int]) -> str:
    told = ", ".join(f"{count:,} {role}" for role, count in by_role.items())
    return told or messages.said("cli.status.none")


def _line(row: Row) -> str:
    places = "" if row["places"] is None else f"  {row['free']}/{row['places']}"
    when = dated(row["begins_at"])
    return f"{row['id']}  {row['state']:<10}{when}{places}  {isolated(str(row['title']))}"


commands = (event,)
