"""The command for the records that resources were taken from. It uses the library's own database."""

from __future__ import annotations

from pathlib import Path

import click

from ledger_service.adapters.given_files import write_given
from ledger_service.cli.output import NEGATIVE, Command, as_json, moment, print_json, say
from ledger_service.cli.people.own_library import own_library
from ledger_service.domain.identifiers import Digest
from ledger_service.services.imports.find_records import records_about


@click.command(cls=Command)
@click.argument("digest")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the bytes of each record here, and beside them what stood before it on its page.",
)
@as_json
def records(digest: str, out: Path | None, as_json: bool) -> None:
    """Tell from which records of harvested services a resource was taken in, oldest first.

    Needs the library's own database. It exits with 1 if there are none.
    """
    with own_library() as (store, operator):
        found = records_about(store, operator, Digest.parse(digest))
    told = [
        {
            "digest": record.digest.hex(),
            "source": record.source,
            "identifier": record.identifier,
            "size_bytes": len(record.content),
            "kept_at": kept_at,
        }
        for record, kept_at in found
    ]
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for record, _ in found:
            write_given(out / f"{record.digest.hex()}.xml", record.content)
            write_given(out / f"{record.digest.hex()}.head.xml", record.head)
    if as_json:
        print_json(told)
    for (record, kept_at), line in [] if as_json else zip(found, told, strict=True):
        say(f"{line['digest']}  {record.identifier}  {record.source}  {moment(kept_at)}")
    if not found:
        click.get_current_context().exit(NEGATIVE)


commands = (records,)
