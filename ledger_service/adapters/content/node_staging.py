"""Blocks on their way to a node: in a file of this machine until the upload is complete, then sent.

Several are sent at a time, each with its answers, since a node spends most of the time on its disk. A node
that is slow holds nobody for ever: what was put has a time by its size.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from itertools import islice
from pathlib import Path
from threading import Event, Lock
from typing import TypeAlias

from ipfs.block_folder import MAX_BLOCK_BYTES
from ipfs.cid import CID_BYTES, DAG_PB, RAW, Cid
from ipfs.disk import translated_errors
from ipfs.errors import InvalidDag, StoreUnavailable
from ipfs.protocols import BytesLike

LENGTH_BYTES = 4
BLOCKS_A_GROUP = 4
GROUPS_AT_A_TIME = 4  # so up to 16 blocks of an upload are in memory, of 1 MiB as we make them
PATIENCE_SECONDS = 30
SLOWEST_BYTES_PER_SECOND = 1 << 20  # that a node takes, after PATIENCE_SECONDS

Keep: TypeAlias = Callable[[dict[Cid, bytes], Callable[[], None]], None]
"""Returns when the node keeps these blocks, all of one codec; asks between requests if it is still wanted."""


class NodeStaging:
    """Implements ipfs.protocols.Staging."""

    def __init__(self, spool: Path, keep: Keep) -> None:
        """spool: folder for a file without a name. Raises StoreFull, StoreUnavailable."""
        self._spool = spool
        self._keep = keep
        self._size_bytes = 0
        self._lock = Lock()
        self._is_closed = False
        with translated_errors(spool):
            self._file = tempfile.TemporaryFile(dir=spool)  # noqa: SIM115 - close does it

    def put(self, cid: Cid, data: BytesLike) -> None:
        """Take a block. Raises InvalidDag above 2 MiB, StoreFull, StoreUnavailable."""
        size = memoryview(data).nbytes
        if size > MAX_BLOCK_BYTES:
            raise InvalidDag(f"block {cid} has {size} bytes, and {MAX_BLOCK_BYTES} is the most")
        with translated_errors(self._spool):
            self._file.write(cid.to_bytes() + size.to_bytes(LENGTH_BYTES, "big"))
            self._file.write(data)
        self._size_bytes += size

    def commit(self) -> None:
        """Return when the node keeps every block. Once only. Raises StoreFull, StoreUnavailable.

        A node of a file is sent when all leaves are kept, and in order: it never stands above nothing.
        """
        until = time.monotonic() + PATIENCE_SECONDS + self._size_bytes / SLOWEST_BYTES_PER_SECOND
        for codec, at_a_time in ((RAW, GROUPS_AT_A_TIME), (DAG_PB, 1)):
            self._send(self._groups(codec), at_a_time, until)

    def close(self) -> None:
        """Forget the blocks; a commit in another thread ends after the requests that are under way."""
        with self._lock:
            self._is_closed = True
            with suppress(OSError):  # of a full disk, which put has told
                self._file.close()

    def _send(self, groups: Iterator[dict[Cid, bytes]], at_a_time: int, until: float) -> None:
        """Send groups so many at a time; raise the first fault, and do not wait for the others then."""
        pool = ThreadPoolExecutor(at_a_time, "node")
        given_up = Event()

        def check_wanted() -> None:
            if given_up.is_set() or self._is_closed:
                raise StoreUnavailable("nobody waits for these blocks any more")

        sent: set[Future[None]] = set()
        try:
            for group in groups:
                sent.add(pool.submit(self._keep, group, check_wanted))
                if len(sent) == at_a_time:
                    sent = _after_next(sent, until)
            while sent:
                sent = _after_next(sent, until)
        finally:
            given_up.set()
            pool.shutdown(wait=False, cancel_futures=True)

    def _groups(self, codec: int) -> Iterator[dict[Cid, bytes]]:
        blocks = self._blocks(codec)
        while group := dict(islice(blocks, BLOCKS_A_GROUP)):
            yield group

    def _blocks(self, codec: int) -> Iterator[tuple[Cid, bytes]]:
        at = 0
        while True:
            with self._lock, translated_errors(self._spool):
                if self._is_closed:
                    raise StoreUnavailable("the upload is over")
                self._file.seek(at)
                head = self._file.read(CID_BYTES + LENGTH_BYTES)
                if not head:
                    return
                cid = Cid.from_bytes(head[:CID_BYTES])
                size = int.from_bytes(head[CID_BYTES:], "big")
                block = self._file.read(size) if cid.codec == codec else b""
            at += len(head) + size
            if cid.codec == codec:
                yield cid, block


def _after_next(sent: set[Future[None]], until: float) -> set[Future[None]]:
    """Return those that are still under way when one has ended; raise its fault, or that it is late."""
    ended, left = wait(sent, max(0.0, until - time.monotonic()), FIRST_COMPLETED)
    if not ended:
        raise StoreUnavailable("it takes blocks too slowly")
    for one in ended:
        one.result()
    return left
