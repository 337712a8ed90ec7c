"""The command for courses: read a class list, grant the course, see it, let members leave, close it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from ledger_service.adapters.given_files import read_given
from ledger_service.cli.output import (
    DAY_SECONDS,
    INCOMPLETE,
    NEGATIVE,
    Command,
    Days,
    Row,
    api_option,
    as_json,
    asked_style,
    dated,
    limit_option,
    moment,
    print_json,
    remote,
    say,
    sentence,
    style_option,
    tell,
    tell_rows,
    token_option,
)
from ledger_service.cli.resources.named import digest_named
from ledger_service.domain.lending.list_file import MOST_LIST_BYTES

WAIT_SECONDS = 120
COLUMNS = (
    "cohort",
    "course",
    "digest",
    "state",
    "until",
    "to",
    "members",
    "claimed",
    "unclaimed",
    "left",
    "on_chain",
    "rejection",
)
COUNTS = ("rows", "members", "new", "already", "doubles", "empty", "too_long", "ignored")
Path_ = click.Path(path_type=Path, exists=True, dir_okay=False)
issuer_option = click.option(
    "--issuer", default="", help="Of the accounts in the list: the OpenID provider's address."
)


@click.group()
def cohort() -> None:
    """Give a course its right to a resource, by one transaction; see docs/lending.md."""


@cohort.command(cls=Command)
@click.argument("class_list", metavar="LIST.csv", type=Path_)
@click.option("--resource", required=True, metavar="DIGEST|FILE")
@click.option("--course", required=True, help="What the course is called, for librarians.")
@click.option("--days", type=Days(), required=True, help="From now until the course ends.")
@click.option("--scope", "scopes", multiple=True, default=("read",), show_default=True)
@issuer_option
@click.option("--dry-run", is_flag=True, help="Tell what is understood, and grant nothing.")
@click.option("--yes", is_flag=True, help="Grant it without asking.")
@click.option("--wait/--no-wait", default=True, help="Until members can claim.")
@api_option
@token_option
@as_json
def grant(
    *,
    class_list: Path,
    resource: str,
    course: str,
    days: float,
    scopes: tuple[str, ...],
    issuer: str,
    dry_run: bool,
    yes: bool,
    wait: bool,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Grant a course what its class list names, after telling what was understood of it.

    A column of the list has card numbers or university accounts, and is headed so, in English, Russian or
    Uzbek. Names are not kept. The same course again adds whom it lacks.
    """
    service = remote(api, "registrar", token_file)
    asked = {
        "digest": digest_named(service, resource).hex(),
        "course": course,
        "until": int(time.time() + days * DAY_SECONDS) // 60 * 60,
        "scopes": list(scopes),
        "issuer": issuer,
    }
    seen = service.send_list("/cohorts", read_given(class_list, MOST_LIST_BYTES), asked)
    if dry_run and as_json:
        print_json(seen)
    if not as_json:
        _tell_seen(seen)
    if dry_run:
        return
    if not yes:
        click.confirm("Grant it?", abort=True, err=True)
    found = service.post(f"/cohorts/{seen['cohort']}/grant")
    deadline = time.monotonic() + WAIT_SECONDS
    while wait and found["state"] == "granting" and time.monotonic() < deadline:
        time.sleep(0.2)
        found = service.get(f"/cohorts/{found['cohort']}")
    _tell(found, as_json=as_json)
    if found["state"] == "rejected":
        click.get_current_context().exit(NEGATIVE)
    if wait and found["state"] == "granting":
        click.get_current_context().exit(INCOMPLETE)


@cohort.command("list", cls=Command)
@click.option("--resource", metavar="DIGEST|FILE", help="Only courses that may read this.")
@limit_option
@style_option
@api_option
@token_option
@as_json
def list_(
    *,
    resource: str | None,
    limit: int,
    style: str | None,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """List courses, newest first, with how many have claimed."""
    style = asked_style(style, as_json)
    service = remote(api, "registrar", token_file)
    digest = None if resource is None else digest_named(service, resource).hex()
    rows = ({**row, "to": dated(row["until"])} for row in service.pages("/cohorts", digest=digest))
    tell_rows(rows, limit, style, COLUMNS, _line)


@cohort.command(cls=Command)
@click.argument("cohort_id", metavar="COURSE")
@api_option
@token_option
@as_json
def show(cohort_id: str, api: str | None, token_file: Path | None, as_json: bool) -> None:
    """Show a course: how many members have claimed, may claim, or have left."""
    _tell(remote(api, "registrar", token_file).get(f"/cohorts/{cohort_id}"), as_json=as_json)


@cohort.command(cls=Command)
@click.argument("cohort_id", metavar="COURSE")
@click.argument("class_list", metavar="LIST.csv", type=Path_)
@issuer_option
@api_option
@token_option
@as_json
def leave(
    cohort_id: str,
    class_list: Path,
    issuer: str,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Let those leave whom a list names: what they claimed is revoked, and they claim nothing more."""
    service = remote(api, "registrar", token_file)
    data = read_given(class_list, MOST_LIST_BYTES)
    found = service.send_list(f"/cohorts/{cohort_id}/leavers", data, {"issuer": issuer})
    if as_json:
        print_json(found)
    else:
        tell("cli.cohort.left", **found)


@cohort.command(cls=Command)
@click.argument("cohort_id", metavar="COURSE")
@click.option("--yes", is_flag=True, help="Close it without asking.")
@api_option
@token_option
@as_json
def close(
    cohort_id: str, yes: bool, api: str | None, token_file: Path | None, as_json: bool
) -> None:
    """Close a course for good: nobody claims any more, and what was claimed stays."""
    service = remote(api, "registrar", token_file)
    if not yes:
        click.confirm("Nobody will be able to claim any more. Close it?", abort=True, err=True)
    found = service.delete(f"/cohorts/{cohort_id}")
    if found is not None:
        _tell(found, as_json=as_json)
    elif as_json:
        print_json(found)
    else:
        tell("cli.cohort.draft-gone", cohort=cohort_id)


def _tell_seen(seen: Row) -> None:
    tell("cli.cohort.seen", columns=", ".join(seen["columns"]))
    for name in COUNTS:
        say(sentence(f"cli.cohort.{name.replace('_', '-')}", count=seen[name]), indent=2)


def _tell(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    why = f": {found['rejection']}" if found["rejection"] else ""
    say(f"{found['cohort']}  {found['state']}{why}  {found['course']}")
    counts = {name: found[name] for name in ("members", "claimed", "unclaimed", "left")}
    tell("cli.cohort.counts", **counts, until=moment(found["until"]))


def _line(row: Row) -> str:
    claimed = f"{row['claimed']}/{row['members']}"
    return f"{row['cohort']}  {row['state']:<9} {claimed:>11}  {row['to']}  {row['course']}"


commands = (cohort,)
