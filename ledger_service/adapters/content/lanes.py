"""Work on the bytes of an upload beside the thread that brings them.

What is hashed, sealed and written goes on in threads of its own, in order, a little behind.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import cast

AHEAD = 2  # batches that may wait for a lane
BATCH_BYTES = 1 << 20

Take = Callable[[bytes], None]


class Lanes:
    """Hands pieces to several takers, each of which gets all of them in their order.

    Small uploads, and those for which no lane is free, are worked on where they come in.
    """

    def __init__(self, takers: Sequence[Take], free: BoundedSemaphore) -> None:
        """free: is held while there are lanes. Its count bounds threads and memory of all uploads."""
        self._takers = takers
        self._free = free
        self._lanes: list[_Lane] = []
        self._pieces: list[bytes] = []
        self._held_bytes = 0

    def write(self, data: bytes) -> None:
        """Take the next bytes; raise what a taker raised."""
        self._pieces.append(bytes(data))
        self._held_bytes += len(data)
        if self._held_bytes >= BATCH_BYTES:
            if not self._lanes and self._free.acquire(blocking=False):
                self._lanes = [_Lane() for _ in self._takers]
            self._hand_over()

    def finish(self) -> None:
        """Return when the takers have had all; raise what one raised."""
        self._hand_over()
        for lane in self._lanes:
            lane.wait(0)

    def close(self) -> None:
        """End the lanes; what still waits for them is left."""
        if self._lanes:
            for lane in self._lanes:
                lane.close()
            self._lanes = []
            self._free.release()

    def _hand_over(self) -> None:
        pieces, self._pieces, self._held_bytes = self._pieces, [], 0
        if self._lanes:
            for take, lane in zip(self._takers, self._lanes, strict=True):
                lane.add(take, pieces)
        else:
            for take in self._takers:
                _take_each(take, pieces)


class _Lane:
    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "lane")
        self._under_way: deque[Future[None]] = deque()
        self._failed: Exception | None = None  # from then on something is missing

    def add(self, take: Take, pieces: Sequence[bytes]) -> None:
        self.wait(AHEAD - 1)
        self._under_way.append(self._pool.submit(_take_each, take, pieces))

    def wait(self, most: int) -> None:
        while self._failed is None and len(self._under_way) > most:
            self._failed = cast("Exception | None", self._under_way.popleft().exception())
        if self._failed is not None:
            raise self._failed

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)


def _take_each(take: Take, pieces: Sequence[bytes]) -> None:
    for piece in pieces:
        take(piece)
