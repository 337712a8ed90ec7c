"""Recompute a ledger from its public tiles: every entry hashed, every root and every hash compared.

The roots that the chain holds are the only thing believed. A ledger whose entries lead to every one of
them has one history: a consistency proof between two of them would say no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ledger_service.domain.errors import InvalidEntry, InvalidTile, NotFound
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.ledger.tiled_ledger import (
    HASH_BYTES,
    TILE_HEIGHT,
    entries_of_bundle,
    tiles_at,
    tiles_of,
)
from ledger_service.ports.audit import LedgerSource
from ledger_service.services.audit.faults import Fault, Report

ShowProgress = Callable[[str, int, int], None]
"""(what is being done, how much is done, how much there is)."""


@dataclass
class RecomputedLedger:
    """entries: by index, those that can be read; size: how many there are, readable or not."""

    entries: dict[int, Entry] = field(default_factory=dict)
    size: int = 0


def recompute_ledger(
    source: LedgerSource, size: int, roots: Mapping[int, str], add: Report, progress: ShowProgress
) -> RecomputedLedger:
    """Return the ledger of this size as its bundles tell it.

    roots: what the root must be, as hex, at which sizes.

    Raises:
        ServiceUnavailable: the source does not answer; nothing is concluded.
    """
    ledger = RecomputedLedger()
    rows: list[bytearray] = []
    frontier = merkle.Frontier()
    for bodies in _bundles(source, size, add, progress):
        for index, body in enumerate(bodies, frontier.size):
            try:
                ledger.entries[index] = Entry.parse(body)
            except InvalidEntry as exc:
                add(Fault.MALFORMED_ENTRY.of(entry=index, why=exc.reason))
        leaves = list(map(merkle.leaf_hash, bodies))
        for part in _parts(leaves, frontier.size, roots):
            _extend(frontier, rows, part)
            stated = roots.get(frontier.size)
            if stated is not None and frontier.root().hex() != stated:
                add(Fault.ROOT_MISMATCH.of(size=frontier.size))
    ledger.size = frontier.size
    if frontier.size < size:
        add(Fault.MISSING_ENTRIES.of(found=frontier.size, size=size))
    else:
        _compare_tiles(source, size, rows, add, progress)
    return ledger


def _bundles(
    source: LedgerSource, size: int, add: Report, progress: ShowProgress
) -> Iterator[list[bytes]]:
    """Yield the entries bundle by bundle, up to the first that is not there or malformed."""
    for name in tiles_at(None, size):
        try:
            bodies = entries_of_bundle(name, source.tile(name))
        except (InvalidTile, NotFound) as exc:
            add(Fault.MISSING_BUNDLE.of(why=exc.reason))
            return
        yield bodies
        progress("reading entries", name.first + name.width, size)


def _parts(leaves: list[bytes], first: int, roots: Mapping[int, str]) -> Iterator[list[bytes]]:
    """Yield the leaves cut wherever a root is stated."""
    begin = 0
    for end in [size - first for size in sorted(roots) if 0 < size - first < len(leaves)]:
        yield leaves[begin:end]
        begin = end
    yield leaves[begin:]


def _extend(frontier: merkle.Frontier, rows: list[bytearray], leaves: list[bytes]) -> None:
    """Append leaves, and the hashes that they complete to the rows of tiles, one row for each level."""
    for run in frontier.extend(leaves):
        level, between = divmod(run.level, TILE_HEIGHT)
        if between == 0:
            if level == len(rows):
                rows.append(bytearray())
            rows[level] += b"".join(run.hashes)


def _compare_tiles(
    source: LedgerSource, size: int, rows: list[bytearray], add: Report, progress: ShowProgress
) -> None:
    """Every hash in every tile is the one that follows from the entries."""
    names = list(tiles_of(size))
    for number, name in enumerate(names, 1):
        assert name.level is not None
        begin = name.first * HASH_BYTES
        try:
            if source.tile(name) != rows[name.level][begin : begin + name.width * HASH_BYTES]:
                add(Fault.TILE_MISMATCH.of(tile=name.format()))
        except (InvalidTile, NotFound) as exc:
            add(Fault.MISSING_TILE.of(why=exc.reason))
        progress("comparing tiles", number, len(names))
