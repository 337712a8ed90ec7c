"""What a steward does on chain past its library has one entry here, whatever comes between."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from ledger_service.domain.chain.intent import RegisterResource, wishes_of
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.resources.registration import RegistrationState
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.limits import Limits
from tests.simulators.bench import STEWARD, Bench
from tests.simulators.chain import DEPLOYED_AT
from tests.simulators.contracts import Contracts
from tests.simulators.parts.own_accounts import REGISTRAR

CONFIRMATIONS = 3
NewBench = Callable[..., Bench]


def claim_of(bench: Bench, data: bytes, steward: StewardId = STEWARD) -> RegisterResource:
    """Return a claim that the contracts take for these bytes."""
    digest = Digest.of(data)
    cid = ContentId(0x55, digest.value)
    return RegisterResource(digest, steward, bench.license().id, cid, Digest.of(b"metadata"))


def register_past(bench: Bench, data: bytes) -> None:
    """Let the registrar register bytes with a transaction of its own."""
    claim = claim_of(bench, data)
    bench.chain.act(lambda state: state.register(claim, REGISTRAR))


@pytest.fixture
def open_bench(bench: Bench) -> Bench:
    """Return a library whose license stands on chain."""
    bench.license()
    bench.settle()
    return bench


def test_a_registration_past_the_library_gets_its_entry_and_no_description(
    open_bench: Bench,
) -> None:
    register_past(open_bench, b"past")
    open_bench.anchored_twice()
    (event, *_) = open_bench.chain.events_named("ResourceRegistered")
    (entry, *_) = open_bench.entries("registered")
    assert entry.place == (event.block, event.transaction)
    assert entry.text("digest") == Digest.of(b"past").hex()
    with open_bench.store.read() as transaction:
        assert transaction.registrations.find(Digest.of(b"past"), STEWARD) is None
    assert open_bench.findings() == set()


def test_one_of_a_batch_whose_entry_is_missing_is_found_by_the_auditor(open_bench: Bench) -> None:
    claims = [claim_of(open_bench, data) for data in (b"one", b"two")]

    def register(state: Contracts) -> None:
        for claim in claims:
            state.register(claim, REGISTRAR)

    open_bench.chain.act(register)
    open_bench.anchored_twice()
    assert open_bench.findings() == set()
    filler = open_bench.entries("steward")[0].format()
    bodies = open_bench.bodies()
    lost = next(
        body
        for body in bodies
        if claims[1].digest.hex().encode() in body and b'"registered"' in body
    )
    open_bench.source.change_entries = lambda every: [
        filler if body == lost else body for body in every
    ]
    assert "unrecorded-registration" in open_bench.findings()


def test_what_another_steward_does_on_these_contracts_is_not_adopted(open_bench: Bench) -> None:
    other = StewardId(b"\x07" * 32)
    claim = claim_of(open_bench, b"theirs", other)

    def register(state: Contracts) -> None:
        state.accredit(other.hex())
        state.add_registrar(other.hex(), "cc" * 20, 0, 2**40)
        state.register(claim, "cc" * 20)

    open_bench.chain.act(register)
    open_bench.anchored_twice()
    digests = [entry.text("digest") for entry in open_bench.entries("registered")]
    assert claim.digest.hex() not in digests
    assert open_bench.findings() == set()


def test_what_a_job_of_ours_wants_is_left_to_the_job(open_bench: Bench) -> None:
    open_bench.register()
    with open_bench.store.read() as transaction:
        (job,) = transaction.jobs.queued(open_bench.clock(), 1)
    (wish,) = wishes_of(job.intent)
    open_bench.chain.act(lambda state: state.register(wish, REGISTRAR))  # type: ignore[arg-type]
    open_bench.settle()
    assert open_bench.registration().state is RegistrationState.REGISTERED
    assert len(open_bench.entries("registered")) == 1
    assert open_bench.findings() == set()


def test_an_index_that_is_read_anew_tells_nothing_twice(open_bench: Bench) -> None:
    register_past(open_bench, b"past")
    open_bench.settle()
    with open_bench.store.write() as transaction:
        transaction.chain_index.rewind_to(-1)
    open_bench.settle(open_bench.another_worker())
    assert len(open_bench.entries("registered")) == 1


def test_two_workers_that_found_the_same_event_tell_of_it_once(open_bench: Bench) -> None:
    register_past(open_bench, b"past")
    follow_chain(open_bench.library, DEPLOYED_AT)
    for worker in (open_bench.worker, open_bench.another_worker()):
        worker.round()
    assert len(open_bench.entries("registered")) == 1


def test_an_end_that_no_entry_can_hold_does_not_stop_the_worker(bench: Bench) -> None:
    grant = bench.granted()
    bench.chain.act(lambda state: state.end_elsewhere(grant.id.hex(), 2**60))
    bench.settle()
    assert bench.entries("grant-renewed") == []
    assert len(bench.entries("grant-revoked")) == 1


@pytest.mark.parametrize("seed", range(12))
def test_each_effect_is_told_once_whoever_did_it_and_whatever_forks_come(
    new_bench: NewBench, seed: int
) -> None:
    bench = new_bench(Limits(confirmations=CONFIRMATIONS, anchor_seconds=0))
    bench.license()
    bench.settle()
    chance, count = random.Random(seed), 0
    for _ in range(30):
        step = chance.choice(["ours", "past", "round", "round", "fork", "deep fork", "restart"])
        if step == "ours":
            bench.register(b"%d" % (count := count + 1), title="Ours")
        elif step == "past":
            register_past(bench, b"%d" % (count := count + 1))
        elif step == "round":
            bench.worker.round()
        elif step == "fork":
            bench.chain.reorganize(chance.randint(1, CONFIRMATIONS))
        elif step == "deep fork":
            bench.chain.mine(8)
            bench.chain.reorganize(chance.randint(1, 8))
        else:
            bench.worker = bench.another_worker()
        bench.chain.mine()
    bench.settle()
    bench.anchored_twice()
    bench.settle()
    stand = [event.subject for event in bench.chain.events_named("ResourceRegistered")]
    told = [entry.text("digest") for entry in bench.entries("registered")]
    assert sorted(told) == sorted(stand)
    assert len(set(told)) == len(told) == count + 2
    assert bench.findings() == set()
