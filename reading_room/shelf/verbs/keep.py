"""Read and change one's own shelf. A change is made on what stands, and again if that changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ledger_service.domain.errors import (
    InvalidShelf,
    NotAuthenticated,
    ResourceNotFound,
    SealBroken,
    ShelfChanged,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.domain.people.reader_tag import reader_tag
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.notices import own_key
from ledger_service.services.people.reader_seal import open_sealed, seal
from reading_room.shelf.ports import KeptShelf, ShelfTables
from reading_room.shelf.rules.shelf import Change, Shelf, parse_shelf, put

Tables = Callable[[Any], ShelfTables]
"""Makes the room's tables of a connection."""
PURPOSE = "shelf"
OF_DIGEST = "on a shelf"
TRIES = 20  # of others' changes that may come between; each of them has been done


@dataclass(frozen=True)
class OwnShelf:
    """A shelf, and how often it was changed, which tells it from what it was."""

    version: int
    shelf: Shelf


def read_shelf(library: Library, tables: Tables, caller: Caller) -> OwnShelf:
    """Return the caller's own shelf, an empty one of version 0 if there never was one.

    Raises:
        RoleNotHeld: the caller is no reader. NotAuthenticated: a reader who was erased.
        SealBroken: the database was changed by others.
    """
    reach(caller, Permission.SHELF_OWN)
    with library.store.read() as transaction:
        key = own_key(transaction, caller.subject)
        kept = transaction.room(tables).find(whose(key))
    return opened(key, kept)


def change_shelf(
    library: Library, tables: Tables, caller: Caller, change: Change, version: int | None = None
) -> OwnShelf:
    """Change the caller's own shelf, and return it.

    version: of the shelf that the change was made for; None if it holds for whichever stands. Raises as
    `read_shelf`, and what the change raises.

    Raises:
        ShelfChanged: the shelf has another version by now, or goes on changing.
    """
    reach(caller, Permission.SHELF_OWN)
    for _ in range(TRIES):
        with library.store.read() as transaction:
            key = own_key(transaction, caller.subject)
            kept = transaction.room(tables).find(whose(key))
        before = opened(key, kept)
        if version is not None and before.version != version:
            raise ShelfChanged("shelf")
        after = change(before.shelf)
        if after == before.shelf:
            return before
        sealed = KeptShelf(before.version + 1, seal(key, PURPOSE, after.format()))
        with library.store.write() as transaction:
            if transaction.access.reader_key(caller.subject) != key:
                raise NotAuthenticated()  # erased meanwhile
            if transaction.room(tables).find(whose(key)) == kept:
                _keep(transaction.room(tables), key, before.shelf, after, sealed)
                return OwnShelf(sealed.version, after)
    raise ShelfChanged("shelf")


def put_on_shelf(library: Library, tables: Tables, caller: Caller, digest: Digest) -> OwnShelf:
    """Put a resource on the caller's shelf; raise as `change_shelf`, and ResourceNotFound."""
    reach(caller, Permission.SHELF_OWN)
    with library.store.read() as transaction:
        if not transaction.registrations.of_digest(digest):
            raise ResourceNotFound("here", digest=str(digest))
    return change_shelf(library, tables, caller, put(digest, library.clock()))


def erase_shelf(transaction: Transaction, tables: Tables, key: bytes) -> None:
    """Remove the shelf of the reader with this key, and every tag of what stood there.

    Of a shelf that was damaged the tags stay, which are nobody's without the key.
    """
    room = transaction.room(tables)
    with suppress(SealBroken, InvalidShelf):
        shelf = opened(key, room.find(whose(key))).shelf
        room.remove_tags({digest_tag(key, digest) for digest in shelf.digests})
    room.remove(whose(key))


def opened(key: bytes, kept: KeptShelf | None) -> OwnShelf:
    """Return a shelf as its reader sees it."""
    if kept is None:
        return OwnShelf(0, Shelf())
    return OwnShelf(kept.version, parse_shelf(open_sealed(key, PURPOSE, kept.sealed)))


def whose(key: bytes) -> bytes:
    """Return the tag under which a reader's shelf is kept."""
    return reader_tag(key, PURPOSE)


def digest_tag(key: bytes, digest: Digest) -> bytes:
    """Return the tag of a resource on a reader's shelf."""
    return reader_tag(key, OF_DIGEST, digest.value)


def _keep(room: ShelfTables, key: bytes, before: Shelf, after: Shelf, sealed: KeptShelf) -> None:
    room.remove_tags({digest_tag(key, digest) for digest in before.digests - after.digests})
    room.add_tags({digest_tag(key, digest) for digest in after.digests - before.digests})
    room.keep(whose(key), sealed)
