"""The rows of table `tile`: the tree's nodes, 510 in a row.

Row (L, n) holds all eight levels of the tree that lie within C2SP tile n of tile level L: 256 hashes
of tree level 8·L, then 128 of level 8·L + 1, and so on to 2 of level 8·L + 7. The first 256 are the
tile itself; the rest are stored so that a proof is read and not computed. A proof in a ledger of
2^(8·k) entries touches k rows. A node that is not complete yet is 32 zero bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, MutableMapping, Sequence

from sqlalchemy import Connection

from ledger_service.adapters.sql.driver import Driver, marks
from ledger_service.domain.errors import EntryNotFound
from ledger_service.domain.ledger.merkle import NodeName, NodeRun
from ledger_service.domain.ledger.tiled_ledger import HASH_BYTES, TILE_HEIGHT, TILE_WIDTH

ROW_HASHES = 2 * TILE_WIDTH - 2
_FIRST = [ROW_HASHES + 2 - (2 * TILE_WIDTH >> inner) for inner in range(TILE_HEIGHT)]
_NOT_COMPLETE = bytes(HASH_BYTES)
# Of each level of the tree: the level of its tiles, how to shift an offset to the tile's number, which
# of its bits say the place among its level in the tile, and where that level begins in a row.
_PLACES = [
    (level // TILE_HEIGHT, TILE_HEIGHT - inner, (TILE_WIDTH >> inner) - 1, _FIRST[inner])
    for level in range(64)
    for inner in [level % TILE_HEIGHT]
]

_LEAVES = "SELECT number, hashes FROM tile WHERE level = 0 AND number IN ({marks})"
ROW = "SELECT hashes FROM tile WHERE level = ? AND number = ?"
_CHANGE = "UPDATE tile SET hashes = ? WHERE level = ? AND number = ?"
_ADD = "INSERT INTO tile (level, number, hashes)"
ROWS_A_STATEMENT = 64


class Tiles:
    """The tree's nodes in one database transaction."""

    def __init__(self, connection: Connection) -> None:
        self._driver = Driver(connection)

    def append(self, nodes: Sequence[NodeRun]) -> None:
        """Store the nodes that an append completed, a run for each level of the tree from 0 up."""
        rows = []
        for level in range(0, len(nodes), TILE_HEIGHT):
            runs = nodes[level : level + TILE_HEIGHT]
            begin, end = runs[0].offset, runs[0].offset + len(runs[0].hashes)
            for number in range(begin // TILE_WIDTH, (end - 1) // TILE_WIDTH + 1):
                is_new = number * TILE_WIDTH >= begin
                key = level // TILE_HEIGHT, number
                hashes = (
                    bytearray(ROW_HASHES * HASH_BYTES) if is_new else bytearray(self._row(*key))
                )
                for inner, run in enumerate(runs):
                    _put(hashes, inner, number, run)
                stored = bytes(hashes)
                if is_new:
                    rows.append((*key, stored))
                else:
                    self._driver.run(_CHANGE, (stored, *key))
        for place in range(0, len(rows), ROWS_A_STATEMENT):
            self._driver.insert(_ADD, rows[place : place + ROWS_A_STATEMENT])

    def read_nodes(self, names: Sequence[NodeName]) -> list[bytes]:
        """Return the hashes of these nodes, in this order; raise EntryNotFound if one is missing."""
        rows = self._leaf_rows({offset // TILE_WIDTH for level, offset in names if level == 0})
        return find_nodes(names, rows, self._row)

    def _leaf_rows(self, numbers: Collection[int]) -> dict[tuple[int, int], bytes]:
        """Return rows of leaves, read by one statement if they are several; nothing otherwise."""
        if not 1 < len(numbers) <= ROWS_A_STATEMENT:
            return {}
        found = self._driver.rows(_LEAVES.format(marks=marks(len(numbers))), sorted(numbers))
        return {(0, number): bytes(hashes) for number, hashes in found}

    def hash_tile(self, level: int, number: int, width: int) -> bytes:
        """Return the first `width` hashes of a C2SP tile. Bounds: 1 ≤ width ≤ 256.

        Raises EntryNotFound if the tree is not that wide yet.
        """
        hashes = self._row(level, number)[: width * HASH_BYTES]
        if hashes[-HASH_BYTES:] == _NOT_COMPLETE:
            raise EntryNotFound("tile-not-full", number=number, level=level, width=width)
        return hashes

    def _row(self, level: int, number: int) -> bytes:
        found = self._driver.rows(ROW, (level, number))
        if not found:
            raise missing_row(level, number)
        return bytes(found[0][0])


def missing_row(level: int, number: int) -> EntryNotFound:
    """Return the error that a row is not there."""
    return EntryNotFound("tile-missing", number=number, level=level)


def find_nodes(
    names: Sequence[NodeName],
    rows: MutableMapping[tuple[int, int], bytes],
    read_row: Callable[[int, int], bytes],
) -> list[bytes]:
    """Return the hashes of these nodes, in this order, out of rows by (tile level, number).

    rows: those at hand; what is missing there, or held before a node was complete, is read and kept.

    Raises:
        EntryNotFound: a node is not stored, or not complete.
    """
    found = []
    for level, offset in names:
        tile_level, shift, mask, first = _PLACES[level]
        key = tile_level, offset >> shift
        begin = (first + (offset & mask)) * HASH_BYTES
        row = rows.get(key)
        node = row[begin : begin + HASH_BYTES] if row is not None else _NOT_COMPLETE
        if node == _NOT_COMPLETE:
            rows[key] = row = read_row(*key)
            node = row[begin : begin + HASH_BYTES]
            if node == _NOT_COMPLETE or len(node) != HASH_BYTES:
                raise EntryNotFound("node-missing", offset=offset, level=level)
        found.append(node)
    return found


def _put(hashes: bytearray, inner: int, number: int, run: NodeRun) -> None:
    """Put into a row those nodes of a run, `inner` levels above the tile's own, that are its."""
    width = TILE_WIDTH >> inner
    begin = max(run.offset, number * width)
    end = min(run.offset + len(run.hashes), (number + 1) * width)
    if begin < end:
        place = (_FIRST[inner] + begin - number * width) * HASH_BYTES
        new = b"".join(run.hashes[begin - run.offset : end - run.offset])
        hashes[place : place + len(new)] = new
