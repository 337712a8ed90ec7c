"""Get blocks from whoever has them: one who hangs or lies is left, and the next one is asked."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import (
    ContentNotFound,
    InvalidReceiver,
    LedgerError,
    ServiceUnavailable,
)
from ledger_service.domain.identifiers import StewardId
from ledger_service.ports.consortium.copies import BlockSource, BlockSources
from ledger_service.services.consortium.copies.choose_copies import Circle, Decision

logger = logging.getLogger("muhr.copies")

Stops = Callable[[], bool]


class Stopped(Exception):
    """Nothing more is to be got for now."""


class Pace:
    """Keeps to a speed over everything that is got. a_second: bytes."""

    def __init__(self, a_second: int, stops: Stops) -> None:
        self._a_second = max(1, a_second)
        self._stops = stops
        self._free_at = time.monotonic()

    def keep(self, size_bytes: int) -> None:
        """Return when so many more bytes are due; raise Stopped."""
        self._free_at = max(self._free_at, time.monotonic()) + size_bytes / self._a_second
        while (left := self._free_at - time.monotonic()) > 0:
            self.check()
            time.sleep(min(left, 0.1))
        self.check()

    def check(self) -> None:
        """Raise Stopped if nothing more is to be got."""
        if self._stops():
            raise Stopped


class BlockFinder:
    """Asks sources in their order. Whoever fails once is asked no more by this finder."""

    def __init__(self, sources: Sequence[BlockSource], pace: Pace) -> None:
        self._sources = list(sources)
        self._pace = pace
        self.faults: list[tuple[str, LedgerError]] = []

    def __call__(self, cid: ContentId) -> bytes:
        """Return a block whose hash is that of its CID.

        Raises:
            ContentNotFound: nobody who was asked gives it. Stopped: nothing more is to be got.
        """
        self._pace.check()
        while self._sources:
            source = self._sources[0]
            try:
                block = source.block(cid)
                if hashlib.sha256(block).digest() == cid.digest:
                    self._pace.keep(len(block))
                    return block
                fault: LedgerError = ServiceUnavailable("member-lies", name=source.name)
                logger.warning("%s gives other bytes than those of %s", source.name, cid)
            except (ContentNotFound, ServiceUnavailable) as exc:
                fault = exc
            self._leave(source, fault)
        raise ContentNotFound("at-members")

    def _leave(self, source: BlockSource, fault: LedgerError) -> None:
        self.faults.append((source.name, fault))
        self._sources.remove(source)


@contextmanager
def opened_finder(
    sources: BlockSources, circle: Circle, pace: Pace, decision: Decision
) -> Iterator[BlockFinder]:
    """Return what gets the blocks of a content: our node's peers first, then its owners, then its holders."""
    with ExitStack() as stack:
        found: list[BlockSource] = []
        own = stack.enter_context(sources.own_network())
        if own is not None:
            found.append(own)
        for steward in who_may_have(circle, decision):
            member = circle.members[steward]
            try:
                found.append(stack.enter_context(sources.member(member.name, member.url)))
            except (InvalidReceiver, ServiceUnavailable) as exc:
                logger.info("%s is not asked: %s", member.name, exc)
        yield BlockFinder(found, pace)


def who_may_have(circle: Circle, decision: Decision) -> list[StewardId]:
    """Return the other members that have a content by the rule, its owners first."""
    named = dict.fromkeys((*decision.owners, *decision.holders))
    return [one for one in named if one != circle.own and one in circle.members]
