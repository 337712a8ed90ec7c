"""Remove ciphertext that is needed no more: its key is destroyed, or it never came into the ledger.

It is noted in the transaction that makes it needless, and removed later, so that no kill, no node that is
away and no backup under way leaves it lying or takes it too early. With it goes what the database's files
may still hold of a destroyed key.
"""

from __future__ import annotations

from collections.abc import Callable

from ledger_service.domain.content.content_id import ContentId
from ledger_service.ports.chain import BACKUP_SECONDS, LeaseKind
from ledger_service.services.library import Library

REMOVED_AT_A_TIME = 100

Stops = Callable[[], bool]


def is_backed_up(library: Library) -> bool:
    """Return whether a backup is being made, whose database may speak of what is needless by now."""
    with library.store.read() as transaction:
        return transaction.jobs.is_leased(LeaseKind.BACKUP, library.clock(), BACKUP_SECONDS)


def remove_needless(library: Library, stops: Stops) -> None:
    """Remove what is noted as needless; return when nothing is left, soon after it is told to stop, or
    at once while a backup is made.

    Raises:
        ContentStoreUnavailable: a place is away; it goes on when it is called again.
    """
    while not stops():
        with library.store.read() as transaction:
            noted = transaction.needless.some(REMOVED_AT_A_TIME)
        # A backup that begins after this was noted copies a database which does not need it.
        if not noted or is_backed_up(library):
            return
        gone = [cid for cid in noted if not stops() and _remove(library, cid)]
        if not library.store.wipe():
            return  # somebody reads what was there before; what is noted stays, and so it is tried again
        with library.store.write() as transaction:
            for cid in gone:
                transaction.needless.forget(cid)


def _remove(library: Library, cid: str) -> bool:
    """Return True once no block of it is kept, or if it is needed after all."""
    with library.store.read() as transaction:
        is_needed = transaction.stored.is_needed(cid)
    if not is_needed:
        library.content.remove(ContentId.parse(cid))
    return True
