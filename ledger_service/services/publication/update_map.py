"""Keep the stored map up with the ledger, and put its root into the ledger before each checkpoint.

The worker does both, so nobody else writes pages. What is stored is derived from the entries: if its
root is not the one that the last `map` entry states, it is made anew, first as it was at that entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ledger_service.domain.errors import InvalidMapProof, LedgerBusy
from ledger_service.domain.ledger.entry import Entry, accepted_digests, digest_taken_in
from ledger_service.domain.ledger.tiled_ledger import TILE_WIDTH, TileName, entries_of_bundle
from ledger_service.domain.publication.map_pages import ReadPages, insert, root_of
from ledger_service.domain.publication.verifiable_map import Subtree, record
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.append_entry import append_entry
from ledger_service.services.library import Library

ENTRIES_AT_ONCE = 2**20  # of which at most so many records are in memory
ENTRIES_UNDER_LOCK = 4096  # so many may be left for the transaction that fixes the checkpoint
MOST_ROUNDS = 64  # entries may come in as fast as they are worked off


def catch_up_map(library: Library) -> None:
    """Bring the stored map near the end of the ledger; the append lock is held only to write pages.

    A process that is killed on the way leaves pages of a version that has no root page yet. They are
    not read, and are replaced when the work is done again.
    """
    for _ in range(MOST_ROUNDS):
        with library.store.read() as transaction:
            believed, covered = _is_believed(transaction), transaction.map_pages.version() or 0
            stated, size = _stated_size(transaction), transaction.ledger.size()
        if not believed:
            _forget_what_is_not_believed(library)
        elif covered < stated:  # on which evidence rests
            _extend_in_steps(library, covered, min(stated, covered + ENTRIES_AT_ONCE))
        elif size - covered <= ENTRIES_UNDER_LOCK:
            return
        else:
            _extend_in_steps(library, covered, min(size, covered + ENTRIES_AT_ONCE))


def append_map_entry(transaction: Transaction, at: int) -> int:
    """Return the index of the `map` entry that was appended, over all entries before it."""
    size = transaction.ledger.size()
    covered = transaction.map_pages.version() or 0
    if covered < _stated_size(transaction) or not _is_believed(transaction):
        transaction.map_pages.clear()
    try:
        root = _extend(transaction, size)
    except InvalidMapProof:
        transaction.map_pages.clear()
        root = _extend(transaction, size)
    entry = Entry("map", at, {"root": root.hash.hex(), "count": root.leaves, "size": size})
    return append_entry(transaction, entry)


def pages_of(transaction: Transaction, version: int) -> ReadPages:
    """Return what reads the pages of the map over so many entries."""
    return lambda prefixes: transaction.map_pages.read(prefixes, version)


def map_entry_under(transaction: Transaction, size: int) -> Entry | None:
    """Return the `map` entry that a checkpoint of this size ends with; None if it ends otherwise."""
    if size == 0:
        return None
    entry = Entry.parse(transaction.ledger.entries(size - 1, 1)[0])
    return entry if entry.kind == "map" else None


def _extend(transaction: Transaction, size: int) -> Subtree:
    covered = transaction.map_pages.version() or 0
    pinned = _pinned(transaction)
    return insert(
        _records(transaction, covered, size),
        pages_of(transaction, covered),
        lambda pages: transaction.map_pages.write(pages, size, pinned, covered),
    )


def _extend_in_steps(library: Library, covered: int, size: int) -> None:
    """Let the map cover more entries; each write is a transaction of its own, the root page's last."""
    with library.store.read() as transaction:
        pinned = _pinned(transaction)

        def write(pages: Mapping[str, bytes]) -> None:
            with library.store.write() as writing:
                if (writing.map_pages.version() or 0) != covered:
                    raise LedgerBusy("map-updated")
                writing.map_pages.write(pages, size, pinned, covered)

        try:
            insert(_records(transaction, covered, size), pages_of(transaction, covered), write)
        except InvalidMapProof:
            with library.store.write() as writing:
                writing.map_pages.clear()


def _forget_what_is_not_believed(library: Library) -> None:
    with library.store.write() as transaction:
        if not _is_believed(transaction):
            transaction.map_pages.clear()


def _is_believed(transaction: Transaction) -> bool:
    """Return whether the stored map has the root that the ledger states, if it is that far."""
    version, stated = transaction.map_pages.version(), _stated(transaction)
    if version is None or stated is None or version < stated.number("size"):
        return version is None or version <= transaction.ledger.size()
    try:
        root = root_of(pages_of(transaction, stated.number("size")))
    except InvalidMapProof:
        return False
    return root.hash.hex() == stated.text("root")


def _stated(transaction: Transaction) -> Entry | None:
    latest = transaction.checkpoints.latest()
    return None if latest is None else map_entry_under(transaction, latest.size)


def _stated_size(transaction: Transaction) -> int:
    stated = _stated(transaction)
    return 0 if stated is None else stated.number("size")


def _pinned(transaction: Transaction) -> Sequence[int]:
    """Return the versions of which evidence may still be asked: those of the last checkpoints."""
    latest, anchored = transaction.checkpoints.latest(), transaction.checkpoints.latest_anchored()
    sizes = [checkpoint.size for checkpoint in (latest, anchored) if checkpoint is not None]
    sizes += [anchor.size for anchor in transaction.jobs.pending_anchors()]
    return [size - 1 for size in sizes]


def _records(transaction: Transaction, start: int, end: int) -> Iterator[bytes]:
    for number in range(start // TILE_WIDTH, -(-end // TILE_WIDTH)):
        first = number * TILE_WIDTH
        name = TileName(None, number, min(TILE_WIDTH, end - first))
        bundle = transaction.ledger.entry_bundle(number, name.width)
        digests: Sequence[bytes | None] | None = accepted_digests(bundle, name.width)
        if digests is None:
            digests = [digest_taken_in(body) for body in entries_of_bundle(name, bundle)]
        for index, digest in enumerate(digests, first):
            if digest is not None and index >= start:
                yield record(digest, index)
