"""Keep a copy of another library's ledger, as a witness would: it only grows, and every entry is hashed.

A checkpoint is believed as far as its signature goes: that its ledger says so. The copy grows by whole
pieces, each of which is proved to be a prefix of the signed tree before it is written, so that a copy that
was broken off goes on where it was, and holds nothing that was not signed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ledger_service.domain.errors import (
    InvalidCheckpoint,
    InvalidConsistencyProof,
    InvalidEntry,
    LedgerError,
    TwoHistories,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import (
    Checkpoint,
    CheckSignature,
    open_checkpoint,
    parse_note,
)
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
from ledger_service.services.publication.prove_fork import prove_fork

PIECE_ENTRIES = 16 * TILE_WIDTH  # 16 MiB at most

Stops = Callable[[], bool]


class _Stopped(Exception):
    """Nothing more is to be asked for now."""


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
    except TwoHistories as exc:
        assert note is not None
        _keep_fork(mirrors, mirrored, note, exc, _until(files, stops), check_signature)
        mirrors.note(mirrored.id, clock(), exc.reason)
        raise
    except LedgerError as exc:
        mirrors.note(mirrored.id, clock(), exc.reason)
        raise
    mirrors.note(mirrored.id, clock(), None)
    return size


def _keep_fork(
    mirrors: Mirrors,
    mirrored: Mirrored,
    note: str,
    found: TwoHistories,
    tile: FetchTile,
    check_signature: CheckSignature,
) -> None:
    """Keep a note that is of another history than the copy, with the proof if the ledger serves one.

    A larger note that its files do not show to be of another history may be so by a broken cache.
    """
    copy, key = mirrors.store(mirrored.id), mirrored.key
    read = nodes_in_tiles(Checkpoint.of_note(note).size, tile)
    try:
        proof = prove_fork(copy, key, note, check_signature, read)
    except _Stopped:
        proof = None
    if proof is not None or found.reason.name == TwoHistories.slug():
        mirrors.note_fork(mirrored.id, note, None if proof is None else proof.format())


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
    """Let the note be that of its size; one that stands takes what others have signed since."""
    if not newest.size:
        return
    store = mirrors.store(mirror)
    with store.read() as transaction:
        kept = transaction.checkpoints.find(newest.size)
    merged = note if kept is None else joined_notes(kept.note, note)
    if kept is not None and merged == kept.note:
        return
    with store.write() as transaction:
        if transaction.checkpoints.find(newest.size) is None:
            transaction.checkpoints.add(newest.size, newest.root, clock())
        transaction.checkpoints.set_note(newest.size, merged)


def joined_notes(kept: str, note: str) -> str:
    """Return a note with the signature lines that another of the same text has besides, if there is room."""
    text, _, lines = note.rpartition("\n\n")
    if kept.rpartition("\n\n")[0] != text:
        return kept
    known = set(kept.split("\n"))
    more = [line for line in lines.split("\n") if line not in known]
    joined = kept + "".join(f"{line}\n" for line in more)
    try:
        parse_note(joined)
    except InvalidCheckpoint:  # too long, or too many
        return kept
    return joined
