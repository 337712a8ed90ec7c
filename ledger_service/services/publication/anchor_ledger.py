"""Publish the ledger: sign checkpoints, and anchor them on chain with a consistency proof.

Size and root are stored before they are signed, so two inconsistent checkpoints are never signed,
not even across a crash.
"""

from __future__ import annotations

from ledger_service.domain.chain.intent import AnchorCheckpoint
from ledger_service.domain.chain.job import JobName
from ledger_service.domain.errors import DeploymentMismatch
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.ports.ledger import Signer
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.publication.update_map import append_map_entry, catch_up_map


def sign_checkpoint(library: Library, signer: Signer) -> int | None:
    """Return the size of the checkpoint that was signed now, or None if the ledger did not grow."""
    with library.store.read() as transaction:
        pending = transaction.checkpoints.unsigned()
        grew, lacks_map = _grew(transaction), transaction.map_pages.version() is None
    if not pending and (grew or lacks_map):
        catch_up_map(library)
    if not pending and not grew:
        return None
    with library.store.write() as transaction:
        pending = transaction.checkpoints.unsigned()
        if not pending and _grew(transaction):
            append_map_entry(transaction, library.clock())
            frontier = transaction.ledger.frontier()
            pending = [(frontier.size, frontier.root())]
            transaction.checkpoints.add(frontier.size, frontier.root(), library.clock())
    signed = None
    for size, root in pending:
        text = Checkpoint(library.key.name, size, root).format()
        note = sign_note(text, signer.key, signer.sign)
        with library.store.write() as transaction:
            transaction.checkpoints.set_note(size, note)
        signed = size
    return signed


def _grew(transaction: Transaction) -> bool:
    """Return whether there are entries above the newest signed checkpoint."""
    latest = transaction.checkpoints.latest()
    return transaction.ledger.size() > (latest.size if latest else 0)


def queue_anchor(library: Library) -> bool:
    """Return whether an anchor of the newest checkpoint was queued; one at a time is under way.

    None is, while something is carried to new contracts that must stand there first.

    Raises:
        DeploymentMismatch: the chain holds an anchor that this ledger does not extend.
    """
    with library.store.read() as transaction:
        latest = transaction.checkpoints.latest()
        anchored = transaction.checkpoints.latest_anchored()
        busy = transaction.jobs.pending_anchors()
        former = transaction.former.newest()
    if busy or latest is None or (anchored is not None and anchored.size >= latest.size):
        return False
    if former is not None and former.holds_anchor:
        return False
    old_size, _ = check_extends_anchor(library)
    if old_size >= latest.size:
        return _adopt_anchor(library, latest.size)
    with library.store.write() as transaction:
        proof = merkle.consistency_proof(old_size, latest.size, transaction.ledger.read_nodes)
        intent = AnchorCheckpoint(old_size, latest.size, latest.root, tuple(proof))
        now = library.clock()
        name = JobName.of(intent, attempt=now)
        if transaction.jobs.find(name) is not None:
            return False
        transaction.jobs.add(name, intent, now)
    return True


def check_extends_anchor(library: Library) -> tuple[int, bytes]:
    """Return the size and root on chain if the chain is ours and our ledger extends them.

    Raises:
        DeploymentMismatch: another chain; or a database that is older than its anchor, or that
            tells another history.
    """
    library.chain.check_deployment()
    size, root = library.chain.anchored(library.ledger)
    with library.store.read() as transaction:
        ours = transaction.ledger.size()
        good = size <= ours and (
            size == 0 or merkle.root_hash(size, transaction.ledger.read_nodes) == root
        )
    if not good:
        raise DeploymentMismatch("database-behind", size=size, ours=ours)
    return size, root


def _adopt_anchor(library: Library, size: int) -> bool:
    """Mark a checkpoint whose anchor stands on chain although its job was lost."""
    with library.store.write() as transaction:
        for event in transaction.chain_index.events_of([library.ledger.hex()]):
            if event.name == "CheckpointAnchored" and event.number("size") == size:
                transaction.checkpoints.set_anchor(size, event.block, event.transaction)
                return True
    return False
