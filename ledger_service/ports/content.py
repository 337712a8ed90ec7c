"""What the services need of content: a place for bytes on their way in, and a store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from ledger_service.domain.content.content_id import ContentId


class Upload(Protocol):
    """Bytes on their way into the store; nothing is kept unless `commit` is called."""

    def write(self, data: bytes) -> None: ...
    def finish(self) -> ContentId: ...
    def commit(self) -> None: ...


class ContentStore(Protocol):
    """Raises ContentStoreUnavailable, ContentStoreFull, ContentNotFound, ContentCorrupt."""

    def upload(self) -> AbstractContextManager[Upload]: ...
    def size(self, cid: ContentId) -> int: ...
    def read(self, cid: ContentId, start: int, end: int) -> Iterator[bytes]: ...
