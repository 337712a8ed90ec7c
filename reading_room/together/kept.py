"""What the room keeps in the content store: the ciphertext of files' versions."""

from __future__ import annotations

from collections.abc import Iterator

from ledger_service.domain.content.content_id import ContentId
from ledger_service.services.library import Library
from reading_room.together.sql import SqlTogether

READ_AT_A_TIME = 1000


def cids(library: Library) -> Iterator[ContentId]:
    """Yield where the contents of versions lie, each once."""
    after = ""
    while True:
        with library.store.read() as transaction:
            found = transaction.room(SqlTogether).files.cids_after(after, READ_AT_A_TIME)
        if not found:
            return
        yield from map(ContentId.parse, found)
        after = found[-1]
