"""Compare the copy of a ledger with its anchors, as our own index of the chain has them."""

from __future__ import annotations

from itertools import islice

from ledger_service.domain.identifiers import LedgerId
from ledger_service.domain.ledger.merkle import root_hash
from ledger_service.domain.reasons import Reason
from ledger_service.ports.publication import Mirrored
from ledger_service.services.library import Library

MOST_ANCHORS = 1000  # by which a copy may lag and still be compared


def compare_anchors(library: Library, mirrored: Mirrored) -> Reason | None:
    """Return in what a copy differs from its ledger's anchors; None if in nothing, as far as it goes.

    The contract takes an anchor only if it extends the one before. So the newest that the copy covers stands
    for all before it. What was found is noted with the copy.
    """
    ledger = LedgerId.of_origin(mirrored.key.name).hex()
    copy = library.mirrors.store(mirrored.id)
    with library.store.read() as transaction, copy.read() as copied:
        size, nodes = copied.ledger.size(), copied.ledger.read_nodes
        anchors = transaction.chain_index.newest_of(ledger, "CheckpointAnchored")
        for anchor in islice(anchors, MOST_ANCHORS):
            anchored = anchor.number("size")
            if anchored > size:
                continue
            root = root_hash(anchored, nodes).hex()
            found = (
                None
                if root == anchor.text("root")
                else _differs(anchored, root, anchor.text("root"))
            )
            break
        else:
            return mirrored.against
    if (found is None) != (mirrored.against is None):
        library.mirrors.note_anchors(mirrored.id, found)
    return mirrored.against if found is not None and mirrored.against is not None else found


def _differs(size: int, copied: str, anchored: str) -> Reason:
    return Reason("copy-against-anchor", {"size": size, "copied": copied, "anchored": anchored})
