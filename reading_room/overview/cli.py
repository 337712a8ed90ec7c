"""Commands that tell how a library is, and what it holds."""

from __future__ import annotations

from typing import Any

import click

from ledger_service import messages
from ledger_service.cli.output import (
    INCOMPLETE,
    NEGATIVE,
    Command,
    api_option,
    as_json,
    asked_style,
    limit_option,
    print_json,
    remote,
    say,
    style_option,
)
from ledger_service.cli.resources.listed import tell_resources
from ledger_service.domain.reasons import Reason


@click.command(cls=Command)
@api_option
@as_json
def status(api: str | None, as_json: bool) -> None:
    """Show how the library is. Exit status 1 if the worker has stopped.

    Exit status 3 while work is under way, the chain is away or there is a warning.
    """
    found = remote(api).get("/status")
    stop = found["worker"]["stop"]
    settled = (
        found["chain"]["head"] is not None
        and "problem" not in found["chain"]
        and not found["warnings"]
        and found["anchored_size"] == found["ledger_size"]
        and not found["jobs"].get("queued")
        and not found["jobs"].get("submitted")
        and not found["imports_under_way"]
    )
    if as_json:
        print_json(found)
    else:
        _tell_status(found)
    if stop:
        click.get_current_context().exit(NEGATIVE)
    if not settled:
        click.get_current_context().exit(INCOMPLETE)


def _tell_status(found: dict[str, Any]) -> None:
    def line(label: str, told: str) -> None:
        say(f"{messages.said(f'cli.status.label.{label}'):<13}{told}")

    head, chain, stop = found["chain"]["head"], found["chain"], found["worker"]["stop"]
    entries = messages.said("cli.status.entries", count=found["ledger_size"])
    line("ledger", f"{found['origin']}, {entries}")
    line("checkpoint", messages.said("cli.status.size", size=found["checkpoint_size"] or 0))
    line("anchored", messages.said("cli.status.size", size=found["anchored_size"]))
    if "problem" in chain:
        line("chain", messages.said("cli.status.away-since", why=_why(chain, "problem")))
    if head:
        age, number = chain.get("head_age_seconds"), str(head["number"])
        line("chain", messages.said("cli.status.block", block=number, count=age or 0))
    else:
        line("chain", messages.said("cli.status.away"))
    if stop:
        line("worker", messages.said("cli.status.stopped", why=_why(stop, "detail")))
    if found["relayer"] is not None:
        count = found["relayer"]["transactions"]
        line("relayer", messages.said("cli.status.pays", count=count))
    for warning in found["warnings"]:
        line("warning", _why(warning, "detail"))
    for label, counts in (("resources", found["registrations"]), ("jobs", found["jobs"])):
        shown = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
        line(label, shown or messages.said("cli.status.none"))
    line("imports", messages.said("cli.status.under-way", count=found["imports_under_way"]))


def _why(told: dict[str, Any], sentence: str) -> str:
    """Return the sentence of a reason in this command's language; the service's where it has no name."""
    try:
        return messages.text(Reason.from_json(told))
    except (KeyError, TypeError, ValueError, AttributeError):
        return str(told[sentence])


@click.command("list", cls=Command)
@limit_option
@style_option
@api_option
@as_json
def list_(limit: int, style: str | None, api: str | None, as_json: bool) -> None:
    """List what the library holds, oldest first."""
    tell_resources(remote(api).pages("/resources"), limit, asked_style(style, as_json))


commands = (status, list_)
