"""The verifiable map in pages, so that it can be stored: what an insertion reads and writes.

A page belongs to a prefix of the digests, written in bits. It holds either the records below that
prefix, up to MOST_RECORDS of them, or its four children, each as count and hash. Three of four pages
hold records, a quarter to all of that many at any size of the map. A batch touches each page once; a
single insertion touches about log4(count / 32) of them. Whoever stores pages hands in functions that
read and write several at once. Pages are derived from the ledger's entries and carry no authority. Not
part of docs/formats.md: only the map's root is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ledger_service.domain.errors import InvalidMapProof
from ledger_service.domain.verifiable_map import (
    DIGEST_BITS,
    DIGEST_BYTES,
    NO_LEAVES,
    RECORD_BYTES,
    MapProof,
    Subtree,
    join,
    prove_absence,
    subtree_of,
)

MOST_RECORDS = 64  # in a page; more make rows fewer and single insertions slower
RECORDS_AHEAD = 4096  # whose pages are read at once, which bounds the memory of a batch
PAGES_TOGETHER = 2000  # written at once
LEVELS_AHEAD = 12  # of pages that a proof reads at once: enough for 16 · 4^12 digests
_LEAVES, _BRANCHES = b"\x00", b"\x01"
_DIGITS = ("00", "01", "10", "11")  # of which a level adds one to the prefix
_LEVEL_BITS = 2
_BITS_AHEAD = LEVELS_AHEAD * _LEVEL_BITS

ReadPages = Callable[[Sequence[str]], Mapping[str, bytes]]
"""prefixes → those pages that exist."""
WritePages = Callable[[Mapping[str, bytes]], None]
"""Takes pages that are new or changed."""


def root_of(read: ReadPages) -> Subtree:
    """Return the whole map; its hash is the root."""
    return _subtree(read([""]).get(""), "")


def insert(records: Iterable[bytes], read: ReadPages, write: WritePages) -> Subtree:
    """Return the map after these records came in, of 40 bytes each and in any order.

    Of a digest that comes again the lowest index counts, so the result does not depend on how the
    records are spread over batches. The root page is written last and in any case, be the batch empty.

    Raises:
        InvalidMapProof: a page is missing or lacks leaves.
    """
    ordered = _first_of_each(sorted(records))
    insertion = _Insertion(read, write)
    root = insertion.put("", ordered)
    insertion.flush()
    return root


def prove(digest: bytes, read: ReadPages) -> MapProof | None:
    """Return the proof that the digest is not in the map, None if it is.

    It holds if the pages do; check it before it is given away. Raises InvalidMapProof if they do not.
    """
    path = f"{int.from_bytes(digest):0{DIGEST_BITS}b}"
    pages: Mapping[str, bytes] = {}
    siblings: list[bytes] = []  # from the root downward
    for depth in range(0, DIGEST_BITS, _LEVEL_BITS):
        prefix = path[:depth]
        if depth % _BITS_AHEAD == 0:
            ahead = range(depth, depth + _BITS_AHEAD, _LEVEL_BITS)
            pages = read([path[:deeper] for deeper in ahead])
        page = pages.get(prefix)
        if page is None or page[:1] != _BRANCHES:
            rest = prove_absence(_records(page), digest, depth)
            if rest is None:
                return None
            return MapProof((*rest.siblings, *reversed(siblings)), rest.other)
        digit = int(path[depth : depth + _LEVEL_BITS], 2)
        low, high, below = _descend(_children(page), digit)
        siblings += below
        if high - low > 1 or _children(page)[low].leaves < 2:
            return _end_of_path(digest, prefix, _children(page)[low:high], low, siblings, read)
    raise InvalidMapProof("The stored map goes on below a whole digest.")


def _descend(children: list[Subtree], digit: int) -> tuple[int, int, list[bytes]]:
    """Return which children are left below the path of a digit, and the siblings on the way.

    More than one is left only if they hold one leaf at most, where a path ends.
    """
    low, high = 0, len(_DIGITS)
    siblings: list[bytes] = []
    while high - low > 1 and sum(child.leaves for child in children[low:high]) > 1:
        middle = (low + high) // 2
        if digit < middle:
            siblings.append(_combined(children[middle:high]).hash)
            high = middle
        else:
            siblings.append(_combined(children[low:middle]).hash)
            low = middle
    return low, high, siblings


def _end_of_path(
    digest: bytes,
    prefix: str,
    children: list[Subtree],
    first: int,
    siblings: list[bytes],
    read: ReadPages,
) -> MapProof | None:
    """Return the proof of a path that ends among children that hold one leaf at most."""
    upward = tuple(reversed(siblings))
    for digit, child in enumerate(children, first):
        if child.leaves:
            place = prefix + _DIGITS[digit]
            leaf = b"".join(_records(read([place]).get(place)))
            if len(leaf) != RECORD_BYTES:
                raise InvalidMapProof(f"The stored map lacks the leaf below {place}.")
            return None if leaf.startswith(digest) else MapProof(upward, leaf)
    return MapProof(upward, None)


class _Insertion:
    """One batch on its way down the pages. Pages are read ahead as soon as few records are left."""

    def __init__(self, read: ReadPages, write: WritePages) -> None:
        self._read = read
        self._write = write
        self._ahead: dict[str, bytes] = {}
        self._ahead_below: str | None = None
        self._changed: dict[str, bytes] = {}

    def put(self, prefix: str, records: Sequence[bytes]) -> Subtree:
        """Return the subtree below a prefix after the records came in; sorted, each digest once."""
        page = self._page(prefix, records)
        if page is None or page[:1] != _BRANCHES:
            held = _records(page)
            return self._build(prefix, _first_of_each(sorted([*held, *records])))
        children = _children(page)
        for digit, part in _parts(records, len(prefix)):
            place = prefix + _DIGITS[digit]
            before = children[digit].leaves
            children[digit] = (self.put if before else self._build)(place, part)
            if children[digit].leaves < before:
                raise InvalidMapProof(f"The stored map lacks leaves below {place}.")
        return self._branch(prefix, children)

    def _build(self, prefix: str, records: Sequence[bytes]) -> Subtree:
        """Return the subtree of exactly these records, in pages that take the place of a smaller one."""
        if len(records) <= MOST_RECORDS:
            self._keep(prefix, _LEAVES + b"".join(records))
            return subtree_of(records, len(prefix))
        children = [NO_LEAVES] * len(_DIGITS)
        for digit, part in _parts(records, len(prefix)):
            children[digit] = self._build(prefix + _DIGITS[digit], part)
        return self._branch(prefix, children)

    def _branch(self, prefix: str, children: list[Subtree]) -> Subtree:
        encoded = (child.leaves.to_bytes(8, "big") + child.hash for child in children)
        self._keep(prefix, _BRANCHES + b"".join(encoded))
        return _combined(children)

    def _page(self, prefix: str, records: Sequence[bytes]) -> bytes | None:
        if self._ahead_below is None or not prefix.startswith(self._ahead_below):
            if len(records) > RECORDS_AHEAD:
                return self._read([prefix]).get(prefix)
            self._read_ahead(prefix, records)
        return self._ahead.get(prefix)

    def _read_ahead(self, prefix: str, records: Sequence[bytes]) -> None:
        self._ahead, self._ahead_below = {}, prefix
        level: dict[str, Sequence[bytes]] = {prefix: records}
        while level:
            pages = self._read(list(level))
            self._ahead.update(pages)
            level = {
                place + _DIGITS[digit]: part
                for place, page in pages.items()
                if page[:1] == _BRANCHES
                for digit, part in _parts(level[place], len(place))
            }

    def _keep(self, prefix: str, page: bytes) -> None:
        self._changed[prefix] = page
        if len(self._changed) >= PAGES_TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Write what is still held back."""
        if self._changed:
            self._write(self._changed)
            self._changed = {}


def _subtree(page: bytes | None, prefix: str) -> Subtree:
    if page is not None and page[:1] == _BRANCHES:
        return _combined(_children(page))
    return subtree_of(_records(page), len(prefix))


def _records(page: bytes | None) -> list[bytes]:
    if page is None:
        return []
    if page[:1] != _LEAVES or len(page) % RECORD_BYTES != 1:
        raise InvalidMapProof("A page of the stored map is damaged.")
    return [page[at : at + RECORD_BYTES] for at in range(1, len(page), RECORD_BYTES)]


def _children(page: bytes) -> list[Subtree]:
    if len(page) != 1 + len(_DIGITS) * 40:
        raise InvalidMapProof("A page of the stored map is damaged.")
    return [
        Subtree(int.from_bytes(page[at : at + 8]), page[at + 8 : at + 40])
        for at in range(1, len(page), 40)
    ]


def _combined(subtrees: list[Subtree]) -> Subtree:
    """Return the subtree of 1, 2 or 4 neighbors."""
    while len(subtrees) > 1:
        subtrees = [
            join(left, right) for left, right in zip(subtrees[::2], subtrees[1::2], strict=True)
        ]
    return subtrees[0]


def _parts(records: Sequence[bytes], depth: int) -> Iterator[tuple[int, Sequence[bytes]]]:
    """Yield (digit, records that have it after `depth` equal bits); records are sorted."""
    at, shift = depth // 8, 8 - _LEVEL_BITS - depth % 8
    start, end = 0, len(records)
    while start < end:
        first = records[start]
        upper = first[at] >> shift
        digit, stop = upper % len(_DIGITS), end
        if digit < len(_DIGITS) - 1:
            stop = bisect_left(records, first[:at] + bytes([upper + 1 << shift]), start)
        yield digit, records[start:stop]
        start = stop


def _first_of_each(ordered: list[bytes]) -> list[bytes]:
    """Return sorted records without those that have the digest of the one before."""
    kept: list[bytes] = []
    last = b""
    for leaf in ordered:
        digest = leaf[:DIGEST_BYTES]
        if digest != last:
            kept.append(leaf)
            last = digest
    return kept
