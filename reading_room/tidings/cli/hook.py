"""`muhr hook`: who is told of changes by webhooks, and how that goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ledger_service.cli.output import (
    NEGATIVE,
    Command,
    api_option,
    as_json,
    dated,
    print_json,
    remote,
    say,
    sentence,
    tell,
    token_option,
)

ROLE = "registrar"


@click.group()
def hook() -> None:
    """Tell other systems of changes, at addresses of theirs."""


@hook.command(cls=Command)
@click.argument("url")
@click.option(
    "--for",
    "kinds",
    metavar="KINDS",
    default="",
    help="Of which changes, with commas: registered, confirmed, corrected, superseded, rendition, "
    "unlinked, withdrawn, rejected, endorsed; all if not given.",
)
@click.option("--from-first", is_flag=True, help="Also of all that changed before.")
@token_option
@api_option
@as_json
def add(
    url: str,
    kinds: str,
    from_first: bool,
    token_file: Path | None,
    api: str | None,
    as_json: bool,
) -> None:
    """Tell URL of changes from now on. The secret is shown once: the receiver checks signatures by it."""
    body = {"url": url, "kinds": kinds.split(",") if kinds else [], "from_first": from_first}
    made = remote(api, ROLE, token_file).post("/hooks", body)
    _tell_secret("cli.hook.added", made, as_json=as_json)


@hook.command("list", cls=Command)
@token_option
@api_option
@as_json
def list_(token_file: Path | None, api: str | None, as_json: bool) -> None:
    """List who is told, and how that goes. It exits with 1 if somebody could not be told."""
    found = remote(api, ROLE, token_file).get("/hooks")
    if as_json:
        print_json(found)
    elif not found:
        tell("cli.hook.none")
    for one in [] if as_json else found:
        say(f"{one['id']}  {one['form']:<11}  {one['state']:<7}  {one['url']}")
        say(_how(one), indent=2)
        say(", ".join(one["kinds"]), indent=2)
    if any(one["failures"] or one["state"] != "active" for one in found):
        click.get_current_context().exit(NEGATIVE)


@hook.command(cls=Command)
@click.argument("hook_id", metavar="HOOK")
@token_option
@api_option
@as_json
def rotate(hook_id: str, token_file: Path | None, api: str | None, as_json: bool) -> None:
    """Give HOOK another secret. For a day, messages are signed with both."""
    made = remote(api, ROLE, token_file).post(f"/hooks/{_id(hook_id)}/secret")
    _tell_secret("cli.hook.rotated", made, as_json=as_json)


@hook.command(cls=Command)
@click.argument("hook_id", metavar="HOOK")
@token_option
@api_option
@as_json
def resume(hook_id: str, token_file: Path | None, api: str | None, as_json: bool) -> None:
    """Try HOOK again at once, from where it stopped."""
    found = remote(api, ROLE, token_file).post(f"/hooks/{_id(hook_id)}/resumption")
    if as_json:
        print_json(found)
    else:
        tell("cli.hook.resumed", hook=found["id"])


@hook.command(cls=Command)
@click.argument("hook_id", metavar="HOOK")
@token_option
@api_option
@as_json
def remove(hook_id: str, token_file: Path | None, api: str | None, as_json: bool) -> None:
    """Tell HOOK nothing any more."""
    found = remote(api, ROLE, token_file).delete(f"/hooks/{_id(hook_id)}")
    if as_json:
        print_json(found)
    else:
        tell("cli.hook.removed", hook=found["id"])


def _id(text: str) -> str:
    if not text.isalnum():
        raise click.UsageError("HOOK is an id that `muhr hook list` shows.")
    return text


def _tell_secret(name: str, made: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(made)
        return
    tell(name, hook=made["hook"]["id"], url=made["hook"]["url"])
    say(made["secret"])


def _how(one: dict[str, Any]) -> str:
    """Return how it goes with a receiver, in a line."""
    if one["state"] == "ended":
        return sentence("cli.hook.ended", at=dated(one["last_at"]))
    if not one["failures"]:
        return sentence("cli.hook.well", count=one["sent"])
    answer = str(one["last_status"] or "-")
    since = dated(one["failing_since"])
    name = "cli.hook.stopped" if one["state"] == "stopped" else "cli.hook.failing"
    return sentence(name, count=one["failures"], since=since, answer=answer)
