"""A library whose accounts change: it acts by the new one once its index has it, and loses nothing."""

from __future__ import annotations

import pytest

from ledger_service.domain.resources.registration import RegistrationState
from ledger_service.services.chain.run_jobs import ACCOUNT_RETRY_SECONDS
from tests.simulators.bench import BOOK, SECOND, STEWARD, Bench, StoreThatStops, WorkerKilled
from tests.simulators.parts.own_accounts import ANCHORER, REGISTRAR, SERVICE

NEXT = {"registrar": "b1" * 20, "service": "b2" * 20, "anchorer": "b3" * 20}
STEWARD_ID = STEWARD.hex()
FOR_EVER = 2**40


def rotate(bench: Bench, role: str, overlap: int = 0) -> None:
    """Let the next account act instead, as the council does; its key is here already."""
    bench.chain.own.keys[role].append(NEXT[role])
    put_live(bench, role, overlap)


def put_live(bench: Bench, role: str, overlap: int = 0) -> None:
    now, ledger = bench.clock(), bench.library.ledger.hex()
    if role == "anchorer":
        bench.chain.act(lambda state: state.set_anchorer(ledger, NEXT[role]))
        return
    add = "add_registrar" if role == "registrar" else "add_service"
    before = REGISTRAR if role == "registrar" else SERVICE
    bench.chain.act(lambda state: getattr(state, add)(STEWARD_ID, NEXT[role], now, FOR_EVER))
    bench.chain.act(lambda state: state.close_registrar(STEWARD_ID, before, now + overlap))


def registrars(bench: Bench) -> list[str]:
    return [event.text("registrar") for event in bench.chain.events_named("ResourceRegistered")]


@pytest.mark.parametrize("overlap", [0, 3600])
def test_a_library_goes_on_by_the_next_registrar(bench: Bench, overlap: int) -> None:
    bench.registered()
    rotate(bench, "registrar", overlap)
    assert bench.registered(SECOND).state is RegistrationState.REGISTERED
    assert registrars(bench) == [REGISTRAR, NEXT["registrar"]]
    assert bench.findings() == set()


def test_it_goes_on_by_the_old_one_while_only_the_key_is_here(bench: Bench) -> None:
    bench.chain.own.keys["registrar"].append(NEXT["registrar"])
    bench.registered()
    assert registrars(bench) == [REGISTRAR]


def test_what_was_under_way_by_the_old_registrar_is_signed_anew(bench: Bench) -> None:
    bench.license()
    bench.settle()
    bench.chain.mines = False
    bench.register()
    bench.worker.round()
    [under_way] = bench.chain.pool
    bench.chain.mines = True
    bench.chain.pool, waiting = [], [under_way]
    rotate(bench, "registrar")
    bench.chain.pool += waiting
    bench.chain.mine()
    assert registrars(bench) == []  # it has reverted: the old one was closed
    bench.settle()
    assert registrars(bench) == [NEXT["registrar"]]
    assert bench.registration().state is RegistrationState.REGISTERED


def test_a_stolen_account_is_closed_and_work_waits_for_the_next(bench: Bench) -> None:
    bench.registered()
    theft = bench.clock() - 10
    bench.chain.act(lambda state: state.close_registrar(STEWARD_ID, REGISTRAR, theft))
    bench.register(SECOND)
    for _ in range(100):
        bench.worker.round()
        bench.clock.advance(ACCOUNT_RETRY_SECONDS)
    assert bench.registration(SECOND).state is RegistrationState.ACCEPTED
    assert [one.name for one in bench.worker.lacks] == ["no-live-account.registrar"]
    bench.chain.own.keys["registrar"].append(NEXT["registrar"])
    now = bench.clock()
    bench.chain.act(lambda state: state.add_registrar(STEWARD_ID, NEXT["registrar"], now, FOR_EVER))
    bench.worker.round()  # it is woken, and does not wait until it would be tried again
    bench.worker.round()
    assert bench.worker.lacks == []
    bench.settle()
    assert bench.registration(SECOND).state is RegistrationState.REGISTERED


def test_the_anchorer_changes_and_each_size_is_anchored_once(bench: Bench) -> None:
    bench.registered()
    rotate(bench, "anchorer")
    bench.registered(SECOND)
    bench.settle()
    sizes = [event.number("size") for event in bench.chain.events_named("CheckpointAnchored")]
    assert sizes == sorted(set(sizes))
    assert bench.chain.own.used["anchorer"] == NEXT["anchorer"] != ANCHORER
    assert bench.findings() == set()


def test_the_service_lends_by_its_next_account(bench: Bench) -> None:
    rotate(bench, "service")
    bench.worker.round()
    assert bench.chain.own.used["service"] == NEXT["service"]


def test_a_fork_that_takes_the_rotation_back_takes_the_old_account_back(bench: Bench) -> None:
    bench.registered()
    rotate(bench, "registrar")
    bench.worker.round()
    assert bench.chain.own.used["registrar"] == NEXT["registrar"]
    bench.chain.reorganize(2, forgets=True)
    bench.registered(SECOND)
    assert registrars(bench) == [REGISTRAR, REGISTRAR]
    put_live(bench, "registrar")
    bench.worker.round()
    assert bench.chain.own.used["registrar"] == NEXT["registrar"]


def test_a_key_that_does_not_open_is_tried_again(bench: Bench) -> None:
    bench.chain.own.unopened.add(NEXT["registrar"])
    rotate(bench, "registrar", overlap=3600)
    bench.registered()
    assert registrars(bench) == [REGISTRAR]
    assert bench.worker.lacks == []
    bench.chain.own.unopened.clear()
    bench.clock.advance(60)
    bench.registered(SECOND)
    assert registrars(bench) == [REGISTRAR, NEXT["registrar"]]


@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize("at", range(1, 9))
def test_a_worker_killed_amid_a_rotation_leaves_one_that_goes_on(
    bench: Bench, at: int, committed: bool
) -> None:
    bench.license()
    bench.settle()
    bench.register(BOOK)
    rotate(bench, "registrar")
    bench.register(SECOND)
    stops = StoreThatStops(bench.store, at, committed=committed)
    try:
        bench.settle(bench.another_worker(stops))
    except WorkerKilled:
        bench.chain.own.used["registrar"] = REGISTRAR  # a new process begins by its folder
    bench.clock.advance(60)
    bench.settle(bench.another_worker())
    for data in (BOOK, SECOND):
        assert bench.registration(data).state is RegistrationState.REGISTERED
    assert registrars(bench) == [NEXT["registrar"]] * 2
    assert bench.findings() == set()
