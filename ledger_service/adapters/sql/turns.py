"""Those who write to one SQLite file, one after the other, so that nobody is passed over for long.

SQLite lets one write at a time, and has no line: whoever finds the file busy tries again after up to a
tenth of a second, and somebody who writes again and again is there first each time. Here the threads of a
process stand in line, and the first of each process in a line of processes, which is a lock on a file beside
the database: whoever holds it is the next to write. PostgreSQL's advisory lock has a line of its own.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PAUSE_SECONDS = 0.001  # between two looks whether another process is done
SUFFIX = "-turn"


class Turns:
    """The line of those who write to one database."""

    def __init__(self, database: Path | None) -> None:
        """database: the file; None for one in memory, to which no other process writes."""
        self._file = None if database is None else Path(f"{database}{SUFFIX}")
        self._begin_line()

    def _begin_line(self) -> None:
        self._process = os.getpid()
        self._descriptor: int | None = None  # of the file; whoever has the turn uses it
        self._guard = threading.Lock()
        self._line: deque[threading.Event] = deque()
        self._is_taken = False

    @contextmanager
    def turn(self, seconds: float) -> Iterator[bool]:
        """Have it be this thread's turn in its process; yields False if that took longer than this."""
        if self._process != os.getpid():
            self._begin_line()  # a forked process, whose line is not that of its parent
        is_mine = self._enter(seconds)
        try:
            yield is_mine
        finally:
            if is_mine:
                self._leave()

    @contextmanager
    def next_of_all(self, seconds: float) -> Iterator[None]:
        """Be the process that writes next, while this lasts; without it, if that takes longer.

        Nothing is lost then: SQLite itself lets one write at a time.
        """
        descriptor = self._opened()
        if descriptor is None:
            yield
            return
        until = time.monotonic() + seconds
        try:
            while not _locked(descriptor) and time.monotonic() < until:
                time.sleep(PAUSE_SECONDS)
            yield
        finally:
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _enter(self, seconds: float) -> bool:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = threading.Event()
            self._line.append(mine)
        if mine.wait(seconds):
            return True
        with self._guard:
            if mine.is_set():  # it came just now
                return True
            self._line.remove(mine)
        return False

    def _leave(self) -> None:
        with self._guard:
            if self._line:
                self._line.popleft().set()
            else:
                self._is_taken = False

    def _opened(self) -> int | None:
        """Return the file; None if there can be none."""
        if self._file is not None and self._descriptor is None:
            with suppress(OSError):
                self._descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._descriptor


def _locked(descriptor: int) -> bool:
    """Return whether the lock is had now, or cannot be had at all on this kind of disk."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
