"""Prepare the claims of an import in two processes of their own, and bring them back in order."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from ledger_service.adapters.imports.preparer import (
    Hashing,
    Piece,
    pack,
    pack_hashing,
    receive,
    send,
    unpack_claims,
)
from ledger_service.adapters.imports.sources.blocks import FileBlock, LineBlock, RowBlock
from ledger_service.adapters.imports.sources.folder import BYTES_A_BLOCK, FILES_A_BLOCK
from ledger_service.domain.errors import ImportInterrupted
from ledger_service.domain.imports.prepared_claim import PreparedClaim

PROCESSES = 2
ITEMS_A_BATCH = 256
FILES_A_BATCH = 64  # of which nobody has seen the size
RECORD_BYTES_A_BATCH = 512 * 1024  # of records that go with their items
BATCHES_AHEAD = 64  # in order; enough to work on while the claims before them are being accepted


def prepare_claims(pieces: Iterable[Piece], hashing: Hashing) -> Iterator[list[PreparedClaim]]:
    """Yield the claims of the pieces in order, some hundred at a time; a bad item is a refused claim.

    None are yielded when the next are not ready, so that those before them can be accepted meanwhile.

    Memory is that of a few batches, however many pieces there are.

    Raises:
        ImportInterrupted: a process that prepares claims ended, as if it was killed.
    """
    lanes = _Lanes(hashing)
    waiting: deque[Future[bytes]] = deque()
    with ThreadPoolExecutor(PROCESSES, "hashing", lanes.take) as pool:
        try:
            for batch in _batches(pieces):
                waiting.append(pool.submit(lanes.prepare, batch))
                if len(waiting) == BATCHES_AHEAD:
                    yield from _next(waiting)
            while waiting:
                yield from _next(waiting)
        finally:
            pool.shutdown(cancel_futures=True)
            lanes.close()


def _next(waiting: deque[Future[bytes]]) -> Iterator[list[PreparedClaim]]:
    first = waiting.popleft()
    if not first.done():
        yield []
    yield unpack_claims(first.result())  # while they wait, bytes take less memory


def _batches(pieces: Iterable[Piece]) -> Iterator[bytes]:
    """Yield what a process is sent at once, some hundredths of a second of work."""
    batch: list[Piece] = []
    filled = 0.0
    for piece in pieces:
        batch.append(piece)
        filled += _share(piece)
        if filled >= 1:
            yield pack(batch)
            batch, filled = [], 0.0
    if batch:
        yield pack(batch)


def _share(piece: Piece) -> float:
    """Return how much of a batch a piece is, 1 for all of it."""
    if isinstance(piece, LineBlock | RowBlock):
        return 1
    if isinstance(piece, FileBlock):
        return max(len(piece.names) / FILES_A_BLOCK, piece.about_bytes / BYTES_A_BLOCK)
    kept = 0 if piece.record is None else len(piece.record[2]) + len(piece.record[3])
    return (1 / FILES_A_BATCH if piece.path else 1 / ITEMS_A_BATCH) + kept / RECORD_BYTES_A_BATCH


class _Lanes:
    """A process for each thread, which they speak to in turns, so that neither side can block the other."""

    def __init__(self, hashing: Hashing) -> None:
        # -P: whatever folder a person is in, no module is loaded from it.
        command = [sys.executable, "-P", "-m", "ledger_service.adapters.imports.preparer"]
        # A group of their own: an interrupt from the terminal is for us, who then end them.
        self._all = [
            subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
            )
            for _ in range(PROCESSES)
        ]
        self._free = list(self._all)
        self._hashing = pack_hashing(hashing)
        self._own = threading.local()

    def take(self) -> None:
        """Give the thread that asks a process of its own."""
        self._own.process = self._free.pop()
        with suppress(BrokenPipeError):  # one that has ended is found when it is asked
            send(self._own.process.stdin, self._hashing)

    def prepare(self, batch: bytes) -> bytes:
        process = self._own.process
        try:
            send(process.stdin, batch)
            return receive(process.stdout)
        except (BrokenPipeError, EOFError) as exc:
            raise ImportInterrupted() from exc

    def close(self) -> None:
        for process in self._all:
            with suppress(BrokenPipeError):
                process.communicate()
