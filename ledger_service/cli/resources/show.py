"""The command that shows all that a library knows of a resource."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from ledger_service import messages
from ledger_service.adapters.remote import RemoteService
from ledger_service.cli.lending.loans import print_loans, seen_loans
from ledger_service.cli.output import (
    INCOMPLETE,
    NEGATIVE,
    Command,
    api_option,
    as_json,
    moment,
    print_json,
    remote,
    say,
    token_option,
)
from ledger_service.cli.resources.named import digest_argument, digest_named
from ledger_service.domain.errors import NotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.reasons import Reason
from ledger_service.domain.verification.verdict_state import VerdictState


@click.command(cls=Command)
@digest_argument
@api_option
@token_option
@as_json
def show(digest: str, api: str | None, token_file: Path | None, as_json: bool) -> None:
    """Show what the library knows of a digest, and its verdict; with a token, the loans that it may see."""
    service, known = remote(api), remote(api, "registrar", token_file)
    wanted = digest_named(service, digest)
    found = service.get(f"/resources/{wanted}")
    verdict = service.get(f"/resources/{wanted}/verdict")
    if as_json:
        loans = seen_loans(known, wanted)
        print_json({"registrations": found, "verdict": verdict, "loans": loans})
    else:
        licenses = {row["license"]: row["name"] for row in service.pages("/licenses")}
        for row in found:
            _print_resource(row, licenses.get(row["license"], ""))
        say(f"{messages.said('cli.show.page'):<12}{service.url}/resources/{wanted}")
        for item in verdict["verdicts"]:
            _print_told(service, item)
        print_loans(known, wanted)
    if not verdict["authentic"]:
        states = [VerdictState(item["verdict"]) for item in verdict["verdicts"]]
        is_negative = all(state.is_negative for state in states)
        click.get_current_context().exit(NEGATIVE if is_negative else INCOMPLETE)


def _print_resource(row: dict[str, Any], license_name: str) -> None:
    names = ("digest", "title", "creator", "language", "media_type", "size_bytes", "cid", "state")
    told = {name: row[name] for name in names}
    told["license"] = f"{license_name} ({row['license']})" if license_name else row["license"]
    told["steward"], told["accepted"] = row["steward"], moment(row["accepted_at"])
    told["entry"] = row["accepted_entry"]
    told["content"] = messages.said("cli.show.kept" if row["kept"] else "cli.show.kept-elsewhere")
    if row["block"] is None:
        is_bulk = row["route"] == "bulk"
        told["on chain"] = messages.said("cli.show.in-bulk" if is_bulk else "cli.show.not-yet")
    else:
        told |= {"block": row["block"], "transaction": row["transaction"]}
    if row["rejection"]:
        told["rejection"] = row["rejection"]
    for name, value in told.items():
        say(f"{name:<12}{value}")


def _print_told(service: RemoteService, verdict: dict[str, Any]) -> None:
    """Tell a verdict, and of what it says of withdrawal, successor and original."""
    state = VerdictState(verdict["verdict"])
    say(f"{messages.said('cli.show.verdict'):<12}{messages.headline(state)}")
    for axis in verdict["axes"]:
        if axis["axis"] not in ("withdrawal", "supersession"):
            continue
        others = [axis["values"].get(name) for name in ("successor", "original")]
        if axis["outcome"] == "fail" or any(others):
            say(f"{'':<12}{_because(axis)}")
        for other in filter(None, others):
            with suppress(NotFound):
                title = service.get(f"/resources/{Digest.parse(other)}")[0]["title"]
                told = messages.said("cli.show.is-titled", digest=other[:16], title=title)
                say(f"{'':<12}{told}")


def _because(axis: dict[str, Any]) -> str:
    """Return the sentence of an axis in this command's language; the service's where it has no name."""
    try:
        return messages.text(Reason.from_json(axis))
    except (KeyError, TypeError, ValueError, AttributeError):
        return str(axis["because"])


commands = (show,)
