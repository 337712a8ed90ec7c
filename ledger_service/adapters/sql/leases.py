"""Leases that a process holds while it does something, also against processes on other machines.

They stand in the database, and are renewed while they are held. A process that is killed holds its lease
until it runs out.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from threading import Event, Thread

from sqlalchemy import make_url

from ledger_service.adapters.sql.store import open_store
from ledger_service.domain.errors import LedgerBusy, LedgerError
from ledger_service.ports.chain import BACKUP_SECONDS, TAKING_SECONDS, LeaseKind
from ledger_service.ports.store import Clock

RENEWALS = 10  # of a lease before it would run out


@contextmanager
def removals_wait(url: str, clock: Clock) -> Iterator[None]:
    """Let nobody remove content that a copy of the database may need, until the end of the block.

    Raises:
        LedgerBusy: the others never paused; or, at the end, the lease ran out meanwhile, since this machine
            slept or could not renew it: what the copy needs may be gone.
    """
    held = _Held(url, clock, LeaseKind.BACKUP, BACKUP_SECONDS)
    with held:
        yield
        if held.was_over():
            raise LedgerBusy("backup-paused")


@contextmanager
def taking_announced(url: str, clock: Clock) -> Iterator[None]:
    """Let nobody on another machine remove plain content until the end of the block.

    Raises:
        LedgerBusy: somebody does.
    """
    if not is_shared(url):
        yield
        return
    with _Held(url, clock, LeaseKind.TAKING, TAKING_SECONDS, LeaseKind.REMOVAL) as is_held:
        if not is_held:
            raise LedgerBusy("removal")
        yield


@contextmanager
def nobody_takes(url: str, clock: Clock) -> Iterator[bool]:
    """Yield whether no other machine takes content in, and none begins until the end of the block."""
    if not is_shared(url):
        yield True
        return
    with _Held(url, clock, LeaseKind.REMOVAL, TAKING_SECONDS, LeaseKind.TAKING) as is_held:
        yield is_held


def is_shared(url: str) -> bool:
    """Return whether several machines may use the database; SQLite's file is one machine's."""
    return make_url(url).get_backend_name() != "sqlite"


class _Held:
    """A lease of a holder of its own; a context manager that yields whether it is held.

    unless: it is not taken while a lease of this kind holds.
    """

    def __init__(
        self,
        url: str,
        clock: Clock,
        kind: LeaseKind,
        seconds: int,
        unless: LeaseKind | None = None,
    ) -> None:
        self._store, self._clock = open_store(url), clock
        self._kind, self._seconds, self._unless = kind, seconds, unless
        self._holder = secrets.token_hex(8)
        self._over = Event()
        self._until, self._was_over = 0, False
        self._thread: Thread | None = None

    def __enter__(self) -> bool:
        is_held = self._take(self._unless)
        if is_held:
            self._thread = Thread(target=self._keep_on, name=self._kind, daemon=True)
            self._thread.start()
        return is_held

    def __exit__(self, *_: object) -> None:
        with closing(self._store):
            if self._thread is None:
                return
            self._over.set()
            self._thread.join()
            with suppress(LedgerError), self._store.write() as transaction:
                lease = self._kind, self._holder, self._holder
                transaction.jobs.end_lease(*lease, self._clock())

    def was_over(self) -> bool:
        """Return whether the lease, once taken, has run out at some time since."""
        return self._was_over or self._clock() >= self._until

    def _take(self, unless: LeaseKind | None) -> bool:
        with self._store.write() as transaction:
            jobs, now = transaction.jobs, self._clock()
            if unless is not None and jobs.is_leased(unless, now, self._seconds):
                return False
            is_held = jobs.take_lease(self._kind, self._holder, self._holder, now, self._seconds)
        if is_held:
            self._was_over = self._was_over or 0 < self._until <= now
            self._until = now + self._seconds
        return is_held

    def _keep_on(self) -> None:
        while not self._over.wait(self._seconds / RENEWALS):
            with suppress(LedgerError):  # it is held for some time yet
                self._take(None)
