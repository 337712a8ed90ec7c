"""Files on their way into a block store: as they come, or sealed. See ports.Upload."""

from __future__ import annotations

from collections.abc import Callable
from threading import BoundedSemaphore

from ipfs.cid import Cid
from ipfs.protocols import BytesLike, Staging
from ipfs.unixfs import FileBuilder
from ledger_service.adapters.content.lanes import Lanes
from ledger_service.adapters.content.sealing import SealingStream
from ledger_service.domain.content.content_id import ContentId
from ledger_service.ports.content import Seal


class PlainUpload:
    """Implements ports.Upload for open content. Leave it by `close`."""

    def __init__(self, staging: Staging, free: BoundedSemaphore) -> None:
        """free: see Lanes."""
        self._staging = staging
        self._builder = FileBuilder(staging.put)
        self._lanes = Lanes([self._builder.write], free)
        self.write = self._lanes.write
        self.close = self._lanes.close
        self._cid: ContentId | None = None

    def finish(self) -> ContentId:
        self._lanes.finish()
        self._cid = _content_id(self._builder.finish())
        return self._cid

    def stored(self) -> ContentId:
        assert self._cid is not None  # it was finished
        return self._cid

    def commit(self) -> None:
        self._staging.commit()


class SealedUpload:
    """Implements ports.Upload for closed content: only ciphertext is staged; plain blocks are hashed."""

    def __init__(
        self, staging: Staging, seal: Seal, free: BoundedSemaphore, note: Callable[[Cid], object]
    ) -> None:
        """free: see Lanes. note: is told of the root before anything is kept."""
        self._staging, self._note = staging, note
        self._plain = FileBuilder(_keep_nothing)
        self._sealed = FileBuilder(staging.put)
        self._stream = SealingStream(seal, self._sealed.write)
        self._lanes = Lanes([self._stream.write, self._plain.write], free)
        self.write = self._lanes.write
        self.close = self._lanes.close
        self._stored: ContentId | None = None

    def finish(self) -> ContentId:
        self._lanes.finish()
        self._stream.finish()
        self._stored = _content_id(self._sealed.finish())
        return _content_id(self._plain.finish())

    def stored(self) -> ContentId:
        assert self._stored is not None  # it was finished
        return self._stored

    def commit(self) -> None:
        stored = self.stored()
        self._note(Cid(stored.codec, stored.digest))
        self._staging.commit()


def _content_id(cid: Cid) -> ContentId:
    return ContentId(cid.codec, cid.digest)


def _keep_nothing(_cid: Cid, _block: BytesLike) -> None:
    """Plain blocks of closed content are only hashed."""
