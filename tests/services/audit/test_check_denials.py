"""Reasons of denials that the chain does not bear out, and readers who hold two grants at a time."""

from __future__ import annotations

import pytest

from ledger_service.services.audit.check_denials import LATE_SECONDS, OVERLAP_SECONDS
from ledger_service.services.ledger.append_entry import append_once
from ledger_service.services.lending import take_seat as issuing
from ledger_service.services.lending.change_grant import revoke_grant
from ledger_service.services.lending.open_resource import open_resource
from tests.services.audit.test_audit import DIGEST, changed_opening, newest_block
from tests.simulators.bench import HOUR, LIBRARIAN, Bench, Granted, as_reader

OTHER = "denied-for-other-reason"


def opened(granted: Granted) -> Bench:
    bench, reader, _ = granted
    open_resource(bench.library, as_reader(reader), digest=DIGEST)
    return bench


@pytest.mark.parametrize("reason", ["no-seat", "rejected", "expired", "ended-on-chain"])
def test_a_denial_under_a_live_grant_is_named_whatever_it_tells(
    granted: Granted, reason: str
) -> None:
    assert changed_opening(opened(granted), "denied", reason=reason) == {"wrongful-denial"}


@pytest.mark.parametrize("reason", ["scope", "no-grant", "withdrawn", "revoked"])
def test_a_reason_that_is_not_so_is_named(granted: Granted, reason: str) -> None:
    bench = opened(granted)
    revoke_grant(bench.library, LIBRARIAN, granted.grant.id)
    bench.settle()
    decision = newest_block(bench)
    bench.clock.advance(LATE_SECONDS + HOUR)
    found = changed_opening(bench, "denied", int(str(decision["at"])), reason=reason, **decision)
    assert (OTHER in found) is (reason != "revoked")


@pytest.mark.parametrize("reason", ["seats-taken", "seats-kept", "over-limit", "not-lent"])
def test_of_refused_requests_the_chain_knows_only_that_seats_are_taken(
    granted: Granted, reason: str
) -> None:
    bench = opened(granted)
    change = {"reason": reason, **newest_block(bench)}
    found = changed_opening(bench, "denied", **change)
    assert found == ({OTHER} if reason == "seats-taken" else set())  # its license has no limit
    assert bench.audit().decisions.believed == (reason != "seats-taken")


def test_a_grant_of_somebody_else_explains_no_refusal(granted: Granted) -> None:
    bench = opened(granted)
    change = {"reason": "not-lent", "reader": "12" * 32, **newest_block(bench)}
    assert changed_opening(bench, "denied", **change) == {OTHER}


def test_a_revocation_that_never_came_to_the_chain_is_named(granted: Granted) -> None:
    bench = granted.bench
    held = bench.grant(DIGEST, bench.reader(), 20 * LATE_SECONDS)
    bench.settle()
    open_resource(bench.library, as_reader(held.reader), digest=DIGEST)
    decision = newest_block(bench)
    assert changed_opening(bench, "denied", reason="revoked", **decision) == set()
    bench.clock.advance(2 * LATE_SECONDS)
    bench.chain.mine()
    assert bench.findings() == {"wrongful-denial"}


def test_a_grant_of_somebody_else_explains_no_denial(granted: Granted) -> None:
    bench = opened(granted)
    revoke_grant(bench.library, LIBRARIAN, granted.grant.id)
    bench.settle()
    change = {"reason": "revoked", "reader": "12" * 32, **newest_block(bench)}
    assert changed_opening(bench, "denied", **change) == {OTHER}


def test_a_reader_who_held_a_grant_was_not_refused_for_having_none(granted: Granted) -> None:
    bench = opened(granted)
    change = {"reason": "no-grant", "grant": "", "grant_salt": "", "grant_state": ""}
    assert changed_opening(bench, "denied", **change) == {"wrongful-denial"}


def test_two_live_grants_of_one_reader_are_named(
    granted: Granted, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = opened(granted)
    monkeypatch.setattr(issuing, "GRANT_STATES_STANDING", ())  # as an operator of bad faith
    bench.grant(DIGEST, granted.reader)
    bench.settle()
    bench.clock.advance(1)
    open_resource(bench.library, as_reader(granted.reader), digest=DIGEST)
    bench.settle()
    assert bench.findings() == {"second-live-grant"}


def test_a_grant_after_one_whose_end_was_on_its_way_is_no_second_one(granted: Granted) -> None:
    bench = opened(granted)
    bench.chain.mines = False
    revoke_grant(bench.library, LIBRARIAN, granted.grant.id)
    second = bench.grant(DIGEST, granted.reader)
    bench.worker.round()
    bench.clock.advance(OVERLAP_SECONDS // 2)
    bench.chain.mines = True
    bench.settle()
    open_resource(bench.library, as_reader(granted.reader), digest=DIGEST)
    bench.settle()
    assert bench.held(second).turn
    assert bench.findings() == set()


def test_what_the_ledger_says_to_be_kept_is_not_elsewhere(granted: Granted) -> None:
    bench = opened(granted)
    facts = {"type": "kept", "statement": DIGEST.hex(), "attester": bench.library.steward.hex()}
    bench.chain.mine()
    decided = newest_block(bench)
    assert changed_opening(bench, "denied", reason="elsewhere", **decided) == set()
    with bench.store.write() as transaction:
        append_once(transaction, "attested", facts, {}, bench.clock())
    assert changed_opening(bench, "denied", reason="elsewhere", **decided) == set()  # just before
    bench.clock.advance(600)
    bench.chain.mine()
    late = newest_block(bench)
    assert changed_opening(bench, "denied", reason="elsewhere", **late) == {"wrongful-denial"}
