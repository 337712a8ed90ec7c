"""The same blocks on their way into several stores, of which enough must take them."""

import logging
import math
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack
from typing import Final

from ipfs.cid import Cid
from ipfs.errors import IpfsError, StoreFull, StoreUnavailable
from ipfs.protocols import BytesLike, Staging

LATE_SECONDS: Final = 5
"""How much later than enough others a store may have taken what is small."""

LATE_BYTES_PER_SECOND: Final = 16 << 20
"""The same for what is large: so much time more as this rate takes for it."""

logger = logging.getLogger(__name__)


class CopiesStaging:
    """The Staging of ipfs.copies.Copies, which makes it."""

    def __init__(self, least: int, let_rest: Callable[[int], None]) -> None:
        """let_rest: is told the number of each store that failed or was late."""
        self._least = least
        self._let_rest = let_rest
        self._open: dict[int, Staging] = {}
        self._faults: list[IpfsError] = []
        self._size_bytes = 0
        self._is_kept = False
        self.last: Cid | None = None

    @property
    def is_owed_by_some(self) -> bool:
        """Whether the blocks are kept, and not in every store; `last` was put last, above all others."""
        return self._is_kept and bool(self._faults)

    def add(self, number: int, stack: ExitStack, stage: AbstractContextManager[Staging]) -> None:
        """Let blocks go to one more store; one that takes none is left out."""
        try:
            self._open[number] = stack.enter_context(stage)
        except (StoreFull, StoreUnavailable) as exc:
            self._fail(number, exc)

    def put(self, cid: Cid, data: BytesLike) -> None:
        """Take a block into every store that is left. Raises StoreFull, StoreUnavailable."""
        for number, staging in list(self._open.items()):
            try:
                staging.put(cid, data)
            except (StoreFull, StoreUnavailable) as exc:
                self._fail(number, exc)
        self._size_bytes += memoryview(data).nbytes
        self.last = cid
        self.check_enough()

    def commit(self) -> None:
        """Return when enough stores have every block for good, and others had time to take them too.

        A store that is late is left behind: leaving the staging ends what it still does. Raises StoreFull,
        StoreUnavailable; what stores have until then stays, and does no harm.
        """
        pool = ThreadPoolExecutor(len(self._open), "copies")
        ends = {pool.submit(one.commit): number for number, one in self._open.items()}
        pool.shutdown(wait=False)
        waiting, late_at = set(ends), math.inf
        while waiting:
            left = None if late_at == math.inf else max(0.0, late_at - time.monotonic())
            ended, waiting = wait(waiting, left, FIRST_COMPLETED)
            if not ended:
                break
            for end in ended:
                self._note_end(ends[end], end)
            if len(self._open) - len(waiting) >= self._least:
                late_at = min(late_at, time.monotonic() + self._grace_seconds())
        for late in waiting:
            self._fail(ends[late], StoreUnavailable("it takes blocks too slowly"))
        self.check_enough()
        self._is_kept = True

    def check_enough(self) -> None:
        """Raise StoreFull or StoreUnavailable if fewer stores than needed have taken all so far."""
        if len(self._open) < self._least:
            raise self._faults[0]

    def leave_out(self, number: int, fault: IpfsError) -> None:
        """Let no blocks go to a store."""
        logger.warning("left out of a write: store %d: %s", number + 1, fault)
        self._open.pop(number, None)
        self._faults.append(fault)

    def _fail(self, number: int, fault: IpfsError) -> None:
        self.leave_out(number, fault)
        self._let_rest(number)

    def _note_end(self, number: int, end: Future[None]) -> None:
        try:
            end.result()
        except (StoreFull, StoreUnavailable) as exc:
            self._fail(number, exc)

    def _grace_seconds(self) -> float:
        return LATE_SECONDS + self._size_bytes / LATE_BYTES_PER_SECOND
