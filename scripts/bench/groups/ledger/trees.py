"""Building a Merkle tree of ready digests, beside npm @openzeppelin/merkle-tree."""

from __future__ import annotations

import hashlib

from ledger_service.domain.ledger.merkle import Frontier, leaf_hash
from scripts.bench.page import Ratio, Section
from scripts.bench.peer import node_peer, peer
from scripts.bench.rounds import interleave, rate_of

COUNT = 1_000_000
PEER_COUNT = 100_000  # the peer's rate falls with size, so a smaller tree favors it


def run() -> Section:
    """Return rates and their ratio: leaves hashed and put under one root, a second."""
    digests = [hashlib.sha256(b"%d" % number).digest() for number in range(COUNT)]

    def ours() -> float:
        return rate_of(COUNT, lambda: Frontier().extend([leaf_hash(one) for one in digests]))

    command = node_peer("openzeppelin_tree.mjs", str(PEER_COUNT))
    with peer(command) as theirs:
        found = interleave({"muhr": ours, "openzeppelin": theirs})
    section = Section(
        "trees",
        "Building the tree",
        [Ratio("leaves a second, Muhr / OpenZeppelin SimpleMerkleTree",
               found["muhr"].median / found["openzeppelin"].median, 50)],
    )  # fmt: skip
    section.lines.append(
        f"{COUNT:,} digests, all inner nodes kept; the peer builds {PEER_COUNT:,}, which favors it."
    )
    section.figure("Muhr", found["muhr"], "leaves/s")
    section.figure("OpenZeppelin SimpleMerkleTree", found["openzeppelin"], "leaves/s")
    return section
