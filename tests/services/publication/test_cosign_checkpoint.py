"""A witness: it signs what extends what it signed before, stores that first, and nothing else."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ledger_service.adapters.signer import Ed25519Signer, check_ed25519
from ledger_service.adapters.witness_store import SqliteWitnessStore
from ledger_service.domain.errors import (
    InvalidCheckpoint,
    InvalidCheckpointSignature,
    InvalidConsistencyProof,
    InvalidSubmission,
    LedgerBusy,
    LogNotKnown,
    StorageFull,
    WitnessHasOtherSize,
)
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.domain.ledger.merkle import Frontier, NodeName
from ledger_service.domain.publication.cosignature import WitnessKey, cosignatures_of
from ledger_service.domain.publication.submission import Submission
from ledger_service.services.publication.cosign_checkpoint import cosign_checkpoint
from tests.simulators.bench import signer_of

LOG = signer_of("ledger", "ledger.example.uz/main")
WITNESS = signer_of("witness", "witness.example.uz/w1")
KEY = WitnessKey(WITNESS.key.name, WITNESS.key.public_key)
NOW = 1_795_426_002
LARGEST = 40


class History:
    """A ledger that grew by entries of one word."""

    def __init__(self, word: bytes, fork_at: int = 0) -> None:
        self._nodes: dict[NodeName, bytes] = {}
        self.roots = [merkle.EMPTY_ROOT]
        frontier = Frontier()
        for index in range(LARGEST):
            entry = (word if index >= fork_at else b"ours") + str(index).encode()
            self._nodes.update(frontier.append(merkle.leaf_hash(entry)))
            self.roots.append(frontier.root())

    def note(self, size: int, signer: Ed25519Signer = LOG) -> str:
        text = Checkpoint(signer.key.name, size, self.roots[size]).format()
        return sign_note(text, signer.key, signer.sign)

    def submission(self, old: int, size: int) -> Submission:
        proof = merkle.consistency_proof(old, size, lambda names: [self._nodes[n] for n in names])
        return Submission(old, tuple(proof), self.note(size))


HISTORY = History(b"ours")
FORK = History(b"theirs", fork_at=10)
Cosign = Callable[[Submission], str]


@pytest.fixture
def store(tmp_path: Path) -> SqliteWitnessStore:
    store = SqliteWitnessStore(tmp_path / "witness.db")
    store.add(LOG.key)
    return store


@pytest.fixture
def cosign(store: SqliteWitnessStore) -> Cosign:
    def run(submission: Submission) -> str:
        return cosign_checkpoint(store, WITNESS, lambda: NOW, submission.format(), check_ed25519)

    return run


def size_of(store: SqliteWitnessStore) -> int:
    return store.all()[0][1]


def test_a_ledger_that_grows_is_cosigned(cosign: Cosign, store: SqliteWitnessStore) -> None:
    size = 0
    for new in (1, 2, 7, 7, 16, 40):
        submission = HISTORY.submission(size, new)
        line = cosign(submission)
        (held,) = cosignatures_of(submission.note + line, [KEY], check_ed25519)
        assert (held.key, held.at) == (KEY, NOW)
        size = new
        assert store.all() == [(LOG.key, size, NOW)]


def test_the_whole_checkpoint_is_kept(
    cosign: Cosign, store: SqliteWitnessStore, tmp_path: Path
) -> None:
    cosign(HISTORY.submission(0, 5))
    again = SqliteWitnessStore(tmp_path / "witness.db")
    with again.log(LOG.key.name) as log:
        assert (log.size, log.root) == (5, HISTORY.roots[5])
    with closing(sqlite3.connect(tmp_path / "witness.db")) as connection:
        assert connection.execute("SELECT note FROM log").fetchone() == (HISTORY.note(5),)


def test_an_empty_ledger_is_cosigned(cosign: Cosign) -> None:
    assert cosign(HISTORY.submission(0, 0))


def test_another_start_than_the_last_is_refused_with_the_size(
    cosign: Cosign, store: SqliteWitnessStore
) -> None:
    cosign(HISTORY.submission(0, 12))
    for old, new in ((0, 13), (5, 13), (11, 12), (13, 14)):
        with pytest.raises(WitnessHasOtherSize) as refused:
            cosign(HISTORY.submission(old, new))
        assert refused.value.size == 12
    assert size_of(store) == 12


def test_an_older_checkpoint_is_refused(cosign: Cosign) -> None:
    cosign(HISTORY.submission(0, 12))
    with pytest.raises(WitnessHasOtherSize):
        cosign(HISTORY.submission(0, 11))
    with pytest.raises(InvalidSubmission):
        cosign(Submission(12, (), HISTORY.note(11)))


def test_a_fork_is_refused_and_changes_nothing(cosign: Cosign, store: SqliteWitnessStore) -> None:
    cosign(HISTORY.submission(0, 12))
    with pytest.raises(InvalidConsistencyProof):
        cosign(FORK.submission(12, 20))
    with pytest.raises(InvalidConsistencyProof, match=r"two-roots"):
        cosign(FORK.submission(12, 12))
    assert store.all() == [(LOG.key, 12, NOW)]
    cosign(HISTORY.submission(12, 20))


def test_a_fork_after_what_was_cosigned_is_not_a_fork_yet(cosign: Cosign) -> None:
    cosign(HISTORY.submission(0, 10))
    cosign(FORK.submission(10, 20))
    with pytest.raises(InvalidConsistencyProof):
        cosign(HISTORY.submission(20, 30))


def test_a_changed_proof_is_refused(cosign: Cosign) -> None:
    cosign(HISTORY.submission(0, 11))
    good = HISTORY.submission(11, 29)
    for proof in (
        good.proof[:-1],
        (*good.proof, bytes(32)),
        good.proof[::-1],
        (bytes(32), *good.proof[1:]),
        (),
    ):
        with pytest.raises(InvalidConsistencyProof):
            cosign(replace(good, proof=proof))
    with pytest.raises(InvalidConsistencyProof):
        cosign(Submission(11, good.proof, HISTORY.note(30)))


def test_a_first_submission_has_no_proof(cosign: Cosign) -> None:
    with pytest.raises(InvalidConsistencyProof):
        cosign(Submission(0, (bytes(32),), HISTORY.note(4)))


def test_another_ledger_or_key_is_refused(cosign: Cosign, store: SqliteWitnessStore) -> None:
    elsewhere = signer_of("ledger", "elsewhere.example/main")
    with pytest.raises(LogNotKnown):
        cosign(Submission(0, (), HISTORY.note(4, elsewhere)))
    thief = signer_of("thief", LOG.key.name)
    with pytest.raises(InvalidCheckpointSignature):
        cosign(Submission(0, (), HISTORY.note(4, thief)))
    with pytest.raises(InvalidCheckpointSignature):
        cosign(Submission(0, (), HISTORY.note(4).replace("\n4\n", "\n5\n")))
    assert size_of(store) == 0


@pytest.mark.parametrize(
    "note", ["", "nothing", "a\nb\n\nc\n", "a\n1\nAAAA\n\n\u2014 a AAAAAAAA\n"]
)
def test_what_is_no_checkpoint_is_refused(cosign: Cosign, note: str) -> None:
    with pytest.raises(InvalidCheckpoint):
        cosign(Submission(0, (), note))


def test_a_known_ledger_keeps_its_key_and_size(cosign: Cosign, store: SqliteWitnessStore) -> None:
    cosign(HISTORY.submission(0, 4))
    store.add(LOG.key)
    store.add(signer_of("thief", LOG.key.name).key)
    assert store.all() == [(LOG.key, 4, NOW)]


def test_nothing_is_answered_that_was_not_stored(
    store: SqliteWitnessStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(BaseException):
        pass

    def stop() -> int:
        raise Stopped

    body = HISTORY.submission(0, 4).format()
    with pytest.raises(Stopped):
        cosign_checkpoint(store, WITNESS, stop, body, check_ed25519)
    assert size_of(store) == 0


def test_of_many_at_once_one_wins_and_none_rolls_back(
    cosign: Cosign, store: SqliteWitnessStore
) -> None:
    cosign(HISTORY.submission(0, 8))
    answers: list[int] = []
    start = threading.Barrier(6)

    def race(size: int, history: History) -> None:
        submission = history.submission(8, size)
        start.wait()
        try:
            cosign(submission)
            answers.append(size)
        except WitnessHasOtherSize:
            pass

    pairs = [(size, history) for size in (12, 20, 30) for history in (HISTORY, FORK)]
    threads = [threading.Thread(target=race, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [size_of(store)]


def test_a_file_that_is_held_elsewhere_is_busy(
    store: SqliteWitnessStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger_service.adapters.witness_store.BUSY_SECONDS", 0)
    with closing(sqlite3.connect(tmp_path / "witness.db", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerBusy):
            store.all()
        holder.execute("ROLLBACK")
    assert size_of(store) == 0


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    store = SqliteWitnessStore(tmp_path / "witness.db")
    with store._transaction() as connection:
        [(pages,)] = connection.execute("PRAGMA page_count")
    with pytest.raises(StorageFull), store._transaction() as connection:
        connection.execute(f"PRAGMA max_page_count = {pages}")
        connection.execute(
            "INSERT INTO log VALUES ('o', 'k', 0, zeroblob(1000000), 'n', 0)",
        )
