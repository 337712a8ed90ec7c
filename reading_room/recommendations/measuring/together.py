"""Which works the same readers read: counts of pairs, as a sparse product, some rows at a time."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from reading_room.recommendations.ports import Drawn, Noise
from reading_room.recommendations.rules.terms import Terms, bounded

ROWS = 8_192  # works whose counts are in memory at once


class Baskets(NamedTuple):
    """What each reader read, without who it was. works: digests; rows, starts: of a sparse matrix."""

    works: list[bytes]
    rows: array[int]
    starts: array[int]

    @property
    def readers(self) -> int:
        return len(self.starts) - 1


class Together(NamedTuple):
    """Pairs that are told, with their counts after noise; and what else is told of the window."""

    pairs: list[tuple[bytes, bytes, int]]
    readers: int
    pairs_before: int
    drawn: Drawn


def baskets_of(readers: Iterable[tuple[bytes, ...]], terms: Terms) -> Baskets:
    """Return the works of readers, of each as many as count."""
    numbers: dict[bytes, int] = {}
    rows, starts = array("i"), array("q", [0])
    for works in readers:
        rows.extend(numbers.setdefault(work, len(numbers)) for work in bounded(works, terms))
        starts.append(len(rows))
    return Baskets(list(numbers), rows, starts)


def counts_above(baskets: Baskets, terms: Terms) -> Iterator[tuple[int, int, int]]:
    """Yield the pairs that k readers read: the places of both works, and how far they are above k - 1."""
    import numpy  # noqa: PLC0415 - an extra of the package
    from scipy import sparse  # noqa: PLC0415

    if not baskets.rows:
        return
    ones: Any = numpy.ones(len(baskets.rows), dtype=numpy.int32)
    shape = (baskets.readers, len(baskets.works))
    read = sparse.csr_matrix((ones, baskets.rows, baskets.starts), shape=shape)
    readers_of = read.T.tocsr()
    for first in range(0, len(baskets.works), ROWS):
        counts = (readers_of[first : first + ROWS] @ read).tocoo()
        rows, columns, data = counts.row + first, counts.col, counts.data
        told = (rows < columns) & (data >= terms.k)
        for one, other, count in zip(rows[told], columns[told], data[told], strict=True):
            yield int(one), int(other), terms.above(int(count))


def count_together(baskets: Baskets, terms: Terms, noise: Noise) -> Together:
    """Return the pairs that are told of a window, after noise."""
    found = list(counts_above(baskets, terms))
    drawn = noise.draw({place: above for place, (_, _, above) in enumerate(found)}, terms)
    works = baskets.works
    pairs = [
        (works[found[place][0]], works[found[place][1]], count + terms.k - 1)
        for place, count in drawn.counts.items()
        if count >= drawn.threshold
    ]
    return Together(
        pairs,
        noise.total(baskets.readers, 1, terms),
        noise.total(len(found), terms.pairs_a_reader, terms),
        drawn,
    )
