"""Make a hall or a laboratory, and publish its manifest anew: signed, and attested by the ledger."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ledger_service.domain.errors import HallNotFound, InvalidHall
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.content import MadeFile
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from reading_room.halls.models.shown import READY, ready
from reading_room.halls.ports import KeptVersion
from reading_room.halls.rules.glb_file import MEDIA_TYPE
from reading_room.halls.rules.manifest import (
    LARGEST_MANIFEST_BYTES,
    Kind,
    Manifest,
    Use,
    check_told,
)
from reading_room.halls.rules.model import check_model
from reading_room.halls.rules.steps import Step, check_steps
from reading_room.halls.verbs.assets import NewAsset, cover_of, furniture, keep, open_asset
from reading_room.halls.verbs.signing import Tables, signer_in

MOST_HALLS = 50
MOST_COVERS = 48
HALL_BYTES = 8
FilesOf = Callable[[Digest], list[MadeFile]]
"""Tells what rooms made of a work and everybody may have."""


@dataclass(frozen=True)
class Draft:
    """What is to be published. model: a file, or the name of a ready one; both empty: that which stands.

    works: those whose covers are shown, which everybody may read.
    """

    kind: Kind
    title: str
    about: str = ""
    collection: str = ""
    model: bytes = b""
    ready_model: str = ""
    steps: tuple[Step, ...] = ()
    works: Sequence[Digest] = ()


def publish_hall(
    library: Library,
    tables: Tables,
    caller: Caller,
    draft: Draft,
    files_of: FilesOf,
    hall: str = "",
) -> KeptVersion:
    """Return what was published: the first version of a new hall, or the next of one that is named.

    Raises:
        InvalidHall, InvalidModel: it cannot be so. HallNotFound: there is none of that name.
        ContentStoreUnavailable, ContentStoreFull: its assets cannot be kept now.
    """
    check_permitted(caller, Permission.HALL_KEEP)
    check_told(draft.title, draft.about, draft.collection)
    standing = find_manifest(library, tables, hall) if hall else None
    if standing is not None and standing.kind is not draft.kind:
        raise InvalidHall("kind")
    placed = furniture(library)
    if draft.kind is Kind.LABORATORY:
        placed.append(_model(library, tables, draft, standing))
    else:
        covers = [cover_of(library, one, files_of(one)) for one in draft.works[:MOST_COVERS]]
        placed += [cover for cover in covers if cover is not None]
    manifest = Manifest(
        kind=draft.kind,
        origin=library.key.name,
        hall=hall or secrets.token_hex(HALL_BYTES),
        version=1,
        made_at=library.clock(),
        title=draft.title,
        about=draft.about,
        collection=draft.collection,
        assets=tuple(one.asset for one in placed),
        steps=draft.steps if draft.kind is Kind.LABORATORY else (),
    )
    return _publish(library, tables, caller, manifest, placed)


def find_manifest(library: Library, tables: Tables, hall: str) -> Manifest:
    """Return the newest manifest of a hall; raise HallNotFound."""
    with library.store.read() as transaction:
        found = transaction.room(tables).find(hall)
    if found is None:
        raise HallNotFound(hall=hall[:40])
    return Manifest.parse(found.manifest)


def model_parts(library: Library, tables: Tables, manifest: Manifest) -> tuple[str, ...]:
    """Return the names of the parts of a laboratory's model, none of a hall; raise as `open_asset`."""
    asset = manifest.asset(Use.MODEL)
    if asset is None:
        return ()
    return check_model(b"".join(open_asset(library, tables, asset.digest)[1])).parts


def _model(library: Library, tables: Tables, draft: Draft, standing: Manifest | None) -> NewAsset:
    """Return the model of a laboratory once it is checked, with its steps, and kept."""
    data = draft.model
    if not data and draft.ready_model:
        if draft.ready_model not in READY:
            raise InvalidHall("no-model")
        data = ready(draft.ready_model)
    if not data:
        had = None if standing is None else standing.asset(Use.MODEL)
        if had is None:
            raise InvalidHall("no-model")
        data = b"".join(open_asset(library, tables, had.digest)[1])
    model = check_model(data)
    check_steps(draft.steps, model.parts)
    return keep(library, Use.MODEL, data, MEDIA_TYPE)


def _publish(
    library: Library,
    tables: Tables,
    caller: Caller,
    manifest: Manifest,
    placed: Sequence[NewAsset],
) -> KeptVersion:
    with library.store.write() as transaction:
        room = transaction.room(tables)
        before = room.find(manifest.hall)
        if before is None and room.count_halls() >= MOST_HALLS:
            raise InvalidHall("most", most=MOST_HALLS)
        manifest = replace(manifest, version=1 if before is None else before.version + 1)
        data = manifest.format()
        if len(data) > LARGEST_MANIFEST_BYTES:
            raise InvalidHall("too-large", most=LARGEST_MANIFEST_BYTES)
        note = signer_in(library, transaction, tables).sign(manifest.note_text())
        now, kind = library.clock(), StatementType.HALL
        statement = Digest.of(note.encode())
        entry, _ = append_statement(transaction, kind, statement, library.steward, now)
        made = KeptVersion(manifest.hall, manifest.version, data, note, entry, now)
        for one in placed:
            room.add_asset(one.kept)
        room.add(made)
        record_act(transaction, caller, now, ActKind.HALL_PUBLISHED, manifest.hall, entry)
        return made
