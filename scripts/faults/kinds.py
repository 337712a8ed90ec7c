"""The faults: each lasts some seconds and is over when its function returns.

What is killed is started again by whoever keeps it, which the people who use the library have to wait for.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress

from scripts.faults.kept_library import CHAIN, WORKER, KeptLibrary
from scripts.faults.small_disk import SmallDisk

HANG_SECONDS = 8
FULL_SECONDS = 6
LOCKED_SECONDS = 8  # a request waits five for the lock
MOVED_SECONDS = 8
HOUR_SECONDS = 3600

Fault = Callable[[], None]


class Faults:
    """The kinds of faults that this machine allows, drawn so that each comes before one comes again."""

    def __init__(self, library: KeptLibrary, disk: SmallDisk, draw: random.Random) -> None:
        self._library = library
        self._disk = disk
        self._draw = draw
        self._left: list[str] = []
        self.kinds: dict[str, Fault] = {
            "service killed": library.kill,
            "worker killed": lambda: self._kill(WORKER),
            "chain killed": lambda: self._kill(CHAIN),
            "chain hung": self._hang,
            "database locked": self._lock,
            "clock moved": self._move_clock,
        }
        if disk.is_small:
            self.kinds["disk full"] = self._fill

    def next(self) -> str:
        """Return the kind that comes next."""
        if not self._left:
            self._left = sorted(self.kinds)
            self._draw.shuffle(self._left)
        return self._left.pop()

    def _kill(self, part: str) -> None:
        with suppress(ProcessLookupError):  # it is being started again
            self._library.kill(part)

    def _hang(self) -> None:
        with suppress(ProcessLookupError):
            chain = self._library.process_of(CHAIN)
            os.kill(chain, signal.SIGSTOP)
            time.sleep(HANG_SECONDS)
            os.kill(chain, signal.SIGCONT)

    def _lock(self) -> None:
        with closing(sqlite3.connect(self._library.home / "muhr.db", timeout=5)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(LOCKED_SECONDS)
            other.rollback()

    def _move_clock(self) -> None:
        self._library.move_clock(self._draw.choice([-HOUR_SECONDS, HOUR_SECONDS]))
        time.sleep(MOVED_SECONDS)
        self._library.move_clock(0)

    def _fill(self) -> None:
        self._disk.fill()
        time.sleep(FULL_SECONDS)
        self._disk.free()
