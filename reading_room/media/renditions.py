"""What a resource is by its content, and what was made of it and everybody may have, for other pages."""

from __future__ import annotations

from ledger_service.domain.errors import MediaNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.content import MadeFile, MediaFacts, MediaFound
from ledger_service.services.library import Library
from reading_room.media.rules import Rendition, RenditionKind
from reading_room.media.sql import SqlMedia
from reading_room.media.verbs import find_media

PATHS = {RenditionKind.TILES: "iiif/info.json", RenditionKind.PAGES: "pages/1/info.json"}


def tell(library: Library, digest: Digest) -> MediaFound | None:
    """Return what a resource is, and files of it unless it is closed; None if it was not read."""
    try:
        found = find_media(library, SqlMedia, digest)
    except MediaNotFound:
        return None
    seconds = None if found.milliseconds is None else found.milliseconds / 1000
    facts = MediaFacts(found.pages, found.width, found.height, seconds)
    return MediaFound(facts, tuple(_file(digest, made) for made in found.renditions))


def _file(digest: Digest, made: Rendition) -> MadeFile:
    return MadeFile(
        kind=made.kind.value,
        media_type=made.media_type,
        size_bytes=made.size_bytes,
        cid=made.cid.base32(),
        path=f"/api/v1/resources/{digest}/media/{PATHS.get(made.kind, made.kind.value)}",
    )
