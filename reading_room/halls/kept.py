"""What the room keeps in the content store: models, textures and covers of halls."""

from __future__ import annotations

from collections.abc import Iterator

from ledger_service.domain.content.content_id import ContentId
from ledger_service.services.library import Library
from reading_room.halls.sql import SqlHalls

READ_AT_A_TIME = 1000


def cids(library: Library) -> Iterator[ContentId]:
    """Yield where each asset lies, once for each that is kept."""
    after = ""
    while True:
        with library.store.read() as transaction:
            found = transaction.room(SqlHalls).assets_after(after, READ_AT_A_TIME)
        if not found:
            return
        yield from map(ContentId.parse, found)
        after = found[-1]
