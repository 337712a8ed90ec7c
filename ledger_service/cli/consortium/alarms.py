"""`muhr consortium alarms`: what this library knows against a member, with the evidence."""

from __future__ import annotations

import click

from ledger_service import config as configuration
from ledger_service import messages
from ledger_service.cli.output import (
    NEGATIVE,
    Command,
    as_json,
    dated,
    print_json,
    say,
    sentence,
    tell,
)
from ledger_service.cli.people.own_library import opened_library
from ledger_service.domain.consortium.alarm import Alarm
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.printable_text import isolated


@click.command(cls=Command)
@as_json
def alarms(as_json: bool) -> None:
    """Show the alarms about members, each with what to do. --json has the evidence, too.

    Exit status 1: there are some.
    """
    from ledger_service.services.consortium.alarms import list_alarms
    from ledger_service.services.consortium.list_members import charter_of, list_members

    with opened_library(configuration.load()) as opened:
        charter_of(opened.library)
        found = list_alarms(opened.library)
        names = {one.member.steward: one.member.name for one in list_members(opened.library)}
    if as_json:
        print_json([_row(alarm, names) for alarm in found])
    elif not found:
        tell("cli.consortium.no-alarms", fg="green")
    else:
        for alarm in found:
            _show(alarm, names)
    if found:
        click.get_current_context().exit(NEGATIVE)


def _show(alarm: Alarm, names: dict[StewardId, str]) -> None:
    name = isolated(names.get(alarm.steward, alarm.steward.hex()))
    since = sentence("cli.consortium.alarm-since", on=dated(alarm.since))
    say(f"{name}, {since}")
    say(messages.text(alarm.reason), fg="red", indent=2)
    say(messages.text(alarm.advice), indent=2)


def _row(alarm: Alarm, names: dict[StewardId, str]) -> dict[str, object]:
    return {
        "steward": alarm.steward.hex(),
        "name": names.get(alarm.steward),
        "kind": alarm.kind.value,
        "about": alarm.about,
        "since": alarm.since,
        "detail": messages.text(alarm.reason),
        "advice": messages.text(alarm.advice),
        "evidence": alarm.evidence,
        **alarm.reason.to_json(),
    }


commands = (alarms,)
