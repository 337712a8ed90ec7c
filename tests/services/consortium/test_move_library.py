"""A library that existed before joins a consortium: what stands, what is carried, what nobody loses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.errors import MoveRefused
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.grant import GrantState
from ledger_service.domain.resources.registration import (
    RegistrationState,
    Relation,
    WithdrawalReason,
)
from ledger_service.domain.verification.verdict_state import VerdictState
from ledger_service.services.consortium.move_library import cost_of_move, move_library
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.resources.change_resource import (
    declare_rendition,
    supersede_resource,
    withdraw_resource,
)
from ledger_service.services.resources.promote_resource import promote_resource
from ledger_service.services.verification.check_receipt import check_receipt
from ledger_service.services.verification.make_receipt import receipt_of, receipt_under
from tests.simulators.bench import (
    BOOK,
    LIBRARIAN,
    SECOND,
    THIRD,
    Bench,
    StoreThatStops,
    WorkerKilled,
    as_reader,
)
from tests.simulators.parts.moved import Moved, deployment_on

OLD, GONE, COPY = b"an old edition", b"withdrawn long ago", b"scan of the withdrawn"


def state_of(bench: Bench, data: bytes) -> VerdictState:
    [verdict] = bench.verdict(data).verdicts
    return verdict.state


def withdraw(bench: Bench, data: bytes) -> None:
    withdraw_resource(bench.library, LIBRARIAN, Digest.of(data), WithdrawalReason.RETRACTED)


def lived(bench: Bench) -> None:
    """Let a book stand, an old edition be superseded, one be withdrawn and a scan be of that."""
    for data in (BOOK, OLD, SECOND, GONE, COPY):
        bench.register(data)
    bench.settle()
    supersede_resource(
        bench.library, LIBRARIAN, Digest.of(OLD), Digest.of(SECOND), Relation.VERSION
    )
    declare_rendition(bench.library, LIBRARIAN, Digest.of(COPY), Digest.of(GONE))
    bench.settle()
    withdraw(bench, GONE)
    bench.settle()


def test_what_stood_registered_stands_in_the_anchored_ledger(bench: Bench) -> None:
    lived(bench)
    Moved(bench)
    bench.settle()
    assert state_of(bench, BOOK) is VerdictState.AS_TOLD
    assert state_of(bench, OLD) is VerdictState.SUPERSEDED
    assert state_of(bench, GONE) is VerdictState.WITHDRAWN
    assert state_of(bench, COPY) is VerdictState.WITHDRAWN
    assert bench.registration(BOOK).stands_in_bulk
    registered = {event.subject for event in bench.chain.events_named("ResourceRegistered")}
    assert registered == {Digest.of(data).hex() for data in (OLD, SECOND, GONE, COPY)}


def test_nothing_withdrawn_is_green_for_a_moment(bench: Bench) -> None:
    lived(bench)
    Moved(bench)
    for _ in range(200):
        happened = bench.worker.round()
        assert not bench.verdict(GONE).is_genuine
        assert not bench.verdict(COPY).is_genuine
        if not bench.chain.events_named("ResourceWithdrawn"):
            assert not bench.chain.events_named("CheckpointAnchored")
        if not happened and not bench.open_jobs():
            break
        bench.clock.advance(1)
    assert bench.chain.events_named("CheckpointAnchored")


def test_old_and_new_receipts_stand_each_under_its_contracts(bench: Bench) -> None:
    lived(bench)
    view = bench.view()
    before = receipt_of(bench.library, Digest.of(BOOK))
    Moved(bench)
    bench.settle()
    key = bench.library.key
    old = check_receipt(Digest.of(BOOK), before, key, check_ed25519, view)
    assert old.is_wholly_positive
    now = receipt_of(bench.library, Digest.of(BOOK))
    assert check_receipt(Digest.of(BOOK), now, key, check_ed25519, bench.view()).is_wholly_positive
    gone = receipt_of(bench.library, Digest.of(GONE))
    verdict = check_receipt(Digest.of(GONE), gone, key, check_ed25519, bench.view())
    assert verdict.state is VerdictState.WITHDRAWN


def test_a_claim_of_a_withdrawn_work_proves_nothing_to_whoever_makes_its_receipt(
    bench: Bench,
) -> None:
    lived(bench)
    accepted = bench.registration(GONE).accepted_entry
    Moved(bench)
    bench.settle()
    with bench.store.read() as transaction:
        checkpoint = transaction.checkpoints.first_anchored_above(accepted)
        assert checkpoint is not None
        made = receipt_under(bench.library, transaction, accepted, checkpoint)
    made = replace(made, later=())
    verdict = check_receipt(Digest.of(GONE), made, bench.library.key, check_ed25519, bench.view())
    assert verdict.state is VerdictState.WITHDRAWN


def test_a_claim_is_promoted_by_its_proof(bench: Bench) -> None:
    lived(bench)
    Moved(bench)
    bench.settle()
    promote_resource(bench.library, LIBRARIAN, Digest.of(BOOK))
    bench.settle()
    assert bench.registration(BOOK).state is RegistrationState.REGISTERED
    assert state_of(bench, BOOK) is VerdictState.AS_TOLD
    assert Digest.of(BOOK).hex() in {
        event.subject for event in bench.chain.events_named("ResourceProven")
    }
    former = bench.verdict(BOOK).former
    assert former is not None
    assert former.chain_id == 31_337
    assert former.entry < bench.registration(BOOK).registered_entry  # type: ignore[operator]


def test_loans_go_on_until_their_end(bench: Bench) -> None:
    reader = bench.reader()
    grant = bench.granted(reader)
    Moved(bench)
    bench.settle()
    with bench.store.read() as transaction:
        [new, old] = transaction.grants.of_reader(reader, grant.digest)
    assert (new.state, new.until) == (GrantState.ISSUED, grant.until)
    assert (old.id, old.state) == (grant.id, GrantState.REJECTED)
    assert open_resource(bench.library, as_reader(reader), digest=grant.digest)
    bench.settle()
    other = bench.reader()
    bench.grant(grant.digest, other)
    bench.settle()
    with bench.store.read() as transaction:
        [second] = transaction.grants.of_reader(other, grant.digest)
    assert second.state is GrantState.ISSUED


def test_a_library_moves_only_when_nothing_is_under_way(bench: Bench) -> None:
    bench.register(BOOK)
    both = deployment_on(bench, 31_337), deployment_on(bench, 4242)
    with pytest.raises(MoveRefused):
        move_library(bench.library, *both)
    bench.settle()
    move_library(bench.library, *both)
    again = move_library(bench.library, *both)  # killed before the file was written
    assert again.number == 1


def test_what_it_costs_is_told_before(bench: Bench) -> None:
    lived(bench)
    cost = cost_of_move(bench.library)
    assert (cost.changes, cost.registered, cost.licenses) == (3, 4, 1)


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3, 5, 8])
def test_whoever_is_killed_amid_it_goes_on(bench: Bench, at: int, committed: bool) -> None:
    lived(bench)
    Moved(bench)
    stops = StoreThatStops(bench.store, at, committed=committed)
    with pytest.raises(WorkerKilled):
        for _ in range(50):
            bench.another_worker(stops).round()
    bench.settle()
    assert state_of(bench, BOOK) is VerdictState.AS_TOLD
    assert state_of(bench, OLD) is VerdictState.SUPERSEDED
    assert state_of(bench, GONE) is VerdictState.WITHDRAWN
    assert len(bench.chain.events_named("ResourceWithdrawn")) == 1


def test_a_chain_of_editions_is_carried_in_its_order(bench: Bench) -> None:
    for data in (OLD, SECOND, THIRD):
        bench.register(data)
    bench.settle()
    for first, then in ((OLD, SECOND), (SECOND, THIRD)):
        supersede_resource(
            bench.library, LIBRARIAN, Digest.of(first), Digest.of(then), Relation.VERSION
        )
        bench.settle()
    withdraw(bench, SECOND)
    bench.settle()
    Moved(bench)
    bench.settle()
    assert state_of(bench, OLD) is VerdictState.SUPERSEDED
    assert state_of(bench, SECOND) is VerdictState.WITHDRAWN
    assert state_of(bench, THIRD) is VerdictState.AS_TOLD
