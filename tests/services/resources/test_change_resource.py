"""Superseding, declaring renditions and withdrawing: on chain, in the ledger and in verdicts."""

from __future__ import annotations

import pytest

from ledger_service.domain.chain_errors import (
    OriginalIsSame,
    ResourceAlreadySuperseded,
    ResourceIsWithdrawn,
    SuccessorIsSame,
)
from ledger_service.domain.errors import (
    NoLiveGrant,
    ResourceNotFound,
    ResourceNotYetRegistered,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import (
    RegistrationState,
    Relation,
    WithdrawalReason,
)
from ledger_service.domain.verification.verdict import Axis, Outcome
from ledger_service.domain.verification.verdict_state import VerdictState
from ledger_service.services.chain.settle_job import ENDING_RETRY_SECONDS
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.resources.change_resource import (
    changes_of,
    declare_rendition,
    supersede_resource,
    withdraw_resource,
)
from tests.simulators.bench import BOOK, LIBRARIAN, STEWARD, Bench, Granted, as_reader
from tests.simulators.parts.own_accounts import REGISTRAR

SECOND = b"second edition"
DIGEST, SUCCESSOR, UNKNOWN = Digest.of(BOOK), Digest.of(SECOND), Digest.of(b"unknown")


@pytest.fixture
def two(bench: Bench) -> Bench:
    """Return a library of two registered resources."""
    bench.registered()
    bench.registered(SECOND, title="Xamsa 2")
    return bench


def finding(bench: Bench, axis: Axis, data: bytes = BOOK) -> tuple[Outcome, str]:
    found = bench.verdict(data).verdicts[0].findings[axis]
    return found.outcome, str(found.reason)


@pytest.mark.parametrize("relation", Relation)
def test_a_supersession_is_on_chain_in_the_ledger_and_in_the_verdict(
    two: Bench, relation: Relation
) -> None:
    supersede_resource(two.library, LIBRARIAN, DIGEST, SUCCESSOR, relation)
    two.settle()
    is_translation = relation is Relation.TRANSLATION
    states = RegistrationState.SUPERSEDED, RegistrationState.REGISTERED
    assert two.registration().state is states[is_translation]
    [entry] = two.entries("superseded")
    assert (entry.text("digest"), entry.text("successor")) == (DIGEST.hex(), SUCCESSOR.hex())
    assert entry.number("relation") == relation
    outcome, because = finding(two, Axis.SUPERSESSION)
    assert outcome is (Outcome.PASS if is_translation else Outcome.FAIL)
    assert SUCCESSOR.hex() in because
    assert two.findings() == set()


def test_the_same_supersession_twice_is_one(two: Bench) -> None:
    for _ in range(2):
        job = supersede_resource(two.library, LIBRARIAN, DIGEST, SUCCESSOR, Relation.VERSION)
    two.settle()
    assert (
        supersede_resource(two.library, LIBRARIAN, DIGEST, SUCCESSOR, Relation.VERSION).id == job.id
    )
    assert len(two.chain.events_named("ResourceSuperseded")) == 1
    assert [job.state for job in changes_of(two.library, LIBRARIAN, DIGEST)] == ["done"]


def test_a_resource_is_superseded_once_and_not_by_itself(two: Bench) -> None:
    with pytest.raises(SuccessorIsSame):
        supersede_resource(two.library, LIBRARIAN, DIGEST, DIGEST, Relation.VERSION)
    supersede_resource(two.library, LIBRARIAN, DIGEST, SUCCESSOR, Relation.VERSION)
    two.settle()
    for one, another in ((DIGEST, SUCCESSOR), (SUCCESSOR, DIGEST)):
        with pytest.raises(ResourceAlreadySuperseded):
            supersede_resource(two.library, LIBRARIAN, one, another, Relation.CORRECTION)


def test_two_supersessions_asked_at_once_end_with_the_first(two: Bench) -> None:
    two.registered(b"third", title="Xamsa 3")
    third = Digest.of(b"third")
    supersede_resource(two.library, LIBRARIAN, DIGEST, SUCCESSOR, Relation.VERSION)
    supersede_resource(two.library, LIBRARIAN, DIGEST, third, Relation.VERSION)
    two.settle()
    assert [job.state for job in changes_of(two.library, LIBRARIAN, DIGEST)] == ["done", "rejected"]
    assert two.entries("superseded")[0].text("successor") == SUCCESSOR.hex()
    assert two.findings() == set()


def test_a_refused_change_may_be_asked_again(two: Bench) -> None:
    two.chain.act(lambda state: state.suspend(STEWARD.hex()))
    declare_rendition(two.library, LIBRARIAN, SUCCESSOR, DIGEST)
    two.settle()
    [job] = changes_of(two.library, LIBRARIAN, SUCCESSOR)
    assert job.state == "rejected"
    assert "steward" in str(job.error)
    two.chain.act(lambda state: state.reinstate(STEWARD.hex()))
    declare_rendition(two.library, LIBRARIAN, SUCCESSOR, DIGEST)
    two.settle()
    assert [job.state for job in changes_of(two.library, LIBRARIAN, SUCCESSOR)] == ["done"]
    assert len(two.entries("rendition")) == 1


def test_a_rendition_points_to_its_original_and_falls_with_it(two: Bench) -> None:
    with pytest.raises(OriginalIsSame):
        declare_rendition(two.library, LIBRARIAN, DIGEST, DIGEST)
    declare_rendition(two.library, LIBRARIAN, SUCCESSOR, DIGEST)
    two.settle()
    assert two.entries("rendition")[0].text("original") == DIGEST.hex()
    outcome, because = finding(two, Axis.WITHDRAWAL, SECOND)
    assert outcome is Outcome.PASS
    assert because == f"rendition-stands original={DIGEST}"
    withdraw_resource(two.library, LIBRARIAN, DIGEST, WithdrawalReason.RETRACTED)
    two.settle()
    assert finding(two, Axis.WITHDRAWAL, SECOND)[0] is Outcome.FAIL
    assert two.findings() == set()


def test_a_withdrawal_is_on_chain_in_the_ledger_and_in_the_verdict(two: Bench) -> None:
    withdraw_resource(two.library, LIBRARIAN, DIGEST, WithdrawalReason.LEGAL)
    assert two.registration().state is RegistrationState.WITHDRAWING
    assert finding(two, Axis.WITHDRAWAL) == (Outcome.FAIL, "withdrawing")  # before any block
    assert two.verdict().verdicts[0].state is VerdictState.WITHDRAWN
    two.settle()
    assert two.registration().state is RegistrationState.WITHDRAWN
    assert two.entries("withdrawn")[0].number("code") == WithdrawalReason.LEGAL
    assert finding(two, Axis.WITHDRAWAL) == (Outcome.FAIL, "withdrawn why=withdrawal.legal")
    assert two.findings() == set()


def test_withdrawing_again_changes_nothing(two: Bench) -> None:
    withdraw_resource(two.library, LIBRARIAN, DIGEST, WithdrawalReason.LEGAL)
    two.settle()
    withdraw_resource(two.library, LIBRARIAN, DIGEST, WithdrawalReason.ERROR)
    two.settle()
    assert len(two.chain.events_named("ResourceWithdrawn")) == 1
    assert finding(two, Axis.WITHDRAWAL)[1] == "withdrawn why=withdrawal.legal"


def test_a_withdrawn_resource_is_neither_granted_nor_opened_nor_changed(granted: Granted) -> None:
    bench, reader, grant = granted
    bench.registered(SECOND, title="Xamsa 2")
    withdraw_resource(bench.library, LIBRARIAN, DIGEST, WithdrawalReason.LEGAL)
    for settled in (False, True):
        with pytest.raises(NoLiveGrant, match="withdrawn"):
            open_resource(bench.library, as_reader(reader), digest=grant.digest)
        with pytest.raises(ResourceIsWithdrawn):
            bench.grant(DIGEST, bench.reader())
        with pytest.raises(ResourceIsWithdrawn):
            supersede_resource(bench.library, LIBRARIAN, DIGEST, SUCCESSOR, Relation.VERSION)
        with pytest.raises(ResourceIsWithdrawn):
            declare_rendition(bench.library, LIBRARIAN, SUCCESSOR, DIGEST)
        if not settled:
            bench.settle()


def test_a_superseded_resource_is_still_lent_and_read(granted: Granted) -> None:
    bench, reader, grant = granted
    bench.registered(SECOND, title="Xamsa 2")
    supersede_resource(bench.library, LIBRARIAN, DIGEST, SUCCESSOR, Relation.VERSION)
    bench.settle()
    assert open_resource(bench.library, as_reader(reader), digest=grant.digest)
    assert bench.grant(DIGEST, bench.reader())


def test_a_resource_superseded_and_then_withdrawn_ends_withdrawn(two: Bench) -> None:
    supersede_resource(two.library, LIBRARIAN, DIGEST, SUCCESSOR, Relation.VERSION)
    two.settle()
    withdraw_resource(two.library, LIBRARIAN, DIGEST, WithdrawalReason.ERROR)
    two.settle()
    assert two.registration().state is RegistrationState.WITHDRAWN
    assert finding(two, Axis.SUPERSESSION)[0] is Outcome.FAIL
    assert two.findings() == set()


def test_a_withdrawal_overtakes_a_supersession_that_waits(two: Bench) -> None:
    two.chain.mines = False
    supersede_resource(two.library, LIBRARIAN, DIGEST, SUCCESSOR, Relation.VERSION)
    two.worker.round()
    withdraw_resource(two.library, LIBRARIAN, DIGEST, WithdrawalReason.ERROR)
    two.chain.mines = True
    two.chain.mine()
    two.settle()
    assert two.registration().state is RegistrationState.WITHDRAWN
    assert two.findings() == set()


def test_a_withdrawal_is_never_given_up(two: Bench) -> None:
    now, steward = two.clock(), STEWARD.hex()
    two.chain.act(lambda state: state.close_registrar(steward, REGISTRAR, now))
    withdraw_resource(two.library, LIBRARIAN, DIGEST, WithdrawalReason.LEGAL)
    for _ in range(5):
        two.worker.round()
        two.clock.advance(ENDING_RETRY_SECONDS)
    assert two.registration().state is RegistrationState.WITHDRAWING
    two.chain.act(lambda state: state.add_registrar(steward, REGISTRAR, 0, 2**40))
    two.settle()
    assert two.registration().state is RegistrationState.WITHDRAWN


def test_a_resource_that_the_steward_withdrew_elsewhere_ends_withdrawn_here(two: Bench) -> None:
    two.chain.act(lambda state: state.withdraw(DIGEST.hex(), STEWARD.hex(), 2))
    withdraw_resource(two.library, LIBRARIAN, DIGEST, WithdrawalReason.ERROR)
    for _ in range(40):
        two.worker.round()
        two.clock.advance(ENDING_RETRY_SECONDS)
        two.chain.mine()
    assert two.registration().state is RegistrationState.WITHDRAWN
    assert finding(two, Axis.WITHDRAWAL)[1] == "withdrawn why=withdrawal.legal"


def test_only_what_is_registered_changes(bench: Bench) -> None:
    with pytest.raises(ResourceNotFound):
        withdraw_resource(bench.library, LIBRARIAN, UNKNOWN, WithdrawalReason.ERROR)
    with pytest.raises(ResourceNotFound):
        changes_of(bench.library, LIBRARIAN, UNKNOWN)
    bench.register()
    with pytest.raises(ResourceNotYetRegistered):
        withdraw_resource(bench.library, LIBRARIAN, DIGEST, WithdrawalReason.ERROR)
    bench.settle()
    with pytest.raises(ResourceNotFound):
        supersede_resource(bench.library, LIBRARIAN, DIGEST, UNKNOWN, Relation.VERSION)
    with pytest.raises(ResourceNotFound):
        declare_rendition(bench.library, LIBRARIAN, DIGEST, UNKNOWN)
    assert changes_of(bench.library, LIBRARIAN, DIGEST) == []


def test_changes_past_the_library_get_their_entries_and_show_here(two: Bench) -> None:
    steward = STEWARD.hex()
    two.chain.act(lambda state: state.declare_rendition(SUCCESSOR.hex(), steward, DIGEST.hex()))
    two.chain.act(lambda state: state.supersede(DIGEST.hex(), steward, SUCCESSOR.hex()))
    two.chain.act(lambda state: state.withdraw(DIGEST.hex(), steward, 1))
    two.anchored_twice()
    for kind in ("rendition", "superseded", "withdrawn"):
        assert len(two.entries(kind)) == 1
    assert two.registration().state is RegistrationState.WITHDRAWN
    assert two.findings() == set()
