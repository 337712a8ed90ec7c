"""While nothing is committed the worker rests: its rounds, and what runs beside them."""

from __future__ import annotations

import threading
import time

import pytest

from ledger_service import worker as working
from ledger_service.adapters.sql import changes
from ledger_service.adapters.sql.store import open_store, sqlite_url
from ledger_service.domain.errors import LedgerBusy
from ledger_service.services.imports.import_resources import import_claims
from ledger_service.worker import LOOKS_A_REST
from tests.services.chain.test_worker import StopAfter
from tests.services.imports.test_import_resources import claim_on
from tests.simulators.bench import OPERATOR, Bench


def seen(bench: Bench) -> str:
    """Return what the store tells once it looks anew."""
    time.sleep(changes.LOOK_SECONDS)
    return bench.store.changes()


def test_a_store_tells_that_somebody_has_committed(bench: Bench) -> None:
    first = seen(bench)
    with bench.store.read() as transaction:
        transaction.ledger.size()
    assert seen(bench) == first
    bench.license()
    own = seen(bench)
    assert own != first
    another = open_store(sqlite_url(bench.folder / "muhr.db"))
    with another.write() as transaction:
        transaction.worker_state.replace(transaction.worker_state.read())
        assert seen(bench) == own  # it is not committed yet
    another.close()
    assert seen(bench) not in (first, own)


def test_a_write_that_is_undone_is_none(bench: Bench) -> None:
    first = seen(bench)
    with pytest.raises(KeyError), bench.store.write() as transaction:
        transaction.worker_state.replace(transaction.worker_state.read())
        raise KeyError
    assert seen(bench) == first


def test_a_database_that_does_not_answer_is_told_and_asked_anew(bench: Bench) -> None:
    first = seen(bench)
    bench.store._changes._kept.connection.dbapi_connection.close()
    time.sleep(changes.LOOK_SECONDS)
    with pytest.raises(LedgerBusy):
        bench.store.changes()
    assert seen(bench) != first
    assert seen(bench) == seen(bench)


class Rounds:
    """Counts a worker's rounds, each of which finds nothing to do."""

    def __init__(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made = 0
        monkeypatch.setattr(changes, "LOOK_SECONDS", 0)
        monkeypatch.setattr(bench.worker, "round", self)
        bench.worker.run(StopAfter(1))  # which takes the lease and tells that it runs
        self.made = 0

    def __call__(self) -> int:
        self.made += 1
        return 0


def test_a_round_is_made_again_once_somebody_commits(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Commits(StopAfter):
        def wait(self, timeout: float | None = None) -> bool:
            is_over = super().wait(timeout)
            if len(self.waited) == LOOKS_A_REST // 2:
                bench.license()
            return is_over

    rounds = Rounds(bench, monkeypatch)
    bench.worker.run(StopAfter(LOOKS_A_REST // 2))
    assert rounds.made == 1
    bench.worker.run(Commits(LOOKS_A_REST // 2 + 1))
    assert rounds.made == 1 + 2


def test_a_round_is_made_again_once_a_block_comes(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Mines(StopAfter):
        def wait(self, timeout: float | None = None) -> bool:
            if len(self.waited) == 1:
                bench.chain.mine()
            return super().wait(timeout)

    rounds = Rounds(bench, monkeypatch)
    bench.worker.run(StopAfter(LOOKS_A_REST - 1))
    assert rounds.made == 1
    bench.worker.run(Mines(LOOKS_A_REST - 1))
    assert rounds.made == 1 + 2


def test_a_step_is_taken_when_something_was_committed_or_it_has_more_to_do(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "IDLE_SECONDS", 0.02)
    monkeypatch.setattr(working, "LOOK_SECONDS", 0.02)
    taken, more = threading.Semaphore(0), [True, True]

    def step(_stops: working.Stops) -> object:
        taken.release()
        return more and more.pop()

    worker = bench.another_worker()
    monkeypatch.setattr(worker, "steps", lambda: {"step": step})
    monkeypatch.setattr(worker, "round", lambda: 0)
    stop = threading.Event()
    running = threading.Thread(target=worker.run, args=(stop,))
    running.start()
    try:
        for _ in range(3):  # at its start, and twice since there is more to do
            assert taken.acquire(timeout=5)
        while taken.acquire(timeout=1):  # for what the worker tells at its start
            pass
        bench.license()
        assert taken.acquire(timeout=5)
        assert not taken.acquire(timeout=1)
    finally:
        stop.set()
        running.join()


def test_who_leads_writes_only_when_a_third_of_the_lease_has_passed(bench: Bench) -> None:
    seconds = bench.library.limits.lease_seconds
    assert bench.worker._leads()
    first = seen(bench)
    bench.clock.advance(seconds // 3)
    assert bench.worker._leads()
    assert seen(bench) == first
    bench.clock.advance(1)
    assert bench.worker._leads()
    assert seen(bench) != first
    bench.clock.advance(-1 - seconds // 3)  # a clock that was set back renews it, too
    renewed = seen(bench)
    assert bench.worker._leads()
    assert seen(bench) != renewed


def test_a_worker_that_lost_the_lease_stops_at_once(bench: Bench) -> None:
    assert bench.worker._leads()
    bench.clock.advance(bench.library.limits.lease_seconds)
    other = bench.another_worker()
    assert other._leads()
    assert not bench.worker._leads()


def test_an_import_that_ends_is_anchored_without_a_rest(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "LOOK_SECONDS", 0)  # no wait takes time here: each look is anew

    class EndsImport(StopAfter):
        def wait(self, timeout: float | None = None) -> bool:
            is_over = super().wait(timeout)
            if len(self.waited) == 2:
                import_claims(bench.library, OPERATOR, "import-1", [], is_last=True)
            return is_over

    bench.license()
    bench.settle()
    before = len(bench.chain.events_named("CheckpointAnchored"))
    import_claims(bench.library, OPERATOR, "import-1", [claim_on()])
    bench.worker.run(EndsImport(LOOKS_A_REST))  # one rest, were it not cut short
    assert len(bench.chain.events_named("CheckpointAnchored")) == before + 1
