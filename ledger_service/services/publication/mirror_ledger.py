"""Keep a copy of another library's ledger, as a witness would: it only grows, and every entry is hashed.

A checkpoint is believed as far as its signature goes: that its ledger says so. The copy grows by whole
pieces, each of which is proved to be a prefix of the signed tree before it is written, so that a copy that
was broken off goes on where it was, and holds nothing that was not signed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from ledger_service.domain.errors import (
    InvalidConsistencyProof,
    InvalidEntry,
    LedgerError,
    TwoHistories,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import Checkpoint, CheckSignature, open_checkpoint
from ledger_service.domain.ledger.entry import LARGEST_ENTRY_BYTES, Entry
from ledger_service.domain.ledger.merkle import (
    ReadNodes,
    check_consistency,
    consistency_proof,
    leaf_hashes,
    root_hash,
)
from ledger_service.domain.ledger.tiled_ledger import (
    TILE_WIDTH,
    FetchTile,
    TileName,
    entries_of_bundle,
    nodes_in_tiles,
)
from ledger_service.ports.publication import LedgerFiles, Mirrored, Mirrors
from ledger_service.ports.store import Clock
from ledger_service.services.library import Library
from ledger_service.services.publication.gather_cosignatures import (
    AskedWitness,
    gather_cosignatures,
)

logger = logging.getLogger("muhr.mirrors")

PIECE_ENTRIES = 16 * TILE_WIDTH  # 16 MiB at most
SECONDS_BETWEEN = 60  # tries of a ledger that holds
SECONDS_AFTER_A_FAULT = 300
LONGEST_TURN_SECONDS = 300
"""After which another ledger has its turn: one that never ends holds up no other."""

Reach = Callable[[str], LedgerFiles]
"""Opens the public files of a ledger below a prefix."""
Stops = Callable[[], bool]


class _Stopped(Exception):
    """Nothing more is to be asked for now."""


def mirror_all(
    library: Library,
    reach: Reach,
    check_signature: CheckSignature,
    witness: AskedWitness | None,
    stops: Stops,
) -> None:
    """Bring every copy up to its ledger's newest checkpoint, where that is due.

    witness: one of our own, which is asked to cosign what the copy has found to hold.
    """
    now = library.clock()
    for mirrored in library.mirrors.all():
        wait = SECONDS_BETWEEN if mirrored.fault is None else SECONDS_AFTER_A_FAULT
        if stops() or mirrored.tried_at + wait > now:
            continue
        is_over = _turn(library.clock, stops)
        try:
            with closing(reach(mirrored.prefix)) as files:
                mirror_ledger(
                    library.mirrors, library.clock, mirrored, files, check_signature, is_over
                )
        except LedgerError as exc:
            logger.warning("the copy of %s waits: %s", mirrored.key.name, exc)
        if witness is not None and not stops():
            copy = replace(library, store=library.mirrors.store(mirrored.id))
            gather_cosignatures(copy, [replace(witness)], check_signature)


def _turn(clock: Clock, stops: Stops) -> Stops:
    """Return what tells whether a turn that begins now is over."""
    end = clock() + LONGEST_TURN_SECONDS
    return lambda: stops() or clock() >= end


def mirror_ledger(
    mirrors: Mirrors,
    clock: Clock,
    mirrored: Mirrored,
    files: LedgerFiles,
    check_signature: CheckSignature,
    stops: Stops = lambda: False,
) -> int:
    """Return the size of the copy, which holds all of the newest checkpoint unless it was stopped.

    What was found is noted with the copy. stops: is asked before each file, of which each may come slowly.

    Raises:
        StorageFull: the disk has too little room for more.
        ServiceUnavailable, TileNotFound: the ledger's files cannot be had.
        InvalidCheckpoint, InvalidCheckpointSignature: its checkpoint is not its own.
        TwoHistories: it does not extend what it signed before; the copy stays as it is.
        InvalidTile, InvalidEntry, InvalidConsistencyProof: its files are not those that it signed.
    """
    note: str | None = None
    try:
        note = files.checkpoint()
        newest = open_checkpoint(note, mirrored.key, check_signature)
        size = _grow(mirrors, mirrored.id, _until(files, stops), newest)
        if size >= newest.size:
            _keep_note(mirrors, clock, mirrored.id, newest, note)
    except _Stopped:
        return _size(mirrors, mirrored.id)
    except LedgerError as exc:
        is_proof = isinstance(exc, TwoHistories) and exc.reason.name == TwoHistories.slug()
        mirrors.note(mirrored.id, clock(), exc.reason, note if is_proof else None)
        raise
    mirrors.note(mirrored.id, clock(), None)
    return size


def _until(files: LedgerFiles, stops: Stops) -> FetchTile:
    """Return what reads tiles until it is to stop; then it raises _Stopped."""

    def read(name: TileName) -> bytes:
        if stops():
            raise _Stopped
        return files.tile(name)

    return read


def _size(mirrors: Mirrors, mirror: str) -> int:
    with mirrors.store(mirror).read() as transaction:
        return transaction.ledger.size()


def _grow(mirrors: Mirrors, mirror: str, tile: FetchTile, newest: Checkpoint) -> int:
    """Return the size of the copy after every entry of the newest checkpoint that it lacked was added."""
    store = mirrors.store(mirror)
    read = nodes_in_tiles(newest.size, tile)
    with store.read() as transaction:
        frontier = transaction.ledger.frontier()
        known = frontier.size
        at_newest = (
            root_hash(newest.size, transaction.ledger.read_nodes) if newest.size <= known else None
        )
    if at_newest is not None and at_newest != newest.root:
        raise TwoHistories(size=newest.size, root=newest.root.hex(), ours=at_newest.hex())
    if newest.size <= known:  # an answer of an hour ago, or nothing new
        return known
    try:
        _check_prefix(known, frontier.root(), newest, read)
    except InvalidConsistencyProof as exc:
        raise TwoHistories("not-extended", size=newest.size, ours=known) from exc
    while known < newest.size:
        mirrors.check_room()
        until = min(newest.size, known - known % PIECE_ENTRIES + PIECE_ENTRIES)
        bodies = [body for bundle in _bundles(tile, known, until, newest.size) for body in bundle]
        with store.write() as transaction:
            frontier = transaction.ledger.frontier()
            nodes = frontier.extend(leaf_hashes(bodies))
            _check_prefix(until, frontier.root(), newest, read)
            transaction.ledger.append(known, bodies, nodes)
            mirrors.add_places(transaction, _places(bodies, known))
        known = until
    return known


def _check_prefix(size: int, root: bytes, newest: Checkpoint, read: ReadNodes) -> None:
    proof = consistency_proof(size, newest.size, read)
    check_consistency(size, root, newest.size, newest.root, proof)


def _bundles(tile: FetchTile, first: int, until: int, size: int) -> Iterator[list[bytes]]:
    """Yield the entries from `first` to `until` of a ledger of this size, bundle by bundle."""
    for number in range(first // TILE_WIDTH, -(-until // TILE_WIDTH)):
        start = number * TILE_WIDTH
        name = TileName(None, number, min(TILE_WIDTH, size - start))
        bodies = entries_of_bundle(name, tile(name))
        if max(map(len, bodies)) > LARGEST_ENTRY_BYTES:
            raise InvalidEntry("too-long", most=LARGEST_ENTRY_BYTES)
        yield bodies[max(first - start, 0) : until - start]


def _places(bodies: Sequence[bytes], first: int) -> list[tuple[Digest, int]]:
    """Return which digests these entries name; one that is malformed names none, and an audit tells of it."""
    found = []
    for index, body in enumerate(bodies, first):
        try:
            digest = Entry.parse(body).facts.get("digest")
        except InvalidEntry:
            continue
        if digest is not None:
            found.append((Digest.parse(str(digest)), index))
    return found


def _keep_note(mirrors: Mirrors, clock: Clock, mirror: str, newest: Checkpoint, note: str) -> None:
    """Let the note be that of its size, unless one stands that others have cosigned since."""
    with mirrors.store(mirror).write() as transaction:
        if newest.size and transaction.checkpoints.find(newest.size) is None:
            transaction.checkpoints.add(newest.size, newest.root, clock())
            transaction.checkpoints.set_note(newest.size, note)
