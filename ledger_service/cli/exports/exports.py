"""The command that takes resources out, with the evidence on them, as a bag or as OCFL objects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger_service.cli.exports.own_content import Own, ask_in_the_clear, own_content
from ledger_service.cli.output import Command, as_json, print_json, say
from ledger_service.cli.resources.files import digest_given

if TYPE_CHECKING:
    from ledger_service.adapters.exports.parcel import Parcel
    from ledger_service.domain.exports.account import Account


@click.command(cls=Command)
@click.argument("digests", nargs=-1, required=True, metavar="DIGEST|FILE…")
@click.option(
    "--bag",
    type=click.Path(path_type=Path),
    help="Make a BagIt bag here; nothing may be there yet.",
)
@click.option(
    "--ocfl",
    type=click.Path(path_type=Path),
    help="Add to this OCFL storage root, which is made if it is not there.",
)
@click.option(
    "--yes", is_flag=True, help="Do not ask before closed content is written in the clear."
)
@as_json
def export(
    digests: tuple[str, ...], bag: Path | None, ocfl: Path | None, yes: bool, as_json: bool
) -> None:
    """Take resources out, with their registrations, receipts and provenance, for other libraries' tools.

    Needs the library's own database. The bytes are written in the clear, also of what is closed; who took
    them out is recorded (`muhr acts`). A bag, and each object, appears when it is whole.
    """
    from ledger_service.services.exports.take_out import account_of, record_leaving

    if (bag is None) == (ocfl is None):
        raise click.UsageError("Give --bag or --ocfl.")
    named = list(dict.fromkeys(digest_given(text) for text in digests))
    with own_content() as own:
        accounts = [
            account_of(own.library, own.operator, digest, own.public_url) for digest in named
        ]
        if not yes:
            _ask_about([account for account in accounts if not account.is_open])
        record_leaving(own.library, own.operator, named)
        parcels = [_parcel(own, account) for account in accounts]
        told = _write_bag(bag, parcels) if bag is not None else _write_objects(ocfl, parcels)
    if as_json:
        print_json(told)
        return
    for row in told:
        say(f"{row['digest']}  {row['path']}")


def _ask_about(closed: Sequence[Account]) -> None:
    """End the command unless somebody agrees that closed content is written in the clear."""
    if not closed:
        return
    for account in closed:
        say(f"closed ({account.license}): {account.registration.record.title}", err=True)
    ask_in_the_clear()


def _parcel(own: Own, account: Account) -> Parcel:
    from ledger_service.adapters.exports.parcel import Parcel
    from ledger_service.services.resources.read_content import content_pieces

    size = account.registration.metadata.size_bytes
    return Parcel(account, partial(content_pieces, own.library, account.registration, 0, size))


def _write_bag(bag: Path, parcels: Sequence[Parcel]) -> list[dict[str, str]]:
    from ledger_service.adapters.exports.bag import write_bag

    write_bag(bag, parcels, datetime.now(UTC).date().isoformat())
    return [
        {"digest": account.digest.hex(), "path": str(bag / "data" / account.file_name)}
        for account, _ in parcels
    ]


def _write_objects(root: Path | None, parcels: Sequence[Parcel]) -> list[dict[str, str]]:
    from ledger_service.adapters.exports.ocfl import open_root, write_object

    assert root is not None  # one of the two is given
    open_root(root)
    told = []
    for parcel in parcels:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        made = write_object(root, parcel, at)
        row = {"digest": parcel.account.digest.hex(), "path": str(made.folder)}
        told.append(
            {**row, "version": made.version, "state": "new" if made.is_new else "unchanged"}
        )
    return told


commands = (export,)
