"""The command for auditors' cases. It uses the library's own database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ledger_service.cli.output import Command, Day, as_json, print_json, say
from ledger_service.cli.people.own_library import own_library
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.paging import every
from ledger_service.services.people.open_case import close_case, list_cases, open_case

if TYPE_CHECKING:
    from ledger_service.domain.people.case import Case


@click.group("case")
def case() -> None:
    """Let auditors look at what private entries commit to. Needs the library's own database."""


@case.command("open", cls=Command)
@click.argument("name")
@click.option("--auditor", required=True, help="The colleague who looks, by name.")
@click.option("--until", type=Day(), required=True, help="The day on which it ends, in UTC.")
@click.option("--about", multiple=True, metavar="DIGEST", help="Only decisions on this resource.")
@as_json
def open_(name: str, auditor: str, until: int, about: Sequence[str], as_json: bool) -> None:
    """Open the case NAME for an auditor, about everything or some resources.

    Each look is an entry of the ledger. A colleague becomes an auditor by `muhr colleague add`.
    """
    from ledger_service.setup import clock

    digests = frozenset(Digest.parse(item) for item in about) or None
    with own_library() as (store, operator):
        made = open_case(store, clock, operator, name, auditor, until, digests)
    _show([made], as_json=as_json)


@case.command("list", cls=Command)
@as_json
def list_(as_json: bool) -> None:
    """List cases, newest first."""
    with own_library() as (store, operator):
        found = list(every(lambda page: list_cases(store, operator, page)))
    if as_json:
        print_json([_told(item) for item in found])
    else:
        _show(found, as_json=False)


@case.command(cls=Command)
@click.argument("case_id", metavar="CASE")
@as_json
def close(case_id: str, as_json: bool) -> None:
    """End the case of this id: its auditor looks at nothing by it from now on."""
    from ledger_service.setup import clock

    with own_library() as (store, operator):
        found = close_case(store, clock, operator, case_id)
    _show([found], as_json=as_json)


def _show(found: Sequence[Case], *, as_json: bool) -> None:
    if as_json:
        print_json(_told(found[0]))
        return
    for item in found:
        end = item.until if item.closed_at is None else item.closed_at
        until = datetime.fromtimestamp(end, UTC).isoformat(" ", "minutes")
        about = "everything" if item.about is None else f"{len(item.about)} resources"
        state = "open" if item.closed_at is None else "closed"
        say(f"{item.id}  {state} until {until}  auditor {item.auditor}  {about}  {item.name}")


def _told(item: Case) -> dict[str, object]:
    return {
        "case": item.id,
        "name": item.name,
        "auditor": item.auditor,
        "opened_at": item.opened_at,
        "until": item.until,
        "about": None if item.about is None else sorted(digest.hex() for digest in item.about),
        "closed_at": item.closed_at,
    }


commands = (case,)
