"""The worker's step that keeps copies of members' open content by the council's rule.

It reads members' ledgers, goes through their works again and again, and brings, lets go and repairs.
It may be stopped anywhere: what came stays. One member that hangs or lies holds up one file for a
bounded time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import (
    ContentCorrupt,
    ContentNotFound,
    CopiesFull,
    ResourceTooLarge,
)
from ledger_service.ports.consortium.copies import BlockSources, KeptCopy
from ledger_service.services.consortium.copies.choose_copies import (
    Circle,
    Decision,
    circle_of,
    decide,
)
from ledger_service.services.consortium.copies.fetch_blocks import Pace, Stopped, opened_finder
from ledger_service.services.consortium.copies.let_go import let_go, others_have
from ledger_service.services.consortium.copies.open_licenses import OpenLicenses
from ledger_service.services.consortium.copies.repair_content import repair_content
from ledger_service.services.consortium.copies.walk_works import walk_works
from ledger_service.services.library import Library

logger = logging.getLogger("muhr.copies")

WORKS_AT_A_TIME = 500
SECONDS_BETWEEN = 30  # two passes over all works
FIRST_RETRY_SECONDS = 60
LONGEST_RETRY_SECONDS = 6 * 3600
LEAST_FREE_BYTES = 2 * 1024**3  # left on the disk for the library's own

Stops = Callable[[], bool]
KeptCids = Callable[[Library], Iterable[ContentId]]
"""Yields the CIDs of what rooms keep, which are not removed with a copy."""


def nothing_kept(_library: Library) -> tuple[ContentId, ...]:
    """Return that no room keeps anything."""
    return ()


class _Turn(NamedTuple):
    sources: BlockSources
    circle: Circle
    pace: Pace


@dataclass
class CopyKeeper:
    """Used by one thread. kept: of rooms. sources: who is asked for blocks; None: whom the library asks."""

    library: Library
    kept: KeptCids = nothing_kept
    sources: BlockSources | None = None
    _after: str = ""
    _due_at: float = 0.0

    def work(self, stops: Stops) -> None:
        """Do what is due now: nothing for a library that is alone."""
        library, sources = self.library, self.sources or self.library.member_blocks
        if sources is None or time.monotonic() < self._due_at:
            return
        with library.store.read() as transaction:
            circle = circle_of(library, transaction)
        if circle is None:
            return
        self._walk(circle, stops)
        pace = Pace(library.limits.copied_a_second, stops)
        try:
            repair_content(library, sources, circle, pace)
            if self._pass(sources, circle, pace, stops):
                self._due_at = time.monotonic() + SECONDS_BETWEEN
        except Stopped:
            return

    def _walk(self, circle: Circle, stops: Stops) -> None:
        copies = {one.key: one for one in self.library.mirrors.all()}
        for steward, member in circle.members.items():
            mirrored = copies.get(member.key)
            if mirrored is not None and steward != circle.own:
                walk_works(self.library, steward, mirrored, stops)

    def _pass(self, sources: BlockSources, circle: Circle, pace: Pace, stops: Stops) -> bool:
        """Look at some more works; return whether that were the last ones."""
        decisions = self._some_decisions(circle)
        if not decisions:
            self._after = ""
            return True
        for cid, of_cid in decisions:
            if stops():
                return False
            self._settle(_Turn(sources, circle, pace), cid, of_cid)
            self._after = cid.base16()
        return False

    def _some_decisions(self, circle: Circle) -> list[tuple[ContentId, list[Decision]]]:
        with self.library.store.read() as transaction:
            licenses = OpenLicenses(transaction)
            works = transaction.member_copies.works_after(self._after, WORKS_AT_A_TIME)
            return [
                (cid, decide(transaction, circle, licenses, cid, list(of_cid)))
                for cid, of_cid in groupby(works, key=lambda work: work.cid)
            ]

    def _settle(self, turn: _Turn, cid: ContentId, of_cid: list[Decision]) -> None:
        with self.library.store.read() as transaction:
            copy = transaction.member_copies.copy(cid)
        wanted = [one for one in of_cid if one.brings and not one.is_own]
        if copy is not None and copy.is_kept:
            self._review(turn, copy, of_cid)
        elif wanted:
            tries = 0 if copy is None else copy.tries
            decision = wanted[tries % len(wanted)]
            before = copy or KeptCopy(0, cid, decision.digest, is_kept=False)
            if before.tried_at + _rest(before.tries) <= self.library.clock():
                self._bring(turn, replace(before, digest=decision.digest), decision)
        elif copy is not None and copy.tries:  # it is to be here no more
            with self.library.store.write() as transaction:
                transaction.member_copies.keep_copy(replace(copy, tries=0, fault=None))

    def _review(self, turn: _Turn, copy: KeptCopy, of_cid: list[Decision]) -> None:
        """Let a copy go if it is to be kept here no more."""
        mine = [one for one in of_cid if one.digest == copy.digest]
        standing = next((one for one in mine if one.stands), None)
        if standing is None or standing.is_refused or standing.is_own:
            let_go(
                self.library, copy, self.kept, keeps_blocks=standing is not None and standing.is_own
            )
        elif not standing.keeps and others_have(*turn, standing):
            let_go(self.library, copy, self.kept)

    def _bring(self, turn: _Turn, copy: KeptCopy, decision: Decision) -> None:
        library, now = self.library, self.library.clock()
        try:
            with opened_finder(*turn, decision) as find:
                size = library.content.bring(
                    copy.cid, copy.digest, find, self._room_check(decision)
                )
            brought = replace(
                copy, is_kept=True, size_bytes=size, at=now, tried_at=now, tries=0, fault=None
            )
        except (ContentNotFound, ContentCorrupt, ResourceTooLarge, CopiesFull) as exc:
            brought = replace(copy, tried_at=now, tries=copy.tries + 1, fault=exc.reason)
            logger.info("no copy of %s yet: %s", copy.cid, exc)
        blocks = library.content.blocks(copy.cid) if brought.is_kept else ()
        with library.store.write() as transaction:
            transaction.member_copies.keep_copy(brought, list(blocks))

    def _room_check(self, decision: Decision) -> Callable[[int], None]:
        """Return what checks that a content of a size may be kept beside what is kept already."""
        library, limits = self.library, self.library.limits

        def check(size: int) -> None:
            if size > limits.largest_resource_bytes:
                raise ResourceTooLarge(most=limits.largest_resource_bytes)
            with library.store.read() as transaction:
                all_held = transaction.member_copies.held().size_bytes
                of_owners = [
                    transaction.member_copies.held_of(owner).size_bytes for owner in decision.owners
                ]
            if all_held + size > limits.copied_bytes:
                raise CopiesFull("all", most=limits.copied_bytes)
            if min(of_owners, default=0) + size > limits.copied_bytes_each:
                raise CopiesFull("member", most=limits.copied_bytes_each)
            if library.content.free_bytes() - size < LEAST_FREE_BYTES:
                raise CopiesFull("disk", most=LEAST_FREE_BYTES)

        return check


def _rest(tries: int) -> int:
    """Return the seconds after which it is asked for again."""
    return (
        0
        if tries == 0
        else min(FIRST_RETRY_SECONDS * 2 ** min(tries - 1, 20), LONGEST_RETRY_SECONDS)
    )
