"""Wrap the keys of closed content anew, by the key keeper's newest key; content is not touched.

Each batch is a transaction. Killed anywhere, the next run goes on: what the newest key wrapped is done. A
wrap that no key opens stops nothing; it is left as it is, and told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ledger_service.domain.errors import ContentKeyWrong
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.people import ActFilter
from ledger_service.ports.resources import StoredContent
from ledger_service.services.content.seal_content import wrap_seal
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from ledger_service.services.resources.read_content import seal_of

KEYS_A_BATCH = 500


class Rotated(NamedTuple):
    """What a run did. left: the resources whose wrapped key cannot be opened, by digest."""

    keys: int
    left: tuple[Digest, ...]


def is_unfinished(library: Library) -> bool:
    """Return whether the newest key was made by a run that did not come to its end."""
    with library.store.read() as transaction:
        older = transaction.stored.wrapped_otherwise(library.keeper.name, -1, 1)
        ended = ActFilter(kind=ActKind.KEYS_ROTATED, about=library.keeper.name)
        return bool(older) and not transaction.acts.page(ended, PageRequest("", 1)).items


def rotate_keys(library: Library, caller: Caller, tell: Callable[[int], None]) -> Rotated:
    """Return how many keys were wrapped anew, and what was left. tell: is told how many so far.

    Raises:
        ContentKeyUnavailable: a key-encryption key cannot be had; those before it are done.
    """
    check_permitted(caller, Permission.CONTENT_KEEP)
    name = library.keeper.name
    count, after = 0, -1
    left: list[Digest] = []
    while rows := _next(library, after):
        wrapped: list[tuple[StoredContent, bytes]] = []
        for row in rows:
            try:
                seal = seal_of(library, row)
            except ContentKeyWrong:
                left.append(row.digest)
                continue
            anew = wrap_seal(library.keeper, seal, library.key.name, row.digest, row.epoch)
            wrapped.append((row, anew))
        with library.store.write() as transaction:
            for row, anew in wrapped:
                transaction.stored.set_wrapped(row, anew, name)
            record_act(transaction, caller, library.clock(), ActKind.KEYS_WRAPPED, name)
        count, after = count + len(wrapped), rows[-1].entry
        tell(count)
    with library.store.write() as transaction:
        record_act(transaction, caller, library.clock(), ActKind.KEYS_ROTATED, name)
    return Rotated(count, tuple(left))


def _next(library: Library, after: int) -> list[StoredContent]:
    with library.store.read() as transaction:
        return transaction.stored.wrapped_otherwise(library.keeper.name, after, KEYS_A_BATCH)
