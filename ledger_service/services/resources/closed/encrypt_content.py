"""Encrypt closed content that lies as it came: it was taken in by an earlier version.

Each resource is one step: its ciphertext is made and read back, then an entry tells of it, and from then on
it is what is read. Killed anywhere, the next run goes on; what a kill leaves is ciphertext without a key. The
plain blocks go last, all together, since a block may be part of many files.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import ContentCorrupt, ContentNotFound, LedgerBusy
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.registration import Registration, RegistrationState
from ledger_service.ports.content import Seal
from ledger_service.ports.paging import PageRequest
from ledger_service.services.content.seal_content import new_seal
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from ledger_service.services.resources.closed.find_stored import cid_of, closed_among, stored_of
from ledger_service.services.resources.closed.keep_sealed import (
    add_epoch,
    newest_epochs,
    wrap_for,
)
from ledger_service.services.resources.closed.remove_needless import is_backed_up
from ledger_service.services.resources.read_content import with_digest

LOOKED_AT_A_TIME = 500  # registrations
BLOCKS_REMOVED_A_WALK = 1_000_000  # that are held in memory, about 200 MB

Told = Callable[[int, int], None]
"""(how many registrations were looked at, how many bytes were encrypted)."""


@dataclass(frozen=True)
class Encrypted:
    """What a run did. left: resources whose content is not sound, or was removed meanwhile, by digest."""

    resources: int
    size_bytes: int
    left: tuple[Digest, ...]


def encrypt_content(library: Library, caller: Caller, tell: Told) -> Encrypted:
    """Encrypt all closed content that lies as it came, and let each be read so from then on.

    Raises:
        ContentKeyUnavailable: the key-encryption key cannot be had.
        ContentStoreUnavailable, ContentStoreFull: the next run goes on.
    """
    check_permitted(caller, Permission.CONTENT_KEEP)
    looked = done = size = 0
    left: list[Digest] = []
    for items in _pages(library):
        for item in _plain_closed(library, items):
            try:
                _encrypt(library, caller, item)
            except (ContentCorrupt, ContentNotFound):
                left.append(item.digest)
                continue
            done, size = done + 1, size + item.metadata.size_bytes
            tell(looked, size)
        looked += len(items)
        tell(looked, size)
    return Encrypted(done, size, tuple(left))


def count_plain(library: Library, seconds: float) -> tuple[int, bool]:
    """Return how many closed resources lie as they came, and whether all were looked at in this time.

    How far there are none is remembered, and not looked at again.
    """
    deadline, count = time.monotonic() + seconds, 0
    with library.store.read() as transaction:
        cursor = begun_at = transaction.stored.sealed_to()
    sealed_to, is_late = cursor, False
    while cursor is not None and not is_late:
        with library.store.read() as transaction:
            page = transaction.registrations.page(PageRequest(cursor, LOOKED_AT_A_TIME))
        count += len(_plain_closed(library, page.items))
        cursor = page.next
        sealed_to = sealed_to if count else cursor
        is_late = cursor is not None and time.monotonic() > deadline
    if sealed_to != begun_at:
        with library.store.write() as transaction:
            transaction.stored.note_sealed_to(sealed_to)
    return count, not is_late


def remove_plain(
    library: Library, caller: Caller, others: Callable[[], Iterable[ContentId]] = tuple
) -> tuple[int, int]:
    """Remove plain blocks of what is encrypted since; return of how many resources, and how many blocks stay.

    Blocks that are part of other content stay; others: what the library needs beside its resources. Nothing
    may be taken in meanwhile.

    Raises:
        LedgerBusy: a backup that may need them is being made; the next run goes on.
    """
    check_permitted(caller, Permission.CONTENT_KEEP)
    removed = shared = 0
    batch: dict[ContentId, set[ContentId]] = {}
    count = 0
    for items in _pages(library):
        for root in _plain_roots(library, items):
            batch[root] = set(library.content.blocks(root))
            count += len(batch[root])
        if count >= BLOCKS_REMOVED_A_WALK:
            shared += _remove(library, batch, others)
            removed, count, batch = removed + len(batch), 0, {}
    return removed + len(batch), shared + _remove(library, batch, others)


def _pages(library: Library) -> Iterator[Sequence[Registration]]:
    cursor: str | None = ""
    while cursor is not None:
        with library.store.read() as transaction:
            page = transaction.registrations.page(PageRequest(cursor, LOOKED_AT_A_TIME))
        yield page.items
        cursor = page.next


def _plain_closed(library: Library, items: Sequence[Registration]) -> list[Registration]:
    """Return those of these that are closed, kept here, and not encrypted."""
    items = _own(library, items)
    with library.store.read() as transaction:
        stored = stored_of(transaction, items)
        closed = closed_among(transaction, (item.license for item in items))
    return [
        item
        for item in items
        if item.license in closed
        and (item.digest, item.steward) not in stored
        and item.state is not RegistrationState.REJECTED
        and library.content.has(item.cid)
    ]


def _plain_roots(library: Library, items: Sequence[Registration]) -> list[ContentId]:
    """Return where content of these lies as it came, though it lies encrypted, too."""
    items = _own(library, items)
    with library.store.read() as transaction:
        stored = stored_of(transaction, items)
    return [
        item.cid
        for item in items
        if (item.digest, item.steward) in stored and library.content.has(item.cid)
    ]


def _own(library: Library, items: Sequence[Registration]) -> list[Registration]:
    """Return those of this library's steward; what another registered is encrypted by none of its keys."""
    return [item for item in items if item.steward == library.steward]


def _remove(
    library: Library,
    batch: dict[ContentId, set[ContentId]],
    others: Callable[[], Iterable[ContentId]],
) -> int:
    """Remove the blocks of these files; return how many stay, since other content needs them."""
    if not batch:
        return 0
    theirs = set().union(*batch.values())
    needed: set[ContentId] = set()
    for items in _pages(library):
        with library.store.read() as transaction:
            stored = stored_of(transaction, items)
        for item in items:
            cid = cid_of(item, stored.get((item.digest, item.steward)))
            if cid is not None and library.content.has(cid):
                needed |= theirs.intersection(library.content.blocks(cid))
    for cid in others():
        needed |= theirs.intersection(library.content.blocks(cid))
    if is_backed_up(
        library
    ):  # a backup that begins after this copies a database that does not need them
        raise LedgerBusy("backup")
    for root in batch:
        library.content.remove(root, needed)
    return len(needed)


def _encrypt(library: Library, caller: Caller, item: Registration) -> None:
    """Encrypt one resource, read it back, and tell of it."""
    seal, size = new_seal(library.key.name), item.metadata.size_bytes
    with library.content.upload(seal) as upload:
        for piece in with_digest(item.digest, library.content.read(item.cid, 0, size)):
            upload.write(piece)
        upload.finish()
        upload.commit()
        stored = upload.stored()
    _read_back(library, item, seal, stored)
    before = newest_epochs(library, [item.digest]).get(item.digest)
    sealed = wrap_for(library, item.digest, seal, stored.base16(), before)
    with library.store.write() as transaction:
        if add_epoch(library, transaction, item.digest, sealed):
            kind = ActKind.CONTENT_ENCRYPTED
            record_act(transaction, caller, library.clock(), kind, item.digest)


def _read_back(library: Library, item: Registration, seal: Seal, stored: ContentId) -> None:
    size = item.metadata.size_bytes
    for _ in with_digest(item.digest, library.content.read_sealed(stored, seal, size, 0, size)):
        pass
