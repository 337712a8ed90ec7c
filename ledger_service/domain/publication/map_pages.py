"""The verifiable map in pages, so that it can be stored: what an insertion reads and writes.

A page belongs to a prefix of the digests, written in bits. It holds its four children, each as count
and hash, and the records below that prefix if there are MOST_RECORDS of them at most; more are in pages
of the children. So a page with records is a quarter to all full at any size of the map, and of a page
that gets few records few are hashed again. A batch touches each page once; a single insertion touches
about log4(count / MOST_RECORDS) of them. Whoever stores pages hands in functions that read and write
several at once. Pages are derived from the ledger's entries and carry no authority. Not part of
docs/formats.md: only the map's root is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from struct import Struct

from ledger_service.domain.errors import InvalidMapProof
from ledger_service.domain.publication.verifiable_map import (
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

MOST_RECORDS = 128  # in a page; more make rows fewer and single insertions slower
RECORDS_AHEAD = 2048  # whose pages are read at once, which bounds the memory of a batch
PAGES_TOGETHER = 1000  # written at once
LEVELS_AHEAD = 10  # of pages that a proof reads at once: enough for 10^7 digests
_CHILDREN = Struct(">" + 4 * "Q32s")
_DIGITS = ("00", "01", "10", "11")  # of which a level adds one to the prefix
_LEVEL_BITS = 2
_BITS_AHEAD = LEVELS_AHEAD * _LEVEL_BITS

ReadPages = Callable[[Sequence[str]], Mapping[str, bytes]]
"""prefixes → those pages that exist."""
WritePages = Callable[[Mapping[str, bytes]], None]
"""Takes pages that are new or changed."""


def root_of(read: ReadPages) -> Subtree:
    """Return the whole map; its hash is the root."""
    children, _ = _opened(read([""]).get(""))
    return _combined(children)


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
        children, held = _opened(pages.get(prefix))
        digit = int(path[depth : depth + _LEVEL_BITS], 2)
        low, high, below = _descend(children, digit)
        siblings += below
        if held is not None:
            rest = [
                leaf for some, part in _parts(held, depth) if low <= some < high for leaf in part
            ]
            end = prove_absence(rest, digest, depth + _LEVEL_BITS)
            return end and MapProof((*end.siblings, *reversed(siblings)), end.other)
        if high - low > 1 or children[low].leaves < 2:
            return _end_of_path(digest, prefix, children[low:high], low, siblings, read)
    raise InvalidMapProof("below-digest")


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
            _, held = _opened(read([place]).get(place))
            if held is None or len(held) != 1:
                raise InvalidMapProof("leaf-missing", place=place)
            return None if held[0].startswith(digest) else MapProof(upward, held[0])
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
        depth = len(prefix)
        children, held = _opened(self._page(prefix, records))
        if held is not None:
            merged = _first_of_each(sorted([*held, *records]))
            if len(merged) > MOST_RECORDS:
                return self._build(prefix, merged)
            changed = [digit for digit, _ in _parts(records, depth)]
            return self._hold(prefix, merged, children, changed)
        for digit, part in _parts(records, depth):
            place = prefix + _DIGITS[digit]
            before = children[digit].leaves
            children[digit] = (self.put if before else self._build)(place, part)
            if children[digit].leaves < before:
                raise InvalidMapProof("leaves-missing", place=place)
        return self._keep(prefix, children)

    def _build(self, prefix: str, records: Sequence[bytes]) -> Subtree:
        """Return the subtree of exactly these records, in pages that take the place of a smaller one."""
        children = [NO_LEAVES] * len(_DIGITS)
        if len(records) <= MOST_RECORDS:
            return self._hold(prefix, records, children, range(len(_DIGITS)))
        for digit, part in _parts(records, len(prefix)):
            children[digit] = self._build(prefix + _DIGITS[digit], part)
        return self._keep(prefix, children)

    def _hold(
        self,
        prefix: str,
        records: Sequence[bytes],
        children: list[Subtree],
        changed: Collection[int],
    ) -> Subtree:
        """Return the subtree of a page with these records, of whose children only some changed."""
        for digit, part in _parts(records, len(prefix)):
            if digit in changed:
                children[digit] = subtree_of(part, len(prefix) + _LEVEL_BITS)
        return self._keep(prefix, children, records)

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
                if len(page) == _CHILDREN.size
                for digit, part in _parts(level[place], len(place))
            }

    def _keep(self, prefix: str, children: list[Subtree], records: Sequence[bytes] = ()) -> Subtree:
        self._changed[prefix] = _CHILDREN.pack(*chain(*children)) + b"".join(records)
        if len(self._changed) >= PAGES_TOGETHER:
            self.flush()
        return _combined(children)

    def flush(self) -> None:
        """Write what is still held back."""
        if self._changed:
            self._write(self._changed)
            self._changed = {}


def _opened(page: bytes | None) -> tuple[list[Subtree], list[bytes] | None]:
    """Return a page's children, and its records; None if these are in pages of the children."""
    if page is None:
        return [NO_LEAVES] * len(_DIGITS), []
    if len(page) < _CHILDREN.size:
        raise InvalidMapProof("page")
    fields = _CHILDREN.unpack_from(page)
    children = list(map(Subtree, fields[::2], fields[1::2]))
    leaves = sum(fields[::2])
    starts = range(_CHILDREN.size, len(page), RECORD_BYTES)
    if leaves and not starts:
        return children, None
    if len(page) != _CHILDREN.size + leaves * RECORD_BYTES:
        raise InvalidMapProof("page")
    return children, [page[at : at + RECORD_BYTES] for at in starts]


def _combined(subtrees: list[Subtree]) -> Subtree:
    """Return the subtree of 1, 2 or 4 neighbors."""
    if len(subtrees) == 1:
        return subtrees[0]
    middle = len(subtrees) // 2
    return join(_combined(subtrees[:middle]), _combined(subtrees[middle:]))


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
