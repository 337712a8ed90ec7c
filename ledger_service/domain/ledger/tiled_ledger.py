"""The ledger as its tiles: its public form, as C2SP tlog-tiles has it.

A hash tile is up to 256 hashes of one height of the tree, an entry bundle up to 256 entries; both have
a path, and a full one never changes. Who holds all tiles holds the ledger: every root and every proof
follows from them. Nothing is fetched here; a function that fetches is handed in. Normative text:
docs/formats.md §12.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from ledger_service.domain.errors import InvalidTile, TileNotFound
from ledger_service.domain.ledger.merkle import NodeName, ReadNodes, root_of_leaves

TILE_HEIGHT = 8  # levels of the tree in a tile
TILE_WIDTH = 1 << TILE_HEIGHT  # hashes in a full tile, entries in a full bundle
HASH_BYTES = 32
LONGEST_ENTRY_BYTES = 65_535  # what its length in a bundle can say
_LENGTH_BYTES = 2
LARGEST_BUNDLE_BYTES = TILE_WIDTH * (_LENGTH_BYTES + LONGEST_ENTRY_BYTES)
_HIGHEST_LEVEL = 63
_LARGEST_NUMBER = 2**63 // TILE_WIDTH
_PATH = re.compile(
    r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?", re.ASCII
)

FetchTile = Callable[["TileName"], bytes]
"""Returns the bytes of a tile, or raises."""


@dataclass(frozen=True)
class TileName:
    """Which tile: level 0 to 63, or None for a bundle of entries; number from 0; width 1 to 256."""

    level: int | None
    number: int
    width: int = TILE_WIDTH

    @property
    def is_full(self) -> bool:
        return self.width == TILE_WIDTH

    @property
    def first(self) -> int:
        """The position of its first hash at its level, or the index of its first entry."""
        return self.number * TILE_WIDTH

    def format(self) -> str:
        """Return the path below the ledger's prefix, e.g. `tile/0/x001/x234/067.p/8`."""
        digits = str(self.number)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join([*("x" + group for group in groups[:-1]), groups[-1]])
        level = "entries" if self.level is None else self.level
        return f"tile/{level}/{number}" + ("" if self.is_full else f".p/{self.width}")

    @classmethod
    def parse(cls, path: str) -> TileName:
        """Return the name of a path; inverse of `format`, other spellings raise TileNotFound."""
        match = _PATH.fullmatch(path)
        if match is not None:
            level, number, width = match.groups()
            name = cls(
                None if level == "entries" else int(level),
                int(number.replace("x", "").replace("/", "")),
                TILE_WIDTH if width is None else int(width),
            )
            if (
                (name.level or 0) <= _HIGHEST_LEVEL
                and name.number < _LARGEST_NUMBER
                and name.format() == path
                and 1 <= name.width <= TILE_WIDTH
            ):
                return name
        raise TileNotFound("path", path=path[:80])

    def exists(self, size: int) -> bool:
        """Return whether a ledger of this size has the tile."""
        return self.first + self.width <= size >> TILE_HEIGHT * (self.level or 0)


def tiles_at(level: int | None, size: int) -> Iterator[TileName]:
    """Yield the tiles of one level of a ledger of this size, the last of them perhaps partial."""
    hashes = size >> TILE_HEIGHT * (level or 0)
    for number in range(-(-hashes // TILE_WIDTH)):
        yield TileName(level, number, min(TILE_WIDTH, hashes - number * TILE_WIDTH))


def tiles_of(size: int) -> Iterator[TileName]:
    """Yield the hash tiles of a ledger of this size, from the leaves upward."""
    for level in count():
        if size >> TILE_HEIGHT * level == 0:
            return
        yield from tiles_at(level, size)


def split_hashes(name: TileName, data: bytes) -> list[bytes]:
    """Return the hashes of a hash tile; raise InvalidTile unless there are as many as its width."""
    if len(data) != name.width * HASH_BYTES:
        raise InvalidTile(
            "length", name=name.format(), found=len(data), wanted=name.width * HASH_BYTES
        )
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def format_bundle(entries: Sequence[bytes]) -> bytes:
    """Return an entry bundle: each entry after its length, two bytes big-endian."""
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES) + entry for entry in entries)


def entries_of_bundle(name: TileName, data: bytes) -> list[bytes]:
    """Return the entries of a bundle; inverse of `format_bundle`.

    Raises:
        InvalidTile: not exactly as many entries as the bundle's width, or bytes left over.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(data) and len(entries) <= name.width:
        start = at + _LENGTH_BYTES
        end = start + int.from_bytes(data[at:start])
        if len(data) < max(start, end):
            raise InvalidTile("incomplete", name=name.format())
        entries.append(data[start:end])
        at = end
    if len(entries) != name.width or at != len(data):
        raise InvalidTile("not-entries", name=name.format(), width=name.width)
    return entries


def entry_of_bundle(data: bytes, place: int) -> bytes:
    """Return the entry at this place of a bundle, from 0; the ones before it are skipped unread.

    Raises:
        InvalidTile: the bundle ends before it.
    """
    step = _LENGTH_BYTES + int.from_bytes(data[:_LENGTH_BYTES])
    at = place * step
    # Most bundles hold entries of one length; then the two bytes of each length recur at every step.
    if data[0:at:step] != data[:1] * place or data[1:at:step] != data[1:2] * place:
        at = 0
        for _ in range(place):
            at += _LENGTH_BYTES + (data[at] << 8 | data[at + 1] if at + 1 < len(data) else 0)
    start = at + _LENGTH_BYTES
    end = start + int.from_bytes(data[at:start])
    if len(data) < max(start, end):
        raise InvalidTile("no-entry", place=place)
    return data[start:end]


def nodes_in_tiles(size: int, fetch: FetchTile) -> ReadNodes:
    """Return a reader of tree nodes from the tiles of a ledger of this size, for merkle's proofs.

    A node between the levels of tiles is the root over its part of the tile below. Each tile is fetched
    once; its hashes are as trustworthy as who serves them, until the root they lead to is checked.
    """
    fetched: dict[TileName, list[bytes]] = {}

    def read(names: Sequence[NodeName]) -> list[bytes]:
        return [_node(name) for name in names]

    def _node(name: NodeName) -> bytes:
        level, height = divmod(name.level, TILE_HEIGHT)
        first = name.offset << height
        number = first // TILE_WIDTH
        width = min(TILE_WIDTH, (size >> TILE_HEIGHT * level) - number * TILE_WIDTH)
        tile = TileName(level, number, width)
        if tile not in fetched:
            fetched[tile] = split_hashes(tile, fetch(tile))
        place = first - tile.first
        return root_of_leaves(fetched[tile][place : place + (1 << height)])

    return read
