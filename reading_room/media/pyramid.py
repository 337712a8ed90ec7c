"""The pictures that were made of an open resource: tiles of a large one, and those of a book's pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ledger_service.domain.content.picture_pack import PicturePack
from ledger_service.domain.identifiers import Digest
from ledger_service.services.library import Library
from reading_room.media.ports import MediaTables
from reading_room.media.rules import RenditionKind
from reading_room.media.verbs import find_rendition

Tables = Callable[[Any], MediaTables]


def open_pictures(
    library: Library, tables: Tables, digest: Digest, kind: RenditionKind
) -> PicturePack:
    """Return tiles or pages; raise MediaNotFound if none were made, or not for everybody."""
    made = find_rendition(library, tables, digest, kind)

    def read(start: int, end: int) -> Iterator[bytes]:
        return library.content.read(made.cid, start, end)

    return PicturePack(made.size_bytes, read, str(digest))
