"""What is older than the library keeps it is destroyed by the worker, and the ledger says how much it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from ledger_service.domain.errors import ChainUnavailable, NoLiveGrant
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.lending import ALL_GRANTS
from ledger_service.ports.paging import PageRequest
from ledger_service.services.lending.forgetting import retire_parts as retiring
from ledger_service.services.lending.forgetting.retire_parts import (
    DAY_SECONDS,
    Retiring,
    find_due,
    list_retirements,
    retire_parts,
)
from ledger_service.services.lending.open_resource import open_resource
from tests.simulators.bench import BOOK, OPERATOR, Bench, as_reader

DIGEST = Digest.of(BOOK)


def never() -> bool:
    return False


@pytest.fixture
def opened(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a library that keeps private parts for ten days, with five of them."""
    limits = replace(bench.library.limits, retention_seconds=10 * DAY_SECONDS)
    bench.library = replace(bench.library, limits=limits)
    monkeypatch.setattr(retiring, "AT_ONCE", 2)
    grant = bench.granted()
    for reader in (grant.reader, grant.reader, bench.reader(), bench.reader(), grant.reader):
        with suppress(NoLiveGrant):
            open_resource(bench.library, as_reader(reader), digest=DIGEST)
    return bench


def left(bench: Bench) -> int:
    with bench.store.read() as transaction:
        parts = transaction.ledger.private_parts(0, 100)
    return sum(part.salt is not None for part in parts)


def test_nothing_is_destroyed_before_its_day(opened: Bench) -> None:
    opened.clock.advance(9 * DAY_SECONDS)
    assert retire_parts(opened.library, never) == 0
    assert (left(opened), find_due(opened.library, OPERATOR).parts) == (5, 0)


def test_what_is_due_is_destroyed_and_attested_once(opened: Bench) -> None:
    opened.clock.advance(12 * DAY_SECONDS)
    assert find_due(opened.library, OPERATOR).parts == 5
    assert retire_parts(opened.library, never) == 5
    assert retire_parts(opened.library, never) == 0
    assert left(opened) == 0
    [done] = list_retirements(opened.library, OPERATOR, PageRequest()).items
    assert done.parts == 5
    [entry] = opened.entries("attested")
    assert entry.text("type") == "parts-destroyed"
    assert entry.text("statement") == Digest.of(done.statement()).hex()
    with opened.store.read() as transaction:
        [grant] = transaction.grants.page(ALL_GRANTS, PageRequest(), opened.clock()).items
    assert grant.is_erased
    opened.settle()
    report = opened.audit()
    assert report.findings == []
    assert report.decisions.erased == 5


def test_a_worker_that_stops_amid_it_is_followed_by_one_that_ends_it(opened: Bench) -> None:
    opened.clock.advance(12 * DAY_SECONDS)
    stops: Iterator[bool] = iter([False, True])
    assert retire_parts(opened.library, lambda: next(stops)) == 2
    assert opened.entries("attested") == []
    opened.clock.advance(DAY_SECONDS)
    assert retire_parts(opened.library, never) == 3
    done = list_retirements(opened.library, OPERATOR, PageRequest()).items
    assert [one.parts for one in done] == [3, 2]
    assert len(opened.entries("attested")) == 2


def test_a_library_that_keeps_all_destroys_nothing(opened: Bench) -> None:
    limits = replace(opened.library.limits, retention_seconds=0)
    library = replace(opened.library, limits=limits)
    opened.clock.advance(5000 * DAY_SECONDS)
    assert retire_parts(library, never) == 0
    assert find_due(library, OPERATOR).before is None


def test_the_worker_looks_once_a_minute(opened: Bench) -> None:
    worker = Retiring(opened.library)
    worker.work(never)
    opened.clock.advance(12 * DAY_SECONDS)
    worker.work(never)
    assert left(opened) == 0


def test_a_clock_that_leaps_destroys_nothing(opened: Bench) -> None:
    leaping = replace(opened.library, clock=lambda: opened.clock() + 5000 * DAY_SECONDS)
    assert retire_parts(leaping, never) == 0
    assert left(opened) == 5


def test_nothing_is_destroyed_while_the_chain_is_away(opened: Bench) -> None:
    opened.clock.advance(12 * DAY_SECONDS)
    opened.chain.is_away = True
    with pytest.raises(ChainUnavailable):
        retire_parts(opened.library, never)
    assert left(opened) == 5
    opened.chain.is_away = False
    assert retire_parts(opened.library, never) == 5
