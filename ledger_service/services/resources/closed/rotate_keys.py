"""Wrap the keys of closed content anew, by the key keeper's newest key; content is not touched.

Each batch is a transaction. Killed anywhere, the next run goes on: what the newest key wrapped is done.
"""

from __future__ import annotations

from collections.abc import Callable

from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.resources import StoredContent
from ledger_service.services.content.seal_content import wrap_seal
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from ledger_service.services.resources.read_content import seal_of

KEYS_A_BATCH = 500


def has_older_wraps(library: Library) -> bool:
    """Return whether a key is wrapped by another than the newest, so that an earlier run did not end."""
    return bool(_next(library, -1, 1))


def rotate_keys(library: Library, caller: Caller, tell: Callable[[int], None]) -> int:
    """Return how many keys were wrapped anew. tell: is told how many so far.

    Raises:
        ContentKeyUnavailable, ContentKeyWrong: one of them cannot be opened; those before it are done.
    """
    check_permitted(caller, Permission.CONTENT_KEEP)
    name = library.keeper.name
    count, after = 0, -1
    while rows := _next(library, after, KEYS_A_BATCH):
        wrapped: list[tuple[StoredContent, bytes]] = []
        for row in rows:
            seal = seal_of(library, row)
            anew = wrap_seal(library.keeper, seal, library.key.name, row.digest, row.epoch)
            wrapped.append((row, anew))
        with library.store.write() as transaction:
            for row, anew in wrapped:
                transaction.stored.set_wrapped(row, anew, name)
            record_act(transaction, caller, library.clock(), ActKind.KEYS_WRAPPED, name)
        count, after = count + len(rows), rows[-1].entry
        tell(count)
    return count


def _next(library: Library, after: int, limit: int) -> list[StoredContent]:
    with library.store.read() as transaction:
        return transaction.stored.wrapped_otherwise(library.keeper.name, after, limit)
