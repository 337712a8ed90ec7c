"""Many requests in one transaction: each has its own outcome, and none is answered before the commit."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from ledger_service.adapters.sql import store as stores
from ledger_service.domain.errors import LedgerBusy, NoLiveGrant, ResourceNotFound
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.merkle import leaf_hash
from ledger_service.ports.store import Transaction
from ledger_service.services.group_appends import Appender
from ledger_service.services.ledger.append_entry import append_bodies
from ledger_service.services.lending.open_resource import open_resource
from tests.simulators.bench import Bench, Granted, as_reader

CALLERS = 32


class Gate:
    """A verb that tells when it has begun and goes on when it is let."""

    def __init__(self) -> None:
        self.begun, self.let = threading.Event(), threading.Event()

    def __call__(self, _: object, transaction: Transaction, requests: Sequence[bytes]) -> list[int]:
        self.begun.set()
        assert self.let.wait(20)
        return [append_bodies(transaction, [body]) for body in requests]


def append_all(
    batches: list[int], transaction: Transaction, bodies: Sequence[bytes]
) -> list[int | Exception]:
    """Append the bodies; refuse some, and fail as a whole if one of them is poison."""
    batches.append(len(bodies))
    outcomes: list[int | Exception] = []
    for body in bodies:
        if body == b"refuse":
            outcomes.append(ResourceNotFound("refused"))
        else:
            outcomes.append(append_bodies(transaction, [body]))
        if body == b"poison":
            raise ZeroDivisionError
    return outcomes


@pytest.fixture
def appender(bench: Bench) -> Iterator[Appender]:
    made = Appender(bench.store)
    yield made
    made.close()


def together(appender: Appender, batches: list[int], bodies: Sequence[bytes]) -> list[object]:
    """Return the outcomes of appending these at once: they wait until all of them have come."""
    gate = Gate()
    with ThreadPoolExecutor(len(bodies) + 1) as pool:
        pool.submit(appender.append, gate, None, b"first")
        assert gate.begun.wait(20)
        waiting = [pool.submit(appender.append, append_all, batches, body) for body in bodies]
        while appender._waiting.qsize() < len(bodies):
            pass
        assert not any(future.done() for future in waiting)
        gate.let.set()
        return [future.exception(20) or future.result() for future in waiting]


def test_requests_that_wait_share_a_transaction(bench: Bench, appender: Appender) -> None:
    batches: list[int] = []
    bodies = [b"%d" % number for number in range(CALLERS)]
    outcomes = together(appender, batches, bodies)
    assert batches == [CALLERS]
    stored = bench.bodies()
    assert [stored[int(str(index))] for index in outcomes] == bodies
    with bench.store.read() as transaction:
        root = transaction.ledger.frontier().root()
    assert merkle.root_of_leaves(map(leaf_hash, stored)) == root


def test_one_that_is_refused_spoils_nothing(bench: Bench, appender: Appender) -> None:
    batches: list[int] = []
    one, refused, other = together(appender, batches, [b"one", b"refuse", b"other"])
    assert isinstance(refused, ResourceNotFound)
    stored = bench.bodies()
    assert (stored[int(str(one))], stored[int(str(other))]) == (b"one", b"other")
    assert batches == [3]


def test_one_that_fails_is_undone_alone(bench: Bench, appender: Appender) -> None:
    batches: list[int] = []
    one, poison, other = together(appender, batches, [b"one", b"poison", b"other"])
    assert isinstance(poison, ZeroDivisionError)
    stored = bench.bodies()
    assert (stored[int(str(one))], stored[int(str(other))]) == (b"one", b"other")
    assert b"poison" not in stored
    assert len(stored) == 4  # with the steward's and the gate's
    assert batches == [3, 1, 1, 1]


def test_nobody_is_told_a_success_that_was_not_committed(
    bench: Bench, appender: Appender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "BUSY_TIMEOUT_MILLISECONDS", 1)
    with bench.store.write(), pytest.raises(LedgerBusy):
        appender.append(append_all, [], b"body")
    bench.store.close()
    assert len(bench.entries()) == 1
    assert appender.append(append_all, [], b"body") == 1  # and the appender goes on


def test_nobody_is_told_a_success_whose_commit_failed(bench: Bench, appender: Appender) -> None:
    def fail(_: object) -> None:
        raise OperationalError("COMMIT", None, sqlite3.OperationalError("database is locked"))

    event.listen(bench.store.engine, "commit", fail)
    with pytest.raises(LedgerBusy):
        appender.append(append_all, [], b"body")
    event.remove(bench.store.engine, "commit", fail)
    assert len(bench.entries()) == 1
    assert appender.append(append_all, [], b"body") == 1


def test_more_than_may_wait_are_told_that_the_ledger_is_busy(bench: Bench) -> None:
    appender, gate = Appender(bench.store, most_waiting=2), Gate()
    with ThreadPoolExecutor(3) as pool:
        pool.submit(appender.append, gate, None, b"first")
        assert gate.begun.wait(20)
        waiting = [pool.submit(appender.append, append_all, [], b"body") for _ in range(2)]
        while appender._waiting.qsize() < 2:
            pass
        with pytest.raises(LedgerBusy, match=r"ledger-busy.too-many-requests"):
            appender.append(append_all, [], b"one too many")
        gate.let.set()
        assert sorted(future.result(20) for future in waiting) == [2, 3]
    appender.close()
    assert bench.bodies()[1:] == [b"first", b"body", b"body"]


def test_a_closed_appender_has_finished_what_waited_and_begins_again(bench: Bench) -> None:
    appender, gate = Appender(bench.store), Gate()
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(appender.append, gate, None, b"first")
        assert gate.begun.wait(20)
        second = pool.submit(appender.append, append_all, [], b"second")
        while appender._waiting.empty():
            pass
        closing = pool.submit(appender.close)
        gate.let.set()
        closing.result(20)
        assert (first.result(20), second.result(20)) == (1, 2)
    appender.close()
    assert appender.append(append_all, [], b"third") == 3
    appender.close()


def test_coroutines_append_without_threads_that_wait(bench: Bench, appender: Appender) -> None:
    async def run() -> list[object]:
        calls = [
            appender.append_async(append_all, [], body)
            for body in [b"refuse", *(b"%d" % number for number in range(CALLERS))]
        ]
        given_up = asyncio.ensure_future(appender.append_async(append_all, [], b"given up"))
        await asyncio.sleep(0)
        given_up.cancel()
        return list(await asyncio.gather(*calls, return_exceptions=True))

    refused, *indices = asyncio.run(run())
    assert isinstance(refused, ResourceNotFound)
    stored = bench.bodies()
    assert [stored[int(str(index))] for index in indices] == [b"%d" % n for n in range(CALLERS)]


def test_openings_and_denials_are_written_down_together(granted: Granted) -> None:
    bench, reader, grant = granted
    library = replace(bench.library, appender=Appender(bench.store))
    other = bench.reader()

    def opened(number: int) -> int | None:
        try:
            who = reader if number % 2 else other
            return open_resource(library, as_reader(who), digest=grant.digest).entry
        except NoLiveGrant:
            return None

    with ThreadPoolExecutor(8) as pool:
        entries = list(pool.map(opened, range(16)))
    assert library.appender is not None
    library.appender.close()
    found = [index for index in entries if index is not None]
    assert len(set(found)) == 8
    assert {bench.entries()[index].kind for index in found} == {"opened"}
    assert len(bench.entries("denied")) == 8
    bench.settle()
    assert bench.audit().findings == []
