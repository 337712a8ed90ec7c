"""How a job ends: told once, however often it is settled, and adopted from the chain if need be."""

from __future__ import annotations

import pytest

from ledger_service.domain.chain.intent import AnchorCheckpoint, RevokeGrant, Wish
from ledger_service.domain.chain.job import JobName, JobState
from ledger_service.domain.chain_errors import GrantNotLive
from ledger_service.domain.errors import GrantNotFound, TransactionRejected
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.lending.grant import GrantState
from ledger_service.ports.chain import Job
from ledger_service.ports.store import Transaction
from ledger_service.services.chain.settle_job import (
    adopt_effect,
    record_rejection,
    record_success,
)
from ledger_service.services.lending.change_grant import revoke_grant
from ledger_service.services.resources.effects import reason_code
from ledger_service.setup import EFFECTS
from tests.simulators.bench import BOOK, LIBRARIAN, STEWARD, Bench, Granted

TRANSACTION = "ab" * 32
REFUSED = TransactionRejected("reverted")


def queued(transaction: Transaction, bench: Bench) -> Job:
    """Return the one job that is queued."""
    (job,) = transaction.jobs.queued(bench.clock(), 10)
    return job


def added(transaction: Transaction, intent: Wish) -> Job:
    """Add a job for this intent, and return it."""
    name = JobName.of(intent)
    transaction.jobs.add(name, intent, 0)
    job = transaction.jobs.find(name)
    assert job is not None
    return job


@pytest.mark.parametrize("first", ["success", "rejection"])
def test_a_settled_job_is_told_once_and_stays_as_it_is(bench: Bench, first: str) -> None:
    bench.license()
    bench.settle()
    bench.register()
    block = bench.chain.blocks[-1].block
    with bench.store.write() as transaction:
        job = queued(transaction, bench)
        for ending in (first, "success", "rejection"):
            if ending == "success":
                record_success(EFFECTS, transaction, job, block, TRANSACTION, bench.clock())
            else:
                record_rejection(EFFECTS, transaction, job, REFUSED, bench.clock())
    told = [entry.kind for entry in bench.entries() if entry.kind in ("registered", "rejected")]
    assert told == ["registered" if first == "success" else "rejected"]
    assert bench.registration().state == told[0]


def test_a_job_that_is_gone_is_not_told(bench: Bench) -> None:
    intent = RevokeGrant(GrantId(b"\x01" * 32), Digest.of(BOOK), STEWARD, 0)
    job = Job(99, JobName.of(intent), intent, JobState.QUEUED, 0)
    with bench.store.write() as transaction:
        record_success(EFFECTS, transaction, job, bench.chain.blocks[-1].block, TRANSACTION, 0)
        record_rejection(EFFECTS, transaction, job, REFUSED, 0)
    assert [entry.kind for entry in bench.entries()] == ["steward"]


def test_a_refused_license_and_a_refused_anchor_write_no_entry(bench: Bench) -> None:
    row = bench.license()
    with bench.store.write() as transaction:
        record_rejection(EFFECTS, transaction, queued(transaction, bench), REFUSED, 0)
        record_rejection(
            EFFECTS,
            transaction,
            added(transaction, AnchorCheckpoint(0, 1, bytes(32), ())),
            REFUSED,
            0,
        )
        assert transaction.licenses.find(row.id).state == "rejected"  # type: ignore[union-attr]
    assert [entry.kind for entry in bench.entries()] == ["steward"]


def test_a_grant_is_adopted_from_its_event(bench: Bench) -> None:
    registration = bench.registered()
    grant = bench.grant(registration.digest, bench.reader())
    bench.chain.replies_swallowed = 1
    with pytest.raises(Exception, match=r"chain-unavailable.no-answer"):
        bench.worker.round()
    with bench.store.write() as transaction:
        (job, _) = transaction.jobs.submitted()[0]
        assert not adopt_effect(EFFECTS, transaction, job, 0)  # the index has not read it yet
        transaction.jobs.set_queued(job.id, 0, "as if its transaction had been lost")
    bench.settle()
    assert bench.held(grant).state is GrantState.ISSUED
    assert len(bench.entries("grant-issued")) == 1
    assert bench.findings() == set()


def test_a_revocation_is_adopted_from_its_event(granted: Granted) -> None:
    bench, _, grant = granted
    revoke_grant(bench.library, LIBRARIAN, grant.id)
    bench.chain.replies_swallowed = 1
    with pytest.raises(Exception, match=r"chain-unavailable.no-answer"):
        bench.worker.round()
    with bench.store.write() as transaction:
        (job, _) = transaction.jobs.submitted()[0]
        transaction.jobs.set_queued(job.id, 0, "as if its transaction had been lost")
    bench.settle()
    assert bench.held(grant).state is GrantState.REVOKED
    assert len(bench.entries("grant-revoked")) == 1
    assert bench.findings() == set()


def test_an_anchor_is_never_adopted_by_its_job(bench: Bench) -> None:
    with bench.store.write() as transaction:
        job = added(transaction, AnchorCheckpoint(0, 1, bytes(32), ()))
        assert not adopt_effect(EFFECTS, transaction, job, 0)


def test_a_revocation_of_a_grant_that_is_not_on_chain_ends(granted: Granted) -> None:
    bench, _, grant = granted
    revoke_grant(bench.library, LIBRARIAN, grant.id)
    with bench.store.write() as transaction:
        job = queued(transaction, bench)
        record_rejection(EFFECTS, transaction, job, GrantNotLive("on-chain", values=""), 0)
    assert bench.held(grant).state is GrantState.REVOKED
    assert bench.entries("grant-revoked") == []


def test_a_reason_is_told_by_the_digest_of_its_slug() -> None:
    assert reason_code(REFUSED) == reason_code(TransactionRejected("too-much-gas"))
    assert reason_code(REFUSED) != reason_code(GrantNotFound("other"))
    assert len(reason_code(REFUSED)) == 8
