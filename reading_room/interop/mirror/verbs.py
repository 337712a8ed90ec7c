"""See the ledgers that are copied here, and what one of them says of a digest; anybody may."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger_service.domain.errors import CheckpointNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import Checkpoint, parse_note
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.ledger.tiled_ledger import TileName
from ledger_service.ports.publication import Mirrored
from ledger_service.services.ledger.read_tile import published_checkpoint, read_tile
from ledger_service.services.library import Library
from reading_room.interop.mirror.rules import Standing, TrailEntry, standing_of, successor_of

MOST_ENTRIES = 50  # of a digest; a few is what there are


@dataclass(frozen=True)
class Copy:
    """A copy of another library's ledger.

    entries: that are copied; size: of the newest checkpoint that the copy holds whole, 0 if none; signed_by:
    names of the keys that signed it, the ledger's own first. A cosignature is told, and not checked here.
    """

    mirrored: Mirrored
    entries: int
    size: int
    signed_by: tuple[str, ...]


@dataclass(frozen=True)
class ToldWork:
    """What a ledger says of a digest, by the copy. trail: entries that name it, oldest first, each proved.

    standing: None if it says nothing; successor: 64 hex, None if nothing took its place; checkpoint: what the
    proofs lead to.
    """

    copy: Copy
    digest: Digest
    standing: Standing | None
    successor: str | None
    trail: list[TrailEntry]
    checkpoint: Checkpoint


def list_copies(library: Library) -> list[Copy]:
    """Return the ledgers that are copied here, by name."""
    return [_copy(library, mirrored) for mirrored in library.mirrors.all()]


def show_copy(library: Library, mirror: str) -> Copy:
    """Return one of them; raise MirrorNotFound."""
    return _copy(library, library.mirrors.find(mirror))


def find_work(library: Library, mirror: str, digest: Digest) -> ToldWork:
    """Return what another library's ledger says of a digest, out of its copy.

    Raises:
        MirrorNotFound: no such ledger is copied. CheckpointNotFound: nothing of it is copied whole yet.
    """
    copy = show_copy(library, mirror)
    with library.mirrors.store(mirror).read() as transaction:
        signed = transaction.checkpoints.latest()
        if signed is None:
            raise CheckpointNotFound()
        places = library.mirrors.places(transaction, digest, MOST_ENTRIES)
        trail = []
        for index in places:
            if index < signed.size:
                [body] = transaction.ledger.entries(index, 1)
                read = transaction.ledger.read_nodes
                proof = merkle.inclusion_proof(index, signed.size, read)
                trail.append(TrailEntry(index, Entry.parse(body), body, proof))
    entries = [item.entry for item in trail]
    standing, successor = standing_of(entries), successor_of(entries)
    checkpoint = Checkpoint.of_note(signed.note)
    return ToldWork(copy, digest, standing, successor, trail, checkpoint)


def copied_checkpoint(library: Library, mirror: str) -> str:
    """Return the newest checkpoint of which the copy is whole; raise MirrorNotFound, CheckpointNotFound."""
    return published_checkpoint(_as_library(library, mirror)).note


def find_fork(library: Library, mirror: str) -> str:
    """Return what the ledger signed for another history than its copy's.

    Raises:
        MirrorNotFound: no such ledger is copied. CheckpointNotFound: no such note was seen.
    """
    fork = library.mirrors.find(mirror).fork
    if fork is None:
        raise CheckpointNotFound("no-fork")
    return fork


def copied_tile(library: Library, mirror: str, path: str) -> tuple[TileName, bytes]:
    """Return a tile of a copy; raise MirrorNotFound, CheckpointNotFound, TileNotFound."""
    return read_tile(_as_library(library, mirror), path)


def _as_library(library: Library, mirror: str) -> Library:
    """Return what reads a copy as it reads our own ledger."""
    return replace(library, store=library.mirrors.store(mirror))


def _copy(library: Library, mirrored: Mirrored) -> Copy:
    with library.mirrors.store(mirrored.id).read() as transaction:
        signed = transaction.checkpoints.latest()
        entries = transaction.ledger.size()
    if signed is None:
        return Copy(mirrored, entries, 0, ())
    names = [line.name for line in parse_note(signed.note).signatures]
    return Copy(mirrored, entries, signed.size, tuple(dict.fromkeys(names)))
