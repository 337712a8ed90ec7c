"""The command that tells what the library's people did. It uses the library's own database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ledger_service.cli.output import (
    LARGEST_NUMBER,
    NEGATIVE,
    Command,
    Day,
    as_json,
    print_json,
    say,
)
from ledger_service.cli.people.own_library import own_library
from ledger_service.domain.people.act import ActKind
from ledger_service.ports.paging import every
from ledger_service.ports.people import ActFilter
from ledger_service.services.people.list_acts import erase_colleague, list_acts

if TYPE_CHECKING:
    from ledger_service.ports.people import KeptAct


@click.command(cls=Command)
@click.option("--holder", help="Only what this colleague did.")
@click.option("--kind", type=click.Choice([str(kind) for kind in ActKind]), help="Only such acts.")
@click.option("--about", metavar="ID", help="Only about this digest, grant, license or import.")
@click.option(
    "--entry", type=click.IntRange(0, LARGEST_NUMBER), help="Only the act that took this entry in."
)
@click.option("--since", type=Day(), help="From this day on, in UTC.")
@click.option("--until", type=Day(), help="Before this day, in UTC.")
@click.option("--erase", metavar="NAME", help="Erase a colleague's name: acts keep a number.")
@as_json
def acts(
    holder: str | None,
    kind: str | None,
    about: str | None,
    entry: int | None,
    since: int | None,
    until: int | None,
    erase: str | None,
    as_json: bool,
) -> None:
    """List what the library's people did, newest first. Needs the library's own database.

    --erase also ends the tokens of whoever bore the name. It exits with 1 if nobody of this name did
    anything.
    """
    which = ActFilter(holder, None if kind is None else ActKind(kind), about, entry, since, until)
    if erase is not None:
        if which != ActFilter():
            raise click.UsageError("--erase takes a name, and nothing else.")
        _erase(erase, as_json=as_json)
        return
    with own_library() as (store, operator):
        found = every(lambda page: list_acts(store, operator, which, page))
        if as_json:
            print_json([_told(kept) for kept in found])
            return
        for kept in found:
            say(_line(kept))


def _erase(name: str, *, as_json: bool) -> None:
    with own_library() as (store, operator):
        was_there = erase_colleague(store, operator, name)
    if as_json:
        print_json({"erased": was_there})
    else:
        say("erased" if was_there else "Nobody of this name did anything.")
    if not was_there:
        click.get_current_context().exit(NEGATIVE)


def _line(kept: KeptAct) -> str:
    at = datetime.fromtimestamp(kept.at, UTC).isoformat(" ", "seconds")
    act, who = kept.act, kept.holder or f"colleague {kept.colleague}"
    line = f"{at}  {who}  {act.kind}"
    if act.first_entry is not None:
        last = act.first_entry + act.entries - 1
        line += f" entries {act.first_entry} to {last}" if act.entries > 1 else f" entry {last}"
    return f"{line} {act.about}".rstrip()


def _told(kept: KeptAct) -> dict[str, object]:
    act = kept.act
    return {
        "number": kept.number,
        "at": kept.at,
        "colleague": kept.colleague,
        "holder": kept.holder,
        "act": act.kind.value,
        "about": act.about,
        "first_entry": act.first_entry,
        "entries": act.entries,
    }


commands = (acts,)
