"""The command that tells under which grant a file was lent. The file is read here and stays here."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

import click

from ledger_service import messages
from ledger_service.adapters.given_files import open_given
from ledger_service.cli.output import (
    NEGATIVE,
    Command,
    Row,
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
from ledger_service.domain.errors import CopyNotMade
from ledger_service.domain.identifiers import CopyId
from ledger_service.domain.lending.lent_copy import MOST_MARKS, marks_in

LARGEST_READ_BYTES = 256 * 2**20  # of a file whose parts are unpacked
PIECE_BYTES = 2**20


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@api_option
@token_option
@as_json
def trace(file: Path, api: str | None, token_file: Path | None, as_json: bool) -> None:
    """Tell under which grant a copy was lent: a PDF, EPUB, PNG or JPEG that somebody passed on.

    It names a loan and no person. That it was asked is kept among what the library's people did.
    """
    service = remote(api, "registrar", token_file)
    with progress(file.name, file.stat().st_size, quiet=as_json) as told:
        digest = digest_of(file, told)
    numbers = _numbers_in(file)
    body = {"digest": digest.hex(), "numbers": [number.hex() for number in numbers]}
    found = service.post("/traces", body)
    if as_json:
        print_json(found)
    else:
        _tell(str(file), numbers, found)
    if not found:
        click.get_current_context().exit(NEGATIVE)


def _numbers_in(file: Path) -> list[CopyId]:
    """Return the numbers of lent copies in a file: those that stand openly, and what a reader of it finds."""
    size = file.stat().st_size
    if not size:
        return []
    with open_given(file) as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
        found = marks_in(data)
    if size > LARGEST_READ_BYTES:
        tell("cli.trace.too-large", err=True)
        return found
    from ledger_service.adapters.lending.maker import numbers_in

    try:
        found += numbers_in(_pieces(file))
    except CopyNotMade as exc:
        tell("cli.trace.looked-through", err=True, why=exc.reason)
    return list(dict.fromkeys(found))[:MOST_MARKS]


def _pieces(file: Path) -> Iterator[bytes]:
    with open_given(file) as opened:
        while piece := opened.read(PIECE_BYTES):
            yield piece


def _tell(name: str, numbers: list[CopyId], found: list[Row]) -> None:
    known = {row["number"] for row in found}
    for number in numbers:
        if number.hex() not in known:
            tell("cli.trace.no-such-copy", name=name, number=number.hex())
    for row in found:
        how = messages.said("cli.trace.as-lent" if row["unchanged"] else "cli.trace.changed")
        tell("cli.trace.copy", name=name, title=row["title"], digest=row["digest"], how=how)
        say(f"  grant   {row['grant']}")
        say(f"  number  {row['number']}")
        hour, entry = moment(row["hour"]), str(row["entry"])
        say(f"  opened  {messages.said('cli.trace.opened', hour=hour, entry=entry)}")
    if found:
        tell("cli.trace.not-who")
    elif not numbers:
        tell("cli.trace.none", name=name)


commands = (trace,)
