"""The command that tells how a library is."""

from __future__ import annotations

import click

from ledger_service.cli.output import (
    INCOMPLETE,
    NEGATIVE,
    Command,
    api_option,
    as_json,
    print_json,
    remote,
    say,
)


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
        head = found["chain"]["head"]
        say(f"ledger       {found['origin']}, {found['ledger_size']} entries")
        say(f"checkpoint   size {found['checkpoint_size']}")
        say(f"anchored     size {found['anchored_size']}")
        age = found["chain"].get("head_age_seconds")
        if "problem" in found["chain"]:
            say(f"chain        away: {found['chain']['problem']}")
        block = f"block {head['number']}, {age} seconds old" if head else "away"
        say(f"chain        {block}")
        if stop:
            say(f"worker       stopped, nothing is accepted: {stop['detail']}")
        if found["relayer"] is not None:
            count = found["relayer"]["transactions"]
            say(f"relayer      pays about {count} more transactions")
        for warning in found["warnings"]:
            say(f"warning      {warning['detail']}")
        for label, counts in (("resources", found["registrations"]), ("jobs", found["jobs"])):
            shown = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
            say(f"{label:<13}{shown or 'none'}")
        say(f"imports      {found['imports_under_way']} under way")
    if stop:
        click.get_current_context().exit(NEGATIVE)
    if not settled:
        click.get_current_context().exit(INCOMPLETE)


commands = (status,)
