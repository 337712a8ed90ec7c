"""The audit of a library that came from other contracts: both parts, and what a mover might put away."""

from __future__ import annotations

from ledger_service.domain.consortium.move import CarriedKind, move_digest
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry, StatementType
from ledger_service.domain.resources.registration import Link, Relation, WithdrawalReason
from ledger_service.services.ledger.append_entry import append_entry
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.resources.change_resource import (
    supersede_resource,
    take_back_link,
    withdraw_resource,
)
from ledger_service.services.resources.promote_resource import promote_resource
from tests.simulators.bench import (
    BOOK,
    LIBRARIAN,
    SECOND,
    STEWARD,
    THIRD,
    Bench,
    Granted,
    as_reader,
)
from tests.simulators.parts.moved import Moved, deployment_on


def withdraw(bench: Bench, data: bytes) -> None:
    withdraw_resource(bench.library, LIBRARIAN, Digest.of(data), WithdrawalReason.ERROR)
    bench.settle()


def test_a_moved_library_is_clean_in_both_parts(granted: Granted) -> None:
    bench, reader, grant = granted
    open_resource(bench.library, as_reader(reader), digest=grant.digest)
    bench.registered(SECOND)
    bench.registered(THIRD)
    relation = Relation.VERSION
    supersede_resource(bench.library, LIBRARIAN, Digest.of(SECOND), Digest.of(THIRD), relation)
    bench.settle()
    withdraw(bench, THIRD)
    moved = Moved(bench)
    bench.settle()
    open_resource(bench.library, as_reader(reader), digest=grant.digest)
    bench.anchored_twice()
    report = bench.audit(contracts=moved.contracts())
    assert report.is_clean, report.findings
    assert (report.former > 5, report.former_unasked) == (True, 0)
    assert report.decisions.openings == 2
    told = bench.audit(contracts=moved.contracts(asks=False))
    assert told.is_clean, told.findings
    assert (told.former_unasked, told.decisions.openings) == (report.former, 1)


def test_a_link_that_was_taken_back_need_not_be_carried(bench: Bench) -> None:
    bench.registered()
    bench.registered(SECOND)
    both = Digest.of(BOOK), Digest.of(SECOND)
    supersede_resource(bench.library, LIBRARIAN, *both, Relation.VERSION)
    bench.settle()
    take_back_link(bench.library, LIBRARIAN, *both, Link.VERSION)
    bench.settle()
    moved = Moved(bench)
    bench.settle()
    assert bench.chain.events_named("ResourceRegistered") == []
    assert moved.findings() == set()


def test_a_mover_who_drops_a_withdrawal_is_named(bench: Bench) -> None:
    bench.registered()
    bench.registered(SECOND)
    withdraw(bench, SECOND)
    moved = Moved(bench)
    with bench.store.write() as transaction:
        kept = [one for one in moved.carried() if one.kind is not CarriedKind.WITHDRAWN]
        transaction.former.set_left(moved.left.number, kept)
    bench.settle()
    assert moved.findings(asks=False) == {"not-carried"}


def test_a_withdrawal_that_comes_after_the_first_anchor_is_named(bench: Bench) -> None:
    bench.registered()
    withdraw(bench, BOOK)
    moved = Moved(bench)
    left = moved.carried()
    with bench.store.write() as transaction:
        transaction.former.set_left(moved.left.number, [])
    bench.settle()
    with bench.store.write() as transaction:
        transaction.former.set_left(moved.left.number, left)
    bench.settle()
    assert bench.chain.events_named("ResourceWithdrawn")
    assert moved.findings() == {"not-carried"}


def test_whoever_registers_under_a_former_date_is_named(bench: Bench) -> None:
    bench.registered()
    bench.register(SECOND)
    bench.settle()
    claim = bench.registration(SECOND).claim() | {
        "digest": "12" * 32,
        "cid": "f01551220" + "12" * 32,
    }
    with bench.store.write() as transaction:
        forged = Entry("registered", 1_000, {**claim, "block": 3, "transaction": "34" * 32})
        append_entry(transaction, forged)
    moved = Moved(bench)
    bench.settle()
    assert moved.findings() == {"entry-not-on-chain"}
    assert moved.findings(asks=False) == set()  # and the report says that nobody was asked


def test_what_a_library_did_here_is_not_put_away_by_saying_that_it_moved(bench: Bench) -> None:
    bench.registered()
    false, true = deployment_on(bench, 1), deployment_on(bench, bench.chain.chain_id)
    statement = move_digest(false.digest, true.digest)
    with bench.store.write() as transaction:
        append_statement(transaction, StatementType.MOVED, statement, STEWARD, bench.clock())
    bench.settle()
    assert bench.findings() == {"moved-though-anchored"}


def test_contracts_that_nobody_shows_are_named(bench: Bench) -> None:
    bench.registered()
    Moved(bench)
    bench.settle()
    assert bench.findings() == {"move-unknown"}


def test_what_was_promoted_is_told_once_on_each_chain(bench: Bench) -> None:
    bench.registered()
    moved = Moved(bench)
    bench.settle()
    promote_resource(bench.library, LIBRARIAN, Digest.of(BOOK))
    bench.settle()
    bench.anchored_twice()
    assert (
        len([e for e in bench.entries("registered") if e.text("digest") == Digest.of(BOOK).hex()])
        == 2
    )
    assert moved.findings() == set()


def test_a_library_moves_twice(bench: Bench) -> None:
    bench.registered()
    bench.registered(SECOND)
    withdraw(bench, SECOND)
    first = Moved(bench)
    bench.settle()
    bench.registered(THIRD)
    second = Moved(bench, before=first)
    bench.settle()
    assert second.findings() == set()
    assert second.findings(asks=False) == set()
    assert bench.verdict(BOOK).is_genuine
    assert not bench.verdict(SECOND).is_genuine
