"""Decisions on blocks that were replaced: the times of grant and resource decide, and a lie gains nothing."""

from __future__ import annotations

from ledger_service.domain.chain.block import Position
from ledger_service.domain.chain.history import GrantFact, Renewal
from ledger_service.domain.identifiers import Commitment, GrantId
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.lending.grant import Scope
from ledger_service.domain.resources.registration import WithdrawalReason
from ledger_service.services.lending.change_grant import revoke_grant
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.resources.change_resource import withdraw_resource
from tests.services.audit.test_audit import DIGEST, changed_opening, newest_block, write
from tests.simulators.bench import HOUR, LIBRARIAN, STEWARD, Bench, Granted, as_reader


def test_a_decision_on_a_block_that_was_replaced_is_decided_by_the_times_of_the_grant(
    granted: Granted,
) -> None:
    bench, reader, grant = granted
    open_resource(bench.library, as_reader(reader), digest=DIGEST)
    assert changed_opening(bench, block_hash="12" * 32) == set()
    assert changed_opening(bench, "denied", block_hash="12" * 32) == set()
    revoke_grant(bench.library, LIBRARIAN, grant.id)
    bench.settle()
    bench.clock.advance(HOUR)
    bench.chain.mine()
    later = {**newest_block(bench), "block_hash": "12" * 32}
    assert changed_opening(bench, **later) == {"unlicensed-opening"}


def test_what_stands_once_is_told_once_even_if_the_false_entry_comes_first(bench: Bench) -> None:
    bench.license()
    bench.settle()
    bench.register()
    claim = bench.registration().claim()
    elsewhere = {"block": 1, "transaction": "12" * 32}
    write(bench, Entry("registered", bench.clock(), {**claim, **elsewhere}))
    bench.settle()
    assert len(bench.entries("registered")) == 2
    assert bench.findings() == {"entry-not-on-chain"}


def test_a_false_block_hides_no_opening_of_what_was_withdrawn(granted: Granted) -> None:
    bench, reader, _ = granted
    open_resource(bench.library, as_reader(reader), digest=DIGEST)
    withdraw_resource(bench.library, LIBRARIAN, DIGEST, WithdrawalReason.ERROR)
    bench.settle()
    bench.clock.advance(1)
    bench.chain.mine()
    forged = {**newest_block(bench), "block_hash": "12" * 32}
    assert changed_opening(bench, **forged) == {"unlicensed-opening"}


def test_a_grant_is_judged_by_time_with_the_end_that_it_had_then() -> None:
    ends = [Renewal(Position(9, 0), until=300, time=200)]
    grant = GrantFact(
        grant=GrantId(bytes(32)),
        digest=DIGEST,
        steward=STEWARD,
        grantee=Commitment(bytes(32)),
        scopes=Scope.READ,
        starts_at=0,
        until=100,
        seat=0,
        turn=1,
        issued=Position(5, 0),
        renewals=ends,
        ended_at=250,
    )
    permitted = {at: grant.is_live(None, at) for at in (50, 150, 220, 260)}
    assert permitted == {50: True, 150: False, 220: True, 260: False}
