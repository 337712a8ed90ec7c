"""Proofs of many leaves at once are those of each leaf, and read each node once."""

from __future__ import annotations

import random

from ledger_service.domain.ledger.many_proofs import inclusion_proofs
from ledger_service.domain.ledger.merkle import (
    Frontier,
    check_inclusion,
    inclusion_proof,
    leaf_hash,
)


def test_many_proofs_are_those_of_each() -> None:
    dice = random.Random(7)
    for size in (1, 2, 3, 7, 8, 31, 32, 33, 64, 100, 255, 256, 257, 1000):
        leaves = [leaf_hash(b"%d" % number) for number in range(size)]
        frontier, nodes = Frontier(), {}
        for leaf in leaves:
            nodes |= dict(frontier.append(leaf))
        asked: list[object] = []

        def read(names, nodes=nodes, asked=asked):
            asked.extend(names)
            return [nodes[name] for name in names]

        indexes = sorted(dice.sample(range(size), min(size, 80)))
        proofs = inclusion_proofs(indexes, size, read)
        assert len(asked) == len(set(asked))
        for index, proof in zip(indexes, proofs, strict=True):
            assert proof == inclusion_proof(index, size, read)
            check_inclusion(leaves[index], index, size, proof, frontier.root())
    assert inclusion_proofs([], 5, lambda names: [nodes[name] for name in names]) == []
