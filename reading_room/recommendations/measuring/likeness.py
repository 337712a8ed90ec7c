"""How like works are by what is catalogued: TF-IDF of subjects, names and words of titles, by scipy."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from typing import Any

from reading_room.recommendations.rules.nearness import COLUMNS

MOST_SHARING = 1_000  # works: what more of them share tells nothing, and costs most
ROWS = 512  # works that are compared at once
LEAST_LIKENESS = 0.05  # cosine


class Features:
    """The features of works, as a sparse matrix that grows: 8 bytes a feature."""

    def __init__(self) -> None:
        self._columns, self._weights, self._starts = array("i"), array("f"), array("q", [0])

    def add(self, features: Mapping[int, int]) -> None:
        """Add a work by its features and their weights."""
        self._columns.extend(features)
        self._weights.extend(features.values())
        self._starts.append(len(self._columns))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def matrix(self) -> Any:
        """Return works by features, each row of length one; what nobody shares, or too many, is left out."""
        import numpy  # noqa: PLC0415 - an extra of the package
        from scipy import sparse  # noqa: PLC0415

        columns = numpy.frombuffer(self._columns, dtype=numpy.int32)
        weights = numpy.frombuffer(self._weights, dtype=numpy.float32)
        shared = numpy.bincount(columns, minlength=COLUMNS)
        rarity = numpy.log(len(self) / numpy.maximum(shared, 1)) + 1
        rarity[(shared < 2) | (shared > MOST_SHARING)] = 0
        data = (weights * rarity[columns]).astype(numpy.float32)
        starts = numpy.frombuffer(self._starts, dtype=numpy.int64)
        made = sparse.csr_matrix((data, columns, starts), shape=(len(self), COLUMNS))
        made.eliminate_zeros()
        lengths = numpy.sqrt(made.multiply(made).sum(axis=1)).A1
        scale = 1 / numpy.where(lengths > 0, lengths, 1)
        return (sparse.diags(scale.astype(numpy.float32)) @ made).tocsr()


def most_like(features: Features, most: int) -> Iterator[list[int]]:
    """Yield for each work, in the order in which they were added, the most like ones, at most so many."""
    if not features:
        return
    works = features.matrix()
    turned = works.T.tocsr()
    for first in range(0, len(features), ROWS):
        block = (works[first : first + ROWS] @ turned).tocsr()
        for row in range(block.shape[0]):
            yield _best(block, row, first + row, most)


def _best(block: Any, row: int, itself: int, most: int) -> list[int]:
    import numpy  # noqa: PLC0415

    start, end = block.indptr[row], block.indptr[row + 1]
    others, likeness = block.indices[start:end], block.data[start:end]
    told = (others != itself) & (likeness >= LEAST_LIKENESS)
    others, likeness = others[told], likeness[told]
    if len(others) > most:  # equal ones in the order of their age, as lexsort has it
        least = numpy.partition(likeness, -most)[-most]
        kept = likeness >= least
        others, likeness = others[kept], likeness[kept]
    order = numpy.lexsort((others, -likeness))[:most]
    return [int(one) for one in others[order]]
