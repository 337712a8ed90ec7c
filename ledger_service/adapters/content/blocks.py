"""The content store over an IPFS block store; the border where its errors become ours."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Iterator
from contextlib import closing, contextmanager
from functools import lru_cache, partial
from itertools import count
from pathlib import Path
from threading import BoundedSemaphore

from cryptography.exceptions import InvalidTag

from ipfs.block_store import FileBlockStore
from ipfs.car import write_car
from ipfs.cid import DAG_PB, RAW, Cid
from ipfs.copies import Copies, heal_block
from ipfs.dag_pb import decode_file_node
from ipfs.errors import BlockCorrupt, BlockNotFound, InvalidDag, IpfsError, StoreFull
from ipfs.leaves import Leaves
from ipfs.owed import Owed
from ipfs.protocols import BlockStore
from ipfs.shape import UNIXFS_V1_2025
from ipfs.unixfs import Get, file_size, read_file
from ledger_service.adapters.content.fixity import Heal, check_blocks, children
from ledger_service.adapters.content.grafting import Graft
from ledger_service.adapters.content.refilling import Refilling
from ledger_service.adapters.content.sealing import SealedFile
from ledger_service.adapters.content.segments import Segments
from ledger_service.adapters.content.uploads import PlainUpload, SealedUpload
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.content.fixity import CheckedBlock, Outcome
from ledger_service.domain.content.sealing import (
    HEADER_BYTES,
    sealed_bytes,
    segment_at,
    segment_start,
)
from ledger_service.domain.errors import (
    ContentCorrupt,
    ContentNotFound,
    ContentStoreFull,
    ContentStoreUnavailable,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.content import Link, Seal, Upload

logger = logging.getLogger(__name__)
PIECE_BYTES = 262_144
LARGE_PIECE_BYTES = 2**20  # of the first readings: each piece costs a thread's turn
LARGE_READINGS = 16  # at a time, which hold a large piece each if they are slow
FOLDER = "folder"
FAST_UPLOADS = 8  # at a time; others have their bytes worked on by the thread that brings them
HEADERS_HELD = 1024  # of sealed files
BLOCKS_HELD = 16  # read last, of at most 2 MiB each, for all readings together


class IpfsContent:
    """Implements ports.ContentStore."""

    def __init__(
        self, blocks: BlockStore, notes: Path | None = None, lost: Path | None = None
    ) -> None:
        """notes, lost: folders, which are made, for notes of sealed uploads and of files of which something
        is damaged or missing everywhere; None: none are made.
        """
        self._blocks = blocks
        self._notes = None if notes is None else Owed(notes)
        self._lost = None if lost is None else Owed(lost)
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
        self._free_lanes = BoundedSemaphore(FAST_UPLOADS)
        self._large = BoundedSemaphore(LARGE_READINGS)
        self._leaves = Leaves(blocks.get)
        self._headers = lru_cache(HEADERS_HELD)(self._header)
        self._segments = Segments(BLOCKS_HELD)
        # By reading and place. A reading is a function of its own, which makes what is held at a place.
        self._held = lru_cache(BLOCKS_HELD)(lambda reading, place: reading(place))

    @contextmanager
    def upload(self, seal: Seal | None = None) -> Iterator[Upload]:
        with _translated(), self._blocks.stage() as staging:
            if seal is None:
                upload: PlainUpload | SealedUpload = PlainUpload(staging, self._free_lanes)
            else:
                upload = SealedUpload(staging, seal, self._free_lanes, self._note)
            with closing(upload):
                yield upload

    def free_bytes(self) -> int:
        """Return how many bytes the disk has left for this process."""
        with _translated():
            return self._blocks.free_bytes()

    def has(self, cid: ContentId) -> bool:
        """Return whether the root block of a file is kept somewhere, sound or not."""
        with _translated():
            return self._blocks.has(_cid(cid))

    def blocks(self, cid: ContentId) -> Iterator[ContentId]:
        """Yield the CIDs of all blocks below this one, and it last; leaves are not read."""
        if cid.codec == DAG_PB:
            try:
                with _translated():
                    node = self._blocks.get(_cid(cid))
            except (ContentNotFound, ContentCorrupt):
                node = b""
            for child in children(node):
                yield from self.blocks(ContentId(child.codec, child.digest))
        yield cid

    def remove(self, cid: ContentId, besides: Container[ContentId] = ()) -> None:
        """Remove the blocks of a file in each place, leaves first."""
        for block in self.blocks(cid):
            if block not in besides:
                with _translated():
                    self._blocks.remove(_cid(block))

    def check(self, cid: ContentId) -> Iterator[CheckedBlock]:
        """Yield what was found of each block in each place; nodes are numbered as the settings name them."""
        with _translated():
            for block in check_blocks(self._places, _cid(cid), self._heal):
                if block.outcome in (Outcome.MISSING, Outcome.MISMATCH):
                    self._note_lost(cid)
                yield block

    def bring(
        self,
        cid: ContentId,
        digest: Digest,
        get: Callable[[ContentId], bytes],
        check: Callable[[int], None],
    ) -> int:
        """Return how many bytes a file has, once all of it is kept; see Graft."""
        graft = Graft(self._blocks, lambda block: get(ContentId(block.codec, block.digest)))
        with _translated():
            return graft.bring(_cid(cid), digest.value, check)

    def lost(self, most: int) -> list[ContentId]:
        """Return files of which something was found damaged or missing everywhere."""
        if self._lost is None:
            return []
        with _translated():
            return [ContentId(cid.codec, cid.digest) for cid in self._lost.some(most)]

    def forget_lost(self, cid: ContentId) -> None:
        """Forget the note of a file."""
        if self._lost is not None:
            with _translated():
                self._lost.forget(_cid(cid))

    def _note_lost(self, cid: ContentId) -> None:
        if self._lost is None:
            return
        try:
            self._lost.note(_cid(cid))
        except IpfsError as exc:  # the next check finds it again
            logger.warning("not noted as lost: %s: %s", cid, exc)

    @contextmanager
    def _noted(self, cid: ContentId) -> Iterator[None]:
        """Note a file of which a block cannot be had, when it is read."""
        try:
            with _translated():
                yield
        except (ContentNotFound, ContentCorrupt):
            self._note_lost(cid)
            raise

    def refill(self, stops: Callable[[], bool]) -> None:
        """Put what some place may lack into it again; what it does not take stays noted for later."""
        if self._refilling is not None:
            with _translated():
                self._refilling.work(stops)

    def _note(self, root: Cid) -> None:
        if self._notes is None:
            return
        try:
            self._notes.note(root)
        except IpfsError as exc:  # what is kept is kept; only if it is never claimed it lies on
            logger.warning("not noted as unclaimed: %s: %s", root, exc)

    def unclaimed(self, older_than_seconds: float) -> Iterator[ContentId]:
        """Yield where sealed uploads lie of which the notes are older than that."""
        if self._notes is not None:
            with _translated():
                for cid in self._notes.older(older_than_seconds):
                    yield ContentId(cid.codec, cid.digest)

    def forget_note(self, cid: ContentId) -> None:
        """Forget the note of a sealed upload."""
        if self._notes is not None:
            with _translated():
                self._notes.forget(_cid(cid))

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

    def block(self, cid: ContentId) -> tuple[int, Iterator[bytes]]:
        """Return how many bytes a block has, and these in small pieces; between them it may be let go."""
        get, asked = self._reading(), _cid(cid)
        with _translated():
            size = len(get(asked))
        return size, self._pieces(get, asked, size)

    def _pieces(self, get: Get, cid: Cid, size: int) -> Iterator[bytes]:
        with _translated():
            for at in range(0, size, PIECE_BYTES):
                yield get(cid)[at : at + PIECE_BYTES]

    def links(self, cid: ContentId) -> list[Link]:
        """Return what stands below a block, in the file's order."""
        if cid.codec == RAW:
            return []
        with _translated():
            found = decode_file_node(self._blocks.get(_cid(cid)), UNIXFS_V1_2025.width)
        return [Link(ContentId(one.cid.codec, one.cid.digest), one.size_bytes) for one in found]

    def car(self, cid: ContentId, start: int, end: int, *, repeats: bool) -> Iterator[bytes]:
        """Yield a CAR in small pieces; see write_car."""
        with self._noted(cid):
            yield from write_car(self._reading(), _cid(cid), start, end, repeats=repeats)

    def read(self, cid: ContentId, start: int, end: int) -> Iterator[bytes]:
        """Yield bytes start to end - 1 in pieces of blocks that were checked against their CIDs.

        Whoever takes them slowly holds a piece: a few blocks are held for all readings together, and
        each reading fetches and checks its own.
        """
        with self._noted(cid), self._piece() as most:
            yield from read_file(self._reading(), _cid(cid), start, end, piece_bytes=most)

    @contextmanager
    def _piece(self) -> Iterator[int]:
        """Lend a reading how many bytes its pieces may have: large ones while few have these."""
        if not self._large.acquire(blocking=False):
            yield PIECE_BYTES
            return
        try:
            yield LARGE_PIECE_BYTES
        finally:
            self._large.release()

    def _reading(self) -> Get:
        """Return what gets blocks for one reading; each fetches and checks its own."""
        return partial(self._held, partial(self._blocks.get))

    def read_sealed(
        self, stored: ContentId, seal: Seal, plain_bytes: int, start: int, end: int
    ) -> Iterator[bytes]:
        """Yield bytes start to end - 1 of sealed content in pieces of segments whose tag was checked.

        Whoever takes them slowly holds a piece. A reading that has small ones has its segment held, while
        there are few such readings.
        """
        root, end = _cid(stored), min(end, plain_bytes)
        with _translated(), self._piece() as most:
            file = SealedFile(seal, self._headers(root, plain_bytes), plain_bytes)
            opened = partial(self._segment, file, root, plain_bytes)
            if most == LARGE_PIECE_BYTES or end - start <= PIECE_BYTES:  # each is needed once
                yield from _cut(opened, start, end, most)
                return
            try:
                held = partial(self._segments.get, file, opened=opened)
                yield from _cut(held, start, end, most)
            finally:
                self._segments.forget(file)

    def _header(self, root: Cid, plain_bytes: int) -> bytes:
        """Return the header of sealed content, of which the hash was checked, since all segments need it."""
        first = self._leaves.find(root, sealed_bytes(plain_bytes), 0)
        return self._blocks.get(first)[:HEADER_BYTES]

    def _segment(self, file: SealedFile, root: Cid, plain_bytes: int, number: int) -> bytes:
        """Return a segment, opened. Its tag is the check; if that fails, the hash names the rotten copy."""
        cid = self._leaves.find(root, sealed_bytes(plain_bytes), number)
        try:
            return file.open(number, self._blocks.get_unchecked(cid))
        except InvalidTag:
            pass
        try:
            return file.open(number, self._blocks.get(cid))
        except InvalidTag as exc:
            raise ContentCorrupt("segment") from exc


def _cut(get: Callable[[int], bytes], start: int, end: int, most: int) -> Iterator[bytes]:
    """Yield plain bytes start to end - 1 in pieces of at most so many. get: returns a segment by number."""
    while start < end:
        number = segment_at(start)
        at = start - segment_start(number)
        piece = get(number)[at : at + min(most, end - start)]
        start += len(piece)
        yield piece


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
