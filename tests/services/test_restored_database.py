"""An old or changed copy of the database: noticed before anything is written."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from ledger_service.domain.errors import DeploymentMismatch, TransactionRejected
from ledger_service.services.publication.anchor_ledger import (
    check_extends_anchor,
    queue_anchor,
    sign_checkpoint,
)
from tests.simulators.bench import Bench


@pytest.fixture
def old_copy(bench: Bench, tmp_path: Path) -> Path:
    """Return a copy of the database from before the last registration."""
    bench.registered()
    path = tmp_path / "old.db"
    bench.release()
    shutil.copy(bench.folder / "muhr.db", path)
    bench.registered(b"another book", title="Another")
    return path


def put_back(copy: Path, bench: Bench) -> None:
    bench.store.close()
    shutil.copy(copy, bench.folder / "muhr.db")


def test_an_old_copy_is_refused_at_the_start(bench: Bench, old_copy: Path) -> None:
    bench.worker.start()
    put_back(old_copy, bench)
    size = len(bench.entries())
    with pytest.raises(DeploymentMismatch, match=r"deployment-mismatch.database-behind"):
        bench.another_worker().start()
    assert len(bench.entries()) == size


def test_an_old_copy_that_grew_another_way_is_never_anchored(bench: Bench, old_copy: Path) -> None:
    put_back(old_copy, bench)
    anchors = len(bench.chain.events_named("CheckpointAnchored"))
    for number in range(3):
        bench.register(f"a different book {number}".encode(), title=str(number))
    with pytest.raises(DeploymentMismatch):
        bench.settle()
    assert len(bench.chain.events_named("CheckpointAnchored")) == anchors


def test_a_tree_that_was_changed_under_an_anchor_is_refused(bench: Bench) -> None:
    bench.registered()
    connection = sqlite3.connect(bench.folder / "muhr.db")
    connection.execute("UPDATE tile SET hashes = ?", (b"\x01" * 510 * 32,))
    connection.commit()
    connection.close()
    with pytest.raises(DeploymentMismatch):
        bench.worker.start()


def test_the_size_and_root_on_chain_are_those_of_the_ledger(bench: Bench) -> None:
    bench.registered()
    size, root = check_extends_anchor(bench.library)
    assert (size, root) == bench.chain.anchored(bench.library.ledger)
    assert size == len(bench.entries())


def test_a_checkpoint_that_was_stored_and_not_signed_is_signed_before_any_other(
    bench: Bench,
) -> None:
    with bench.store.write() as transaction:
        frontier = transaction.ledger.frontier()
        transaction.checkpoints.add(frontier.size, frontier.root(), bench.clock())
    size = len(bench.entries())
    bench.register()
    assert sign_checkpoint(bench.library, bench.signer) == size
    assert sign_checkpoint(bench.library, bench.signer) == size + 2  # the claim, and the map
    assert sign_checkpoint(bench.library, bench.signer) is None


def test_an_anchor_whose_job_was_lost_is_adopted(bench: Bench) -> None:
    bench.settle()
    connection = sqlite3.connect(bench.folder / "muhr.db")
    connection.execute('UPDATE checkpoint SET block = NULL, "transaction" = NULL')
    connection.execute("DELETE FROM sent_transaction")
    connection.execute("DELETE FROM job")
    connection.commit()
    with bench.store.write() as transaction:
        transaction.chain_index.rewind_to(-1)
    assert not queue_anchor(bench.library)  # the index does not know of it yet
    bench.worker.round()
    with bench.store.read() as transaction:
        anchored = transaction.checkpoints.latest_anchored()
    (event,) = bench.chain.events_named("CheckpointAnchored")
    assert anchored is not None
    assert (anchored.block, anchored.transaction) == (event.block, event.transaction)
    connection.close()


def test_one_anchor_at_a_time_is_under_way(bench: Bench) -> None:
    assert not queue_anchor(bench.library)
    sign_checkpoint(bench.library, bench.signer)
    assert queue_anchor(bench.library)
    assert not queue_anchor(bench.library)


def refuse() -> None:
    raise TransactionRejected("reverted")


def test_an_anchor_that_the_chain_refused_is_not_queued_twice_in_a_second(bench: Bench) -> None:
    sign_checkpoint(bench.library, bench.signer)
    bench.chain.interrupt["prepare"] = refuse
    bench.worker.round()
    bench.worker.round()
    assert not queue_anchor(bench.library)
    bench.clock.advance(1)
    assert queue_anchor(bench.library)
    bench.settle()
    assert len(bench.chain.events_named("CheckpointAnchored")) == 1
