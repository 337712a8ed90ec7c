"""Keep all copies of other ledgers up to date, in a few threads of which one ledger takes only its turn.

There are two lanes. In the quick one a ledger has a short turn and must answer at once. Whoever does not,
hangs or never ends has its next turns in the patient lane, until it answers quickly again. So those that
answer are as fresh as if they were alone, however many others do not, and a long first copy goes on. After
a fault a ledger is asked again soon, and each time it fails again after twice as long.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from enum import StrEnum
from functools import partial

from ledger_service.domain.errors import LedgerError, MirrorNotFound
from ledger_service.domain.ledger.checkpoint import CheckSignature
from ledger_service.ports.publication import LedgerFiles, Mirrored
from ledger_service.services.library import Library
from ledger_service.services.publication.gather_cosignatures import (
    AskedWitness,
    gather_cosignatures,
)
from ledger_service.services.publication.mirror_ledger import Stops, mirror_ledger

logger = logging.getLogger("muhr.mirrors")

SECONDS_BETWEEN = 60  # tries of a ledger that holds
FIRST_REST_SECONDS = 5  # after a fault; doubled for each that follows
LONGEST_REST_SECONDS = 300
SLOW_SECONDS = 5  # a turn that takes longer is one for the patient lane
LISTED_SECONDS = 2  # for which the list of copies is not read again


class Lane(StrEnum):
    """Which ledgers a thread looks after."""

    QUICK = "quick"
    PATIENT = "patient"


THREADS = {Lane.QUICK: 4, Lane.PATIENT: 2}
TURN_SECONDS = {Lane.QUICK: 15, Lane.PATIENT: 120}
"""After which another ledger has its turn: one that never ends holds up no other."""

Reach = Callable[[Mirrored, Lane], LedgerFiles]
"""Opens a ledger's public files, as patiently as the lane allows; raises LedgerError if none may be asked."""
Look = Callable[[Mirrored], object]
"""Is handed each copy after its turn, to look at what it says."""


class Copying:
    """Takes turns with the ledgers that are copied.

    Args:
        witness: one of our own, which is asked to cosign what a copy has found to hold.
        look: see Look.
    """

    def __init__(
        self,
        library: Library,
        reach: Reach,
        check_signature: CheckSignature,
        witness: AskedWitness | None = None,
        look: Look | None = None,
    ) -> None:
        self._library = library
        self._reach = reach
        self._check_signature = check_signature
        self._witness = witness
        self._look = look
        self._lock = threading.Lock()
        self._listed: list[Mirrored] = []
        self._listed_at = -LISTED_SECONDS
        self._busy: set[str] = set()
        self._slow: set[str] = set()
        self._begun: dict[str, int] = {}
        self._rests: dict[str, int] = {}  # seconds; of copies that failed here last

    def steps(self) -> dict[str, Callable[[Stops], object]]:
        """Return a step for each thread, by name; each takes one turn if one is due."""
        return {
            f"{lane} copies {number}": partial(self.take_turn, lane)
            for lane, count in THREADS.items()
            for number in range(1, count + 1)
        }

    def take_turn(self, lane: Lane, stops: Stops) -> bool:
        """Bring the copy that has waited longest in this lane up to date; return False if none is due."""
        mirrored = self._next(lane)
        if mirrored is None:
            return False
        begun, unfinished = self._library.clock(), True
        try:
            unfinished = self._copy(mirrored, lane, stops)
        finally:
            is_slow = unfinished or self._library.clock() - begun >= SLOW_SECONDS
            with self._lock:
                self._busy.discard(mirrored.id)
                self._listed_at = -LISTED_SECONDS
                (self._slow.add if is_slow else self._slow.discard)(mirrored.id)
        return True

    def _next(self, lane: Lane) -> Mirrored | None:
        """Return a copy that is due and that nobody is at, which is then ours."""
        with self._lock:
            now = self._library.clock()
            if not 0 <= now - self._listed_at < LISTED_SECONDS:
                self._listed, self._listed_at = self._library.mirrors.all(), now
            due = [item for item in self._listed if self._is_due(item, lane, now)]
            if not due:
                return None
            first = min(due, key=lambda item: (self._begun.get(item.id, 0), item.tried_at))
            self._busy.add(first.id)
            self._begun[first.id] = now
            return first

    def _is_due(self, item: Mirrored, lane: Lane, now: int) -> bool:
        wait = SECONDS_BETWEEN if item.fault is None else self._rest(item)
        is_of_lane = (item.id in self._slow) == (lane is Lane.PATIENT)
        return is_of_lane and item.id not in self._busy and item.tried_at + wait <= now

    def _copy(self, mirrored: Mirrored, lane: Lane, stops: Stops) -> bool:
        """Return whether the turn was over before the copy was whole."""
        clock, end = self._library.clock, self._library.clock() + TURN_SECONDS[lane]

        def is_over() -> bool:
            return stops() or clock() >= end

        try:
            self._bring_up(mirrored, lane, is_over)
            self._rests.pop(mirrored.id, None)
        except LedgerError as exc:
            self._rests[mirrored.id] = self._longer_rest(mirrored.id)
            logger.warning("the copy of %s waits: %s", mirrored.key.name, exc)
        unfinished = is_over()
        with suppress(MirrorNotFound):  # an operator has removed it meanwhile
            self._look_at(mirrored.id, stops)
        return unfinished

    def _rest(self, item: Mirrored) -> int:
        """Return for how many seconds a copy rests after a fault; one of two histories gains by no haste."""
        if item.has_forked:
            return LONGEST_REST_SECONDS
        return self._rests.get(item.id, FIRST_REST_SECONDS)

    def _longer_rest(self, mirror: str) -> int:
        """Return for how many seconds a copy rests whose turn ended with a fault."""
        before = self._rests.get(mirror)
        return FIRST_REST_SECONDS if before is None else min(2 * before, LONGEST_REST_SECONDS)

    def _bring_up(self, mirrored: Mirrored, lane: Lane, is_over: Stops) -> None:
        mirrors, clock = self._library.mirrors, self._library.clock
        try:
            files = self._reach(mirrored, lane)
        except LedgerError as exc:
            mirrors.note(mirrored.id, clock(), exc.reason)
            raise
        with closing(files):
            mirror_ledger(mirrors, clock, mirrored, files, self._check_signature, is_over)

    def _look_at(self, mirror: str, stops: Stops) -> None:
        """Have our own witness cosign what the copy has found to hold, and whoever looks be handed it."""
        library = self._library
        if self._witness is not None and not stops():
            copy = replace(library, store=library.mirrors.store(mirror))
            gather_cosignatures(copy, [replace(self._witness)], self._check_signature)
        if self._look is not None and not stops():
            try:
                self._look(library.mirrors.find(mirror))
            except LedgerError as exc:
                logger.warning("%s is not looked at: %s", mirror, exc)
