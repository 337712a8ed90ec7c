"""Commands for credentials: check one that somebody shows, revoke one, list those that were taken."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger_service.adapters.given_files import read_given
from ledger_service.cli.output import (
    INCOMPLETE,
    MARKS,
    NEGATIVE,
    Command,
    Row,
    api_option,
    as_json,
    asked_style,
    dated,
    limit_option,
    print_json,
    remote,
    say,
    style_option,
    tell_rows,
    token_option,
)
from ledger_service.cli.people.own_library import opened_library
from ledger_service.domain import foreign_text
from ledger_service.domain.credentials.credential import RevocationReason
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.printable_text import isolated
from ledger_service.ports.paging import MOST_ITEMS

if TYPE_CHECKING:
    from ledger_service.adapters.remote import RemoteService

COLUMNS = ("number", "kind", "taken_at", "revoked_at", "reason")
REASONS = click.Choice([reason.value for reason in RevocationReason])


@click.group("credential")
def credential() -> None:
    """Check what people show of their credentials, and revoke those that are not so."""


@credential.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@api_option
@as_json
def verify(file: Path | None, api: str | None, as_json: bool) -> None:
    """Check a credential in FILE or on standard input: an SD-JWT with fields, or a certificate as PDF.

    The keys, the status list and the proof are checked here, against entries of the ledger that the service
    names. Exit status 1 if it is revoked, 3 if its status cannot be had now.
    """
    from ledger_service.cli.credentials.remote_source import RemoteSource
    from ledger_service.services.credentials.check_credential import check_credential
    from ledger_service.setup import clock

    given = sys.stdin.buffer.read(262_145) if file is None else read_given(file)
    if given.startswith(b"%PDF-"):
        _tell_file(remote(api), Digest.of(given), as_json=as_json)
        return
    checked = check_credential(RemoteSource(remote(api)), foreign_text.parse(given), clock())
    stands = checked.stands
    if as_json:
        print_json(
            {
                "stands": stands,
                "shown": dict(checked.shown),
                "key_entry": checked.key_entry,
                "attendance_entry": checked.attendance_entry,
                "status_entry": checked.status_entry,
                "is_bound": checked.is_bound,
            }
        )
    else:
        for name, value in checked.shown.items():
            say(f"{isolated(str(name))}: {isolated(str(value))}")
        mark = MARKS["NOT_CHECKED" if stands is None else "PASS" if stands else "FAIL"]
        said = "status not known now" if stands is None else "stands" if stands else "revoked"
        say(
            f"{mark.sign} {said}, key entry {checked.key_entry}, status entry {checked.status_entry}"
        )
        if checked.attendance_entry is not None:
            say(
                f"{MARKS['PASS'].sign} counted in the attendance of entry {checked.attendance_entry}"
            )
    if not stands:
        click.get_current_context().exit(INCOMPLETE if stands is None else NEGATIVE)


@credential.command(cls=Command)
@click.argument("number")
@click.option("--reason", type=REASONS, required=True, help="Why; everybody is told.")
@api_option
@token_option
@as_json
def revoke(
    number: str, reason: str, api: str | None, token_file: Path | None, as_json: bool
) -> None:
    """Revoke the credential of this NUMBER for good; it stands on the certificate."""
    service = remote(api, "registrar", token_file)
    told = service.post(f"/credentials/{number}/revocation", {"reason": reason})
    if as_json:
        print_json(told)
    else:
        say(_line(told))


@credential.command("list", cls=Command)
@limit_option
@style_option
@api_option
@token_option
@as_json
def list_(
    limit: int, style: str | None, api: str | None, token_file: Path | None, as_json: bool
) -> None:
    """List the credentials that were taken, oldest first. They name nobody."""
    found = remote(api, "registrar", token_file).pages("/credentials", limit=MOST_ITEMS)
    tell_rows(found, limit, asked_style(style, as_json), COLUMNS, _line)


@credential.command("new-key", cls=Command)
def new_key() -> None:
    """Make a new key that signs from now on; what older keys have signed still holds.

    Needs the library's own keys. The ledger attests the key with its first signature.
    """
    from ledger_service import config as configuration
    from ledger_service.adapters.credentials.issuer_keys import add_issuer_key

    with opened_library(configuration.load()) as opened:
        add_issuer_key(opened.keys)
        say(opened.library.issuer.newest().thumbprint.hex())


def _tell_file(service: RemoteService, digest: Digest, *, as_json: bool) -> None:
    """Tell of a certificate as a file: it is exactly what the library printed, or it is not known."""
    told = service.get(f"/credentials/files/{digest}")
    if as_json:
        print_json(told)
    else:
        mark = MARKS["PASS" if told["stands"] else "FAIL"]
        said = "stands" if told["stands"] else f"revoked: {told['reason']}"
        say(f"{mark.sign} certificate {told['number']} {said}, attested by entry {told['entry']}")
    if not told["stands"]:
        click.get_current_context().exit(NEGATIVE)


def _line(row: Row) -> str:
    ended = (
        ""
        if row["revoked_at"] is None
        else f"  revoked {dated(row['revoked_at'])}: {row['reason']}"
    )
    return f"{row['number']:<16}{row['kind']}  taken {dated(row['taken_at'])}{ended}"


commands = (credential,)
