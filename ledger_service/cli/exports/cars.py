"""Commands for CARs, in which IPFS programs hand files on: `muhr car export` and `muhr car import`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ledger_service import config as configuration
from ledger_service.adapters.given_files import make_given
from ledger_service.cli.exports.own_content import ask_in_the_clear, own_content
from ledger_service.cli.output import (
    Command,
    api_option,
    as_json,
    print_json,
    remote,
    say,
    token_option,
)
from ledger_service.cli.resources.files import digest_given
from ledger_service.domain.errors import InvalidCar, ResourceNotFound
from ledger_service.domain.identifiers import Digest

if TYPE_CHECKING:
    from ledger_service.adapters.exports.car_file import CarFile
    from ledger_service.adapters.remote import RemoteService


@click.group()
def car() -> None:
    """Hand files on as CARs, whose blocks every IPFS program checks."""


@car.command("export", cls=Command)
@click.argument("digest", metavar="DIGEST|FILE")
@click.option("--to", type=click.Path(path_type=Path), help="Default: the CID with .car, here.")
@click.option("--yes", is_flag=True, help="Do not ask before closed content leaves in the clear.")
def export_(digest: str, to: Path | None, yes: bool) -> None:
    """Write the blocks of a resource as the library keeps them. Needs the library's own database.

    Open content is kept plain, closed content encrypted; no key leaves. Closed content that came before
    encryption, and was not encrypted since, leaves in the clear. Who took it out is recorded.
    """
    from ledger_service.adapters.exports.unfinished import whole_file
    from ledger_service.services.exports.take_out import kept_as, record_leaving

    wanted = digest_given(digest)
    with own_content() as own:
        cid, is_for_all = kept_as(own.library, own.operator, wanted)
        if not (yes or is_for_all):
            ask_in_the_clear()
        path = to or Path(f"{cid}.car")
        with whole_file(path) as made:
            size = own.library.content.size(cid)
            pieces = own.library.content.car(cid, 0, size, repeats=False)
            first = next(pieces)  # a root that is missing leaves nothing, and no record
            record_leaving(own.library, own.operator, [wanted])
            with make_given(made) as file:
                file.write(first)
                file.writelines(pieces)
    say(f"{path}: {path.stat().st_size} bytes, {cid}")


@car.command("import", cls=Command)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--license", "license_name", help="Register what is not registered, under this license."
)
@click.option("--title", help="Of what is not registered; default: the file's name.")
@click.option("--creator", default="")
@click.option("--language", default="", help="BCP 47, e.g. uz-Latn.")
@click.option("--media-type", default="application/octet-stream", show_default=True)
@api_option
@token_option
@as_json
def import_(
    file: Path,
    license_name: str | None,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
    **said: str,
) -> None:
    """Bring the content of a resource as a CAR: what was lost is healed, what was elsewhere is kept.

    Each block is checked here, and the whole once more by the service. The CAR's root must be the CID that
    is registered; with --license, what is not registered is registered.
    """
    from ledger_service.adapters.exports.car_file import open_car

    largest = configuration.load().limits.largest_resource_bytes
    with open_car(file, largest) as opened:
        digest = _digest_of(opened)
        service = remote(api, "registrar", token_file)
        claim = _standing_claim(service, digest, opened, file)
        if claim is None:
            if license_name is None:
                raise InvalidCar("not-registered", path=str(file), digest=str(digest))
            said["title"] = said["title"] or file.stem
            claim = {**said, "license": license_name}
        found = service.send(opened.pieces(), opened.size_bytes, digest, claim)
    if as_json:
        print_json(found)
    else:
        say(f"{found['state']}  {digest}  {opened.root}")


def _digest_of(opened: CarFile) -> Digest:
    state = hashlib.sha256()
    for piece in opened.pieces():
        state.update(piece)
    return Digest(state.digest())


def _standing_claim(
    service: RemoteService, digest: Digest, opened: CarFile, path: Path
) -> dict[str, str] | None:
    """Return the claim that stands on these bytes, as it was made; None if there is none.

    Raises:
        InvalidCar: it stands with another CID, so that the CAR was made in another profile.
    """
    try:
        row: dict[str, Any] = service.get(f"/resources/{digest}")[0]
    except ResourceNotFound:
        return None
    if row["cid"] != str(opened.root):
        raise InvalidCar(
            "other-content",
            path=str(path),
            digest=str(digest),
            registered=row["cid"],
            root=str(opened.root),
        )
    record = (
        row if row["revision"] == 0 else service.get(f"/resources/{digest}/receipt")["metadata"]
    )
    names = ("title", "creator", "language", "media_type")
    return {"license": row["license"], **{name: str(record[name]) for name in names}}


commands = (car,)
