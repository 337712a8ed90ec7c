"""Keep the assets of halls in the content store, by their digest, and read them again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import HallNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.content import MadeFile
from ledger_service.services.library import Library
from reading_room.halls.models.shown import table
from reading_room.halls.models.textures import texture
from reading_room.halls.ports import KeptAsset
from reading_room.halls.rules.glb_file import MEDIA_TYPE
from reading_room.halls.rules.manifest import LARGEST_PICTURE_BYTES, PICTURES, Asset, Use
from reading_room.halls.rules.picture import PNG
from reading_room.halls.verbs.signing import Tables


class NewAsset(NamedTuple):
    """An asset as a manifest has it, and where its bytes lie; no table has it yet."""

    asset: Asset
    kept: KeptAsset


def keep(
    library: Library, use: Use, data: bytes, media_type: str, work: Digest | None = None
) -> NewAsset:
    """Return an asset once its bytes are durable. work: whose cover it is.

    Raises:
        ContentStoreUnavailable, ContentStoreFull: they cannot be kept now.
    """
    with library.content.upload() as upload:
        upload.write(data)
        cid = upload.finish()
        upload.commit()
    digest = Digest.of(data)
    kept = KeptAsset(digest, media_type, len(data), cid.base16())
    return NewAsset(Asset(use, digest, media_type, len(data), work), kept)


def furniture(library: Library) -> list[NewAsset]:
    """Return what every hall has: textures, and a table with a lamp."""
    textures = [
        keep(library, use, texture(use.value), PNG) for use in (Use.FLOOR, Use.WALL, Use.WOOD)
    ]
    return [*textures, keep(library, Use.TABLE, table(), MEDIA_TYPE)]


def cover_of(library: Library, work: Digest, files: list[MadeFile]) -> NewAsset | None:
    """Return the cover of a work, of the files that rooms made of it; None if it has none that fits."""
    found = next((file for file in files if file.kind == "cover"), None)
    if (
        found is None
        or found.size_bytes > LARGEST_PICTURE_BYTES
        or found.media_type not in PICTURES
    ):
        return None
    pieces = library.content.read(ContentId.parse_base32(found.cid), 0, found.size_bytes)
    return keep(library, Use.COVER, b"".join(pieces), found.media_type, work)


def open_asset(
    library: Library, tables: Tables, digest: Digest
) -> tuple[KeptAsset, Iterator[bytes]]:
    """Return an asset, and its bytes in pieces.

    Raises:
        HallNotFound: no hall has it. ContentNotFound, ContentCorrupt, ContentStoreUnavailable: see read.
    """
    with library.store.read() as transaction:
        kept = transaction.room(tables).asset(digest)
    if kept is None:
        raise HallNotFound("asset", digest=str(digest))
    return kept, library.content.read(ContentId.parse(kept.cid), 0, kept.size_bytes)
