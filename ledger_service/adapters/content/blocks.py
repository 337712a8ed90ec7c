"""The content store over an IPFS block store; the border where its errors become ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import count

from ipfs.block_store import FileBlockStore
from ipfs.cid import Cid
from ipfs.copies import Copies, heal_block
from ipfs.errors import BlockCorrupt, BlockNotFound, InvalidDag, IpfsError, StoreFull
from ipfs.protocols import BlockStore, Staging
from ipfs.unixfs import FileBuilder, file_size, read_file
from ledger_service.adapters.content.fixity import Heal, check_blocks
from ledger_service.adapters.content.refilling import Refilling
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.content.fixity import CheckedBlock
from ledger_service.domain.errors import (
    ContentCorrupt,
    ContentNotFound,
    ContentStoreFull,
    ContentStoreUnavailable,
)

PIECE_BYTES = 131_072
FOLDER = "folder"
BLOCKS_HELD = 32  # read last, of at most 2 MiB each, for all readings together


class IpfsContent:
    """Implements ports.ContentStore."""

    def __init__(self, blocks: BlockStore) -> None:
        self._blocks = blocks
        stores = blocks.stores if isinstance(blocks, Copies) else [blocks]
        nodes = count(1)
        self._places = {
            FOLDER if isinstance(store, FileBlockStore) else f"node {next(nodes)}": store
            for store in stores
        }
        self._heal: Heal = heal_block
        self._refilling: Refilling | None = None
        if isinstance(blocks, Copies):
            self._heal = blocks.heal
            self._refilling = Refilling(self._places, blocks.owed)
        self._held = lru_cache(BLOCKS_HELD)(lambda _reading, cid: blocks.get(cid))

    @contextmanager
    def upload(self) -> Iterator[IpfsUpload]:
        with _translated(), self._blocks.stage() as staging:
            yield IpfsUpload(staging)

    def free_bytes(self) -> int:
        """Return how many bytes the disk has left for this process."""
        with _translated():
            return self._blocks.free_bytes()

    def has(self, cid: ContentId) -> bool:
        """Return whether the root block of a file is kept somewhere, sound or not."""
        with _translated():
            return self._blocks.has(_cid(cid))

    def check(self, cid: ContentId) -> Iterator[CheckedBlock]:
        """Yield what was found of each block in each place; nodes are numbered as the settings name them."""
        with _translated():
            yield from check_blocks(self._places, _cid(cid), self._heal)

    def refill(self, stops: Callable[[], bool]) -> None:
        """Put what some place may lack into it again; what it does not take stays noted for later."""
        if self._refilling is not None:
            with _translated():
                self._refilling.work(stops)

    def size(self, cid: ContentId) -> int:
        """Return the bytes of a file, from its root block."""
        with _translated():
            return file_size(self._blocks.get, _cid(cid))

    def has_sound(self, cid: ContentId) -> bool:
        """Return whether the root block of a file is kept, and is what was taken in."""
        try:
            self.size(cid)
        except (ContentNotFound, ContentCorrupt):
            return False
        return True

    def read(self, cid: ContentId, start: int, end: int) -> Iterator[bytes]:
        """Yield bytes start to end - 1 in small pieces of blocks that were checked against their CIDs.

        Whoever takes them slowly holds a piece: a few blocks are held for all readings together, and
        each reading fetches and checks its own.
        """
        get = partial(self._held, object())
        with _translated():
            yield from read_file(get, _cid(cid), start, end, piece_bytes=PIECE_BYTES)


class IpfsUpload:
    """Implements ports.Upload."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        self._builder = FileBuilder(staging.put)

    def write(self, data: bytes) -> None:
        self._builder.write(data)

    def finish(self) -> ContentId:
        cid = self._builder.finish()
        return ContentId(cid.codec, cid.digest)

    def commit(self) -> None:
        self._staging.commit()


def _cid(cid: ContentId) -> Cid:
    return Cid(cid.codec, cid.digest)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except BlockNotFound as exc:
        raise ContentNotFound("block") from exc
    except (BlockCorrupt, InvalidDag) as exc:
        raise ContentCorrupt("block") from exc
    except StoreFull as exc:
        raise ContentStoreFull() from exc
    except IpfsError as exc:
        raise ContentStoreUnavailable() from exc
