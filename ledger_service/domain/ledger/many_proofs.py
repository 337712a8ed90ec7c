"""Inclusion proofs of many leaves at once, each as `merkle.inclusion_proof` gives it.

Leaves side by side share all of their proofs but the lowest part, which is taken out of the subtree in which
they are by their places alone. So a page of a list costs little more than one proof.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.ledger.merkle import (
    NodeName,
    Path,
    ReadNodes,
    folded_at,
    name_of_pair,
    path_above,
)

HEIGHT = 5  # of the subtrees
WIDTH = 1 << HEIGHT
FEW = 4  # leaves of a subtree, for which it need not be read whole
_PLACES = [(level, place) for level in range(HEIGHT) for place in range(WIDTH >> level)]
_STARTS = [2 * WIDTH - (2 * WIDTH >> level) for level in range(HEIGHT)]  # of each level in these
_SIBLINGS = [
    [_STARTS[level] + (leaf >> level ^ 1) for level in range(HEIGHT)] for leaf in range(WIDTH)
]
"""Where the lowest part of each leaf's proof stands among the nodes of its subtree."""


def inclusion_proofs(indexes: Sequence[int], size: int, read: ReadNodes) -> list[list[bytes]]:
    """Return `inclusion_proof` of each of these leaves, in their order; nodes are read in one go.

    Raises:
        InvalidInput: an index is out of bounds.
    """
    subtrees: dict[int, list[int]] = defaultdict(list)
    for index in indexes:
        if not 0 <= index < size:
            raise InvalidInput("index", index=index, size=size)
        subtrees[index >> HEIGHT].append(index)
    upper = {above: path_above(HEIGHT, above, size) for above in subtrees}
    whole: dict[int, list[NodeName]] = {}
    single: dict[int, Path] = {}
    for above, leaves in subtrees.items():
        if len(leaves) > FEW and (above + 1) << HEIGHT <= size:
            whole[above] = _names(above)
        else:
            single |= {leaf: path_above(0, leaf, size, HEIGHT) for leaf in leaves}
    found = _read(read, [names for names, _ in (*upper.values(), *single.values())], whole)
    ends = {above: _hashes(path, found) for above, path in upper.items()}
    proofs = {leaf: _hashes(path, found) + ends[leaf >> HEIGHT] for leaf, path in single.items()}
    for above, names in whole.items():
        nodes, end = [found[name] for name in names], ends[above]
        for leaf in subtrees[above]:
            proofs[leaf] = [nodes[place] for place in _SIBLINGS[leaf % WIDTH]] + end
    return [proofs[index] for index in indexes]


def _names(above: int) -> list[NodeName]:
    """Return all nodes of a subtree below its root, level by level."""
    return [name_of_pair((level, (above << HEIGHT - level) + place)) for level, place in _PLACES]


def _read(
    read: ReadNodes, paths: Sequence[list[NodeName]], whole: Mapping[int, list[NodeName]]
) -> dict[NodeName, bytes]:
    names = dict.fromkeys([name for path in (*paths, *whole.values()) for name in path])
    return dict(zip(names, read(list(names)), strict=True))


def _hashes(path: Path, nodes: Mapping[NodeName, bytes]) -> list[bytes]:
    names, edge = path
    return folded_at([nodes[name] for name in names], edge)
