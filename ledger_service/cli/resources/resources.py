"""Commands for librarians: register, promote."""

from __future__ import annotations

import mimetypes
import time
from pathlib import Path
from typing import Any

import click

from ledger_service import messages
from ledger_service.adapters.remote import RemoteService
from ledger_service.cli.output import (
    INCOMPLETE,
    NEGATIVE,
    POSITIVE,
    Command,
    Mark,
    api_option,
    as_json,
    ask_to_register,
    dry_run_option,
    is_somebody_there,
    print_json,
    progress,
    remote,
    say,
    tell,
    token_option,
    yes_option,
)
from ledger_service.cli.resources.chosen_files import Chosen, choose
from ledger_service.cli.resources.files import digest_of, files_argument
from ledger_service.cli.resources.given_record import read_record, record_option
from ledger_service.cli.resources.named import digest_named
from ledger_service.domain.errors import LedgerError, Unavailable
from ledger_service.domain.imports.prepared_claim import JOINED
from ledger_service.domain.reasons import Reason
from ledger_service.ports.paging import MOST_ITEMS

WAIT_SECONDS = 300
PROMOTION_GAS = 121_242  # of registerProvenBySignature, docs/gas.md
STATES_ON_THE_WAY = ("accepted", "submitted", "disputed")
REFUSED_STATES = ("refused", "rejected", "withdrawing", "withdrawn")


@click.command(cls=Command)
@files_argument
@click.option("--license", "license_name", required=True, help="Name or id of a license.")
@click.option("--title", help="Default: the file's name.")
@click.option("--creator", default="")
@click.option("--language", default="", help="BCP 47, e.g. uz-Latn.")
@record_option
@click.option("--wait/--no-wait", default=True, help="Until it is registered on chain.")
@click.option("--signed-elsewhere", is_flag=True, help="Wait for `muhr intent relay` instead.")
@dry_run_option
@yes_option
@api_option
@token_option
@as_json
def register(
    *,
    files: tuple[Path, ...],
    license_name: str,
    title: str | None,
    creator: str,
    language: str,
    record_file: Path | None,
    wait: bool,
    signed_elsewhere: bool,
    dry_run: bool,
    yes: bool,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Register files, and all files of folders. Exit status 0 only if each is registered.

    Hidden files, what systems leave behind and catalogs in folders are left out; bags are refused. A person
    at a terminal is asked before a folder or several files are registered.
    """
    chosen = choose(files)
    record = {} if record_file is None else read_record(record_file)
    if (title or record_file) and len(chosen.books) > 1:
        raise click.UsageError(
            "--title and --record are of one file; a manifest gives each its own: `muhr import`."
        )
    if dry_run:
        _tell_chosen(chosen, as_json)
        return
    if not yes and not as_json:
        _ask_about(chosen)
    service = remote(api, "registrar", token_file)
    results = [_not_taken(path, "refused", reason) for path, reason in chosen.refused]
    for path in chosen.books:
        claim = {"license": license_name, "signed_elsewhere": str(signed_elsewhere).lower()}
        told = _told_of(path, record, title=title, creator=creator, language=language)
        results.append({"file": str(path), **_register_one(service, path, claim, told, as_json)})
    wait = wait and not signed_elsewhere
    if wait:
        _wait_until_settled(service, results, as_json)
    if as_json:
        print_json(results)
    for result in [] if as_json else results:
        _print_registration(result)
    _exit_by_states([result["state"] for result in results], wait)


def _told_of(path: Path, record: dict[str, Any], **given: str | None) -> dict[str, Any]:
    """Return what is said of a file: by options, else by its record, else by its name."""
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    told = {"title": path.name, "media_type": media_type, **record}
    return told | {name: text for name, text in given.items() if text}


def _ask_about(chosen: Chosen) -> None:
    """Ask the person who is there, if any, before more than one named file is registered."""
    if (chosen.has_folders or len(chosen.books) > 1) and is_somebody_there():
        _show_left_out(chosen)
        tell("cli.register.to-register", err=True, count=len(chosen.books))
        ask_to_register()


def _tell_chosen(chosen: Chosen, as_json: bool) -> None:
    """Tell what would be registered; exit as a registration would that no service refuses."""
    if as_json:
        ready = [{"file": str(path), "state": "ready"} for path in chosen.books]
        ready += [_not_taken(path, "refused", reason) for path, reason in chosen.refused]
        print_json(
            ready + [_not_taken(path, "skipped", reason) for path, reason in chosen.left_out]
        )
    else:
        for path in chosen.books:
            say(f"  ready      {path}")
        _show_left_out(chosen)
        tell("cli.register.would-be", err=True, count=len(chosen.books))
    if chosen.refused:
        click.get_current_context().exit(NEGATIVE)


def _show_left_out(chosen: Chosen) -> None:
    for word, paths in (("refused", chosen.refused), ("skipped", chosen.left_out)):
        for path, reason in paths:
            say(f"  {word:<11}{path}: {messages.stored(reason)}", err=True)


def _not_taken(path: Path, state: str, reason: str) -> dict[str, Any]:
    return {"file": str(path), "state": state, "rejection": messages.stored(reason), "digest": ""}


def _register_one(
    service: RemoteService,
    path: Path,
    claim: dict[str, str],
    record: dict[str, Any],
    quiet: bool,
) -> dict[str, Any]:
    try:
        with progress(path.name, 2 * path.stat().st_size, quiet=quiet) as told:
            digest = digest_of(path, told)
            found: dict[str, Any] = service.upload(path, digest, claim, record, told)
            is_joined = (
                found.get("kept_entry") is not None
            )  # what stands is as it was, and has its bytes
            return found | ({"state": JOINED} if is_joined else {})
    except Unavailable:
        raise
    except LedgerError as exc:
        refused = messages.error_json(exc)
        rejection = refused.pop("detail")
        return {**refused, "state": "refused", "rejection": rejection, "digest": ""}


def _wait_until_settled(service: RemoteService, results: list[dict[str, Any]], quiet: bool) -> None:
    waiting = [item for item in results if item["state"] in STATES_ON_THE_WAY]
    told_why: list[object] = []
    deadline = time.monotonic() + WAIT_SECONDS
    with progress(messages.said("cli.register.waiting"), len(waiting), quiet=quiet) as told:
        while waiting and time.monotonic() < deadline:
            for item in list(waiting):
                now = service.get(f"/resources/{item['digest']}")
                mine = next(row for row in now if row["steward"] == item["steward"])
                item.update(mine)
                if not quiet and item.get("waits") and item["waits"] not in told_why:
                    told_why.append(item["waits"])
                    tell("cli.register.held-up", err=True, why=Reason.from_json(item["waits"]))
                if item["state"] not in STATES_ON_THE_WAY or item["rejection"]:
                    waiting.remove(item)
                    told(1)
            time.sleep(0.2 if waiting else 0)


def _print_registration(result: dict[str, Any]) -> None:
    good = result["state"] not in REFUSED_STATES
    mark = Mark("✓", "green") if good else Mark("✗", "red")
    reason = f"  {result['rejection']}" if result.get("rejection") else ""
    say(f"{result['state']:<11}{result['digest']}  {result['file']}{reason}", mark=mark)


def _exit_by_states(states: list[str], wait: bool) -> None:
    if any(state in REFUSED_STATES for state in states):
        status = NEGATIVE
    elif wait and any(state not in (JOINED, "registered", "superseded") for state in states):
        status = INCOMPLETE
    else:
        status = POSITIVE
    click.get_current_context().exit(status)


@click.command(cls=Command)
@click.argument("digest", metavar="[DIGEST|FILE]", required=False)
@click.option("--all", "takes_all", is_flag=True, help="All that only the ledger proves.")
@click.option("--wait/--no-wait", default=True, help="Until it is registered on chain.")
@yes_option
@api_option
@token_option
@as_json
def promote(
    digest: str | None,
    takes_all: bool,
    wait: bool,
    yes: bool,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Register on chain, by itself, a resource that only the ledger proves; grants do so when needed.

    Such are those that were imported in bulk, and those of a library that came from other contracts.
    """
    if (digest is None) is not takes_all:
        raise click.UsageError("Give a digest, or --all.")
    service = remote(api, "registrar", token_file)
    if digest is None:
        _promote_all(service, yes=yes, wait=wait, quiet=as_json)
        return
    result = service.post(f"/resources/{digest_named(service, digest)}/promotion")
    if wait:
        _wait_until_settled(service, [result], as_json)
    if as_json:
        print_json(result)
    else:
        _print_registration({"file": result["title"], **result})
    _exit_by_states([result["state"]], wait)


def _promote_all(service: RemoteService, *, yes: bool, wait: bool, quiet: bool) -> None:
    """Ask, and promote everything that only the ledger proves."""
    listed = service.pages("/resources", limit=MOST_ITEMS)
    waiting = [row for row in listed if (row["state"], row["route"]) == ("accepted", "bulk")]
    tell("cli.promote.all", err=True, works=len(waiting), gas=f"{len(waiting) * PROMOTION_GAS:,}")
    if waiting and not yes and not click.confirm(messages.said("cli.promote.agree")):
        raise click.Abort
    results = [service.post(f"/resources/{row['digest']}/promotion") for row in waiting]
    if wait:
        _wait_until_settled(service, results, quiet)
    if quiet:
        print_json(results)
    _exit_by_states([result["state"] for result in results], wait)


commands = (register, promote)
