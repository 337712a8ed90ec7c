"""Counts uses of open content in a process that serves it, and writes them down every few seconds.

Who it was is known by a digest under a key of this process and hour, in memory only: the same address and
program in an hour are one session. It is neither stored nor logged, and when its key is forgotten
nobody can tell whose it was. A kill loses what is in memory; the process is missed, and the hour says so.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
from collections import Counter

from ledger_service.domain.errors import LedgerError
from ledger_service.ports.content import OpenUse
from ledger_service.services.library import Library
from reading_room.usage.rules.hours import (
    GRACE_SECONDS,
    HOUR_SECONDS,
    Cell,
    Pending,
    actor_of,
    hour_of,
)
from reading_room.usage.sql import SqlUsage

logger = logging.getLogger("muhr.usage")
WRITE_SECONDS = 5.0
TELL_SECONDS = 60
LONGEST_AGENT = 1000  # characters
SESSION_BYTES = 16


class UseCounter:
    """Implements ports.content.UseCounter for one process."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._process = secrets.token_hex(16)
        self._lock = threading.Lock()
        self._pending = Pending()
        self._counted: Counter[Cell] = Counter()
        self._key, self._key_hour = b"", -1
        self._told_at = 0
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def count(self, use: OpenUse) -> None:
        with self._lock:
            session = self._session(use)
            actor = actor_of(use.agent)
            self._counted.update(self._pending.add(session, use.digest, actor, use.at))
            if self._thread is None and not self._over.is_set():
                self._thread = threading.Thread(target=self._run, name="usage", daemon=True)
                self._thread.start()

    def close(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
            self._write(is_last=True)

    def _session(self, use: OpenUse) -> bytes:
        if hour_of(use.at) != self._key_hour:
            self._key, self._key_hour = secrets.token_bytes(32), hour_of(use.at)
        said = f"{use.address}\n{use.agent[:LONGEST_AGENT]}".encode("utf-8", "replace")
        return hashlib.blake2b(said, digest_size=SESSION_BYTES, key=self._key).digest()

    def _run(self) -> None:
        while not self._over.wait(WRITE_SECONDS):
            self._write()

    def _write(self, *, is_last: bool = False) -> None:
        """Write down what cannot come again; what cannot be written now stays for the next time."""
        now = self._library.clock()
        with self._lock:
            if hour_of(now) != self._key_hour:  # also if nobody comes who would need the next one
                self._key, self._key_hour = b"", -1
            self._counted.update(self._pending.settled(2**53 if is_last else now))
            self._pending.forget(now)
            counted, self._counted = self._counted, Counter()
            firsts, self._pending.firsts = self._pending.firsts, Counter()
        if not (counted or is_last or now - self._told_at >= TELL_SECONDS):
            return
        try:
            with self._library.store.write() as transaction:
                room = transaction.room(SqlUsage)
                room.add(_in_open_hours(counted, now), _in_open_hours(firsts, now))
                if is_last:
                    room.leave(self._process)
                else:
                    room.tell(self._process, now)
            self._told_at = now
        except LedgerError as exc:
            logger.warning("uses wait to be written down: %s", exc.slug())
            with self._lock:
                self._counted.update(counted)
                self._pending.firsts.update(firsts)


def _in_open_hours(counted: Counter[Cell], now: int) -> Counter[Cell]:
    """Return the counts; those of an hour that is about to be closed, or is, are of the hour that is now.

    They are late if the database was away for long.
    """
    found: Counter[Cell] = Counter()
    for cell, uses in counted.items():
        is_late = now >= cell.hour + HOUR_SECONDS + GRACE_SECONDS // 2
        found[cell._replace(hour=hour_of(now)) if is_late else cell] += uses
    return found


make = UseCounter
