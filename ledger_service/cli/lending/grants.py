"""Commands for lending: grant, revoke, open."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from ledger_service import messages
from ledger_service.adapters.remote import RemoteService
from ledger_service.cli.output import (
    DAY_SECONDS,
    INCOMPLETE,
    NEGATIVE,
    Command,
    Days,
    api_option,
    as_json,
    moment,
    print_json,
    progress,
    remote,
    say,
    tell,
    token_option,
)
from ledger_service.cli.resources.files import digest_of
from ledger_service.cli.resources.named import digest_argument, digest_named
from ledger_service.domain.errors import ClaimOnItsWay, ContentCorrupt
from ledger_service.domain.identifiers import Digest, GrantId

WAIT_SECONDS = 120


@click.command(cls=Command)
@digest_argument
@click.option("--reader", required=True, help="The reader's name in this library.")
@click.option("--days", type=Days(), required=True)
@click.option("--scope", "scopes", multiple=True, default=("read",), show_default=True)
@click.option("--wait/--no-wait", default=True, help="Until it is issued on chain.")
@api_option
@token_option
@as_json
def grant(
    digest: str,
    reader: str,
    days: float,
    scopes: tuple[str, ...],
    wait: bool,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Grant a reader a resource for some days."""
    service = remote(api, "registrar", token_file)
    body = {
        "digest": digest_named(service, digest).hex(),
        "reader": reader,
        "until": int(time.time() + days * DAY_SECONDS),
        "scopes": list(scopes),
    }
    found = service.post("/grants", body)
    _finish(service, found, ("accepted", "submitted", "disputed"), "issued", wait, as_json)


@click.command(cls=Command)
@click.argument("grant_id", metavar="GRANT")
@click.option("--new-key", is_flag=True, help="Encrypt the closed content anew, by a new key.")
@click.option("--wait/--no-wait", default=True, help="Until it is revoked on chain.")
@api_option
@token_option
@as_json
def revoke(
    grant_id: str,
    new_key: bool,
    wait: bool,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
) -> None:
    """Revoke a grant. Openings under it are refused at once, on chain or not."""
    service = remote(api, "registrar", token_file)
    more = "?new_key=true" if new_key else ""
    found = service.post(f"/grants/{GrantId.parse(grant_id)}/revocation{more}")
    _finish(service, found, ("revoking",), "revoked", wait, as_json)


@click.command(cls=Command)
@click.argument("grant_id", metavar="GRANT")
@click.option("--days", type=Days(), required=True)
@click.option("--wait/--no-wait", default=True, help="Until the chain has it.")
@api_option
@token_option
@as_json
def renew(
    grant_id: str, days: float, wait: bool, api: str | None, token_file: Path | None, as_json: bool
) -> None:
    """Move the end of a grant to some days from now. Readers: their own, if self-service."""
    service = remote(api, "registrar", token_file)
    until = int(time.time() + days * DAY_SECONDS)
    service.post(f"/grants/{GrantId.parse(grant_id)}/renewal", {"until": until})
    found = service.get(f"/grants/{GrantId.parse(grant_id)}")
    deadline = time.monotonic() + WAIT_SECONDS
    while wait and found["until"] != until and time.monotonic() < deadline:
        time.sleep(0.2)
        found = service.get(f"/grants/{found['grant']}")
    if as_json:
        print_json(found)
    else:
        told_until = moment(found["until"])
        tell("cli.grant.until", grant=found["grant"], state=found["state"], until=told_until)
    if wait and found["until"] != until:
        click.get_current_context().exit(INCOMPLETE)


@click.command("return", cls=Command)
@click.argument("grant_id", metavar="GRANT")
@click.option("--wait/--no-wait", default=True, help="Until the chain has it.")
@api_option
@token_option
@as_json
def return_(
    grant_id: str, wait: bool, api: str | None, token_file: Path | None, as_json: bool
) -> None:
    """Give a grant back before it ends, which frees its seat."""
    service = remote(api, "reader", token_file)
    found = service.post(f"/grants/{GrantId.parse(grant_id)}/return")
    _finish(service, found, ("returning",), "returned", wait, as_json)


def _finish(
    service: RemoteService,
    found: dict[str, object],
    passing: tuple[str, ...],
    wanted: str,
    wait: bool,
    as_json: bool,
) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while wait and found["state"] in passing and time.monotonic() < deadline:
        time.sleep(0.2)
        found = service.get(f"/grants/{found['grant']}")
    if as_json:
        print_json(found)
    else:
        reason = f": {found['rejection']}" if found["rejection"] else ""
        say(f"{found['grant']} {found['state']}{reason}")
    context = click.get_current_context()
    if found["state"] == "rejected":
        context.exit(NEGATIVE)
    if wait and found["state"] != wanted:
        context.exit(INCOMPLETE)


@click.command("open", cls=Command)
@digest_argument
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@api_option
@token_option
@as_json
def open_(
    digest: str, output: Path, api: str | None, token_file: Path | None, as_json: bool
) -> None:
    """Open a resource under your grant, by a reader's token, and write it to a file.

    What is under an open license needs neither: without a token it is fetched as everybody may.
    """
    service = remote(api, "reader", token_file)
    wanted = digest_named(service, digest)
    opening: dict[str, Any] = {
        "content": f"/api/v1/resources/{wanted}/content",
        "entry": None,
        "marked": False,
    }
    if service.has_token:
        opening = _opened(service, wanted)
    partial = output.with_name(output.name + ".part")
    size = service.get(f"/resources/{wanted}")[0]["size_bytes"]
    with progress(output.name, size, quiet=as_json) as told:
        sent = service.download(opening["content"], partial, told)
    arrived = digest_of(partial, lambda _: None)
    if arrived.hex() != (sent if opening["marked"] else wanted.hex()):
        partial.unlink()
        raise ContentCorrupt("bytes-arrived", digest=str(arrived))
    partial.replace(output)
    if as_json:
        print_json({"digest": digest, "entry": opening["entry"], "file": str(output)})
    else:
        size = output.stat().st_size
        what = messages.said("cli.open.marked" if opening["marked"] else "cli.open.as-asked")
        if opening["entry"] is not None:
            what += messages.said("cli.open.entry", entry=opening["entry"])
        tell("cli.open.written", path=str(output), count=size, what=what)


def _opened(service: RemoteService, wanted: Digest) -> dict[str, Any]:
    """Return the opening; what a course gives is claimed by it, and waited for.

    Raises:
        ClaimOnItsWay: the chain does not have the claim yet.
    """
    deadline, told = time.monotonic() + WAIT_SECONDS, False
    while True:
        opening: dict[str, Any] = service.post("/openings", {"digest": wanted.hex()})
        if opening["content"] is not None:
            return opening
        if time.monotonic() > deadline:
            raise ClaimOnItsWay()
        if not told:
            tell("cli.open.claimed", err=True, grant=opening["grant"])
            told = True
        time.sleep(1)


commands = (grant, renew, return_, revoke, open_)
