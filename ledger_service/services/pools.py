"""Threads of requests that may wait for a node or for long reads, apart from those of all others.

A node that hangs holds each thread that asks it until a time-out. In one pool with all other requests, some
forty callers, or anybody without a token, would hold up the whole service.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial, wraps
from typing import Any, TypeVar

from anyio import CapacityLimiter, move_on_after, to_thread
from anyio.lowlevel import RunVar

from ledger_service.domain.errors import (
    ChainUnavailable,
    ContentStoreUnavailable,
    TooManyAtOnce,
    Unavailable,
)
from ledger_service.services.patience import patient_for

LONGEST_WAIT_SECONDS = 5  # for a thread
PATIENCE_SECONDS = 10  # of a request that has one
QUICK_SECONDS = 0.01  # in which a piece is taken by somebody who soon wants the next

Made = TypeVar("Made")


def _too_many_wait() -> ChainUnavailable:
    return ChainUnavailable("too-many-wait")


def _too_many_at_once() -> TooManyAtOnce:
    return TooManyAtOnce()


class Pool:
    """So many threads of a server. name: tells it apart; full: the error if none is free in time."""

    def __init__(
        self,
        name: str,
        threads: int,
        full: Callable[[], Unavailable] = _too_many_wait,
    ) -> None:
        self._threads = threads
        self._full = full
        self._limiter: RunVar[CapacityLimiter] = RunVar(name)

    async def run(self, do: Callable[[], Made]) -> Made:
        """Return what `do` returns in a thread of this pool.

        Raises:
            Unavailable: no thread was free in time.
        """
        with move_on_after(LONGEST_WAIT_SECONDS):  # a thread that is at work is waited for
            return await to_thread.run_sync(partial(_patiently, do), limiter=self._of_loop())
        raise self._full()

    def takes(self, endpoint: Callable[..., Made]) -> Callable[..., Awaitable[Made]]:
        """Return an endpoint whose requests run in this pool."""

        @wraps(endpoint)
        async def run(**given: Any) -> Made:
            return await self.run(partial(endpoint, **given))

        return run

    async def each(self, pieces: Iterator[Made]) -> AsyncIterator[Made]:
        """Yield pieces, each made in this pool; none of them is None.

        While the one before was taken at once, the next is made as this one is being taken. Whoever takes
        slowly has none made ahead.
        """
        make, ahead = partial(next, pieces, None), None
        piece = await self.run(make)
        while piece is not None:
            yielded = time.monotonic()
            yield piece
            is_quick = time.monotonic() - yielded <= QUICK_SECONDS
            piece = await (ahead or self.run(make))
            ahead = None
            if is_quick and piece is not None:
                ahead = asyncio.ensure_future(self.run(make))
                ahead.add_done_callback(_looked_at)

    def _of_loop(self) -> CapacityLimiter:
        try:
            return self._limiter.get()
        except LookupError:
            limiter = CapacityLimiter(self._threads)
            self._limiter.set(limiter)
            return limiter


def _looked_at(made: asyncio.Future[Made]) -> None:
    """Take note of the error of a piece that nobody may want any more."""
    with suppress(asyncio.CancelledError):
        made.exception()


def _patiently(do: Callable[[], Made]) -> Made:
    with patient_for(PATIENCE_SECONDS):
        return do()


LENDING = Pool("lending", 40)
"""Openings and intents, which the chain decides."""
GRANTS = Pool("grants", 16)
"""New grants: places are asked for the content, and the chain for the seat."""
CONTENT = Pool("content", 16)
"""Bytes of openings; the chain is asked for them if the index is old."""
OPEN_CONTENT = Pool("open content", 8, ContentStoreUnavailable)
"""Bytes that everybody may have, for which nobody who has a grant waits."""
HARVESTS = Pool("harvests", 1, TooManyAtOnce)
"""Records for harvesters, who ask without end: readers have the rest of the machine."""
PLACES = Pool("places", 16, ContentStoreUnavailable)
"""What is kept, for which anybody may have nodes asked that keep content."""
RECEIPTS = Pool("receipts", 8)
"""Receipts, to which the node's proof is added."""
NODE = Pool("node", 4)
"""What anybody asks the library's node."""
PASSPHRASES = Pool("passphrases", 2, _too_many_at_once)
"""Passphrases that are hashed, of which each takes a core for a tenth of a second, and 64 MiB."""
PROVIDERS = Pool("providers", 12, _too_many_at_once)
"""Signing in by accounts of universities, whose providers are asked."""
WALLETS = Pool("wallets", 4)
"""Signing in by wallets, for some of which the library's node is asked."""
WORDS = Pool("words in books", 2, _too_many_at_once)
"""Words that anybody looks for in a book, of which the text is read and folded for it."""
MEMBERS = Pool("other members", 8, _too_many_at_once)
"""Searches in all libraries of a consortium, each of which waits some seconds for those that are silent."""
DEAR = Pool("dear", 3, _too_many_at_once)
"""What reads or computes for seconds, and is asked by the library's people alone."""
