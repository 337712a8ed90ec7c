"""Chain jobs (the outbox), the raw transactions that carry them, and the worker's lease."""

from __future__ import annotations

import itertools
import json
from typing import Any, get_args

from sqlalchemy import Connection, Row, Select, bindparam, case, func, insert, or_, select, update

from ledger_service.adapters.sql.chain.schema import job, lease, sent_transaction
from ledger_service.domain.chain import intent as intents
from ledger_service.domain.chain.intent import (
    AnchorCheckpoint,
    Change,
    Intent,
    ReturnGrant,
    RevokeGrant,
    WithdrawResource,
)
from ledger_service.domain.chain.job import LONGEST_WAIT_SECONDS, JobName, JobState
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.chain import Job, LeaseKind, SignedTransaction

WEI_A_GWEI = 10**9
LONGEST_ERROR = 500  # characters
STATES_OPEN = (JobState.QUEUED, JobState.SUBMITTED)
URGENT = [kind.KIND for kind in (RevokeGrant, ReturnGrant, WithdrawResource, AnchorCheckpoint)]
UNDER_WAY = (
    select(
        job,
        *(sent_transaction.c[name] for name in ("hash", "sender", "nonce", "raw", "signed_at")),
    )
    .join(sent_transaction, sent_transaction.c.job == job.c.id)
    .where(job.c.state == JobState.SUBMITTED)
    .order_by(sent_transaction.c.id.desc())
)
"""Jobs under way with each of their transactions, the newest first."""


def _due() -> Select[Any]:
    older = job.alias()
    follows_another = (
        select(older.c.id)
        .where(older.c.subject == job.c.subject, older.c.id < job.c.id)
        .where(older.c.state.in_(STATES_OPEN))
        .exists()
    )
    is_urgent = job.c.kind.in_(URGENT) & ~follows_another
    return (
        select(job)
        .where(job.c.state == JobState.QUEUED)
        # Nothing waits longer than that: a later time is of a clock that was ahead.
        .where(~job.c.not_before.between(bindparam("soonest"), bindparam("latest")))
        .order_by(case((is_urgent, 0), else_=1), job.c.id)
        .limit(bindparam("most"))
    )


# Statements that an idle worker runs at each of its rounds are built once.
DUE = _due()
"""Queued jobs that are not told to wait from `soonest` to `latest`; `most`: how many."""


class SqlJobs:
    """Implements ports.JobTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, name: JobName, intent: Intent, now: int) -> None:
        self._connection.execute(
            insert(job),
            {
                **_columns(name),
                "intent": json.dumps(intent.to_json()),
                "state": JobState.QUEUED,
                "attempts": 0,
                "not_before": now,
            },
        )

    def find(self, name: JobName) -> Job | None:
        found = select(job).where(
            job.c.subject == name.subject, job.c.kind == name.kind, job.c.details == name.details
        )
        row = self._connection.execute(found).one_or_none()
        return None if row is None else _job(row)

    def open_about(self, subject: str) -> list[Job]:
        """Return the jobs that have not ended and may be about this; signed elsewhere, about anything."""
        its = or_(job.c.subject == bytes.fromhex(subject), job.c.kind == SignedIntent.KIND)
        rows = self._connection.execute(select(job).where(job.c.state.in_(STATES_OPEN), its))
        return [_job(row) for row in rows]

    def changes_of(self, digest: Digest) -> list[Job]:
        """Return the jobs that change a registered resource, oldest first."""
        kinds = [change.KIND for change in get_args(Change)]
        rows = self._connection.execute(
            select(job)
            .where(job.c.subject == digest.value, job.c.kind.in_(kinds))
            .order_by(job.c.id)
        )
        return [_job(row) for row in rows]

    def queued(self, now: int, limit: int) -> list[Job]:
        """Return queued jobs that are due: what must not wait first, then the oldest."""
        times = {"soonest": now + 1, "latest": now + LONGEST_WAIT_SECONDS}
        rows = self._connection.execute(DUE, {**times, "most": limit})
        return [_job(row) for row in rows]

    def submitted(self) -> list[tuple[Job, list[SignedTransaction]]]:
        """Return jobs under way by nonce, each with its transactions, the newest first."""
        found: dict[int, tuple[Job, list[SignedTransaction]]] = {}
        for row in self._connection.execute(UNDER_WAY):
            _, transactions = found.setdefault(row.id, (_job(row), []))
            transactions.append(_transaction(row))
        return sorted(found.values(), key=lambda item: item[1][0].nonce)

    def waiting_since(self, then: int) -> list[tuple[Job, SignedTransaction]]:
        """Return jobs under way by nonce, each with its newest transaction, if signed by `then`."""
        newest: dict[int, Row[Any]] = {}
        for row in self._connection.execute(UNDER_WAY):
            newest.setdefault(row.id, row)
        late = [row for row in newest.values() if row.signed_at <= then]
        late.sort(key=lambda row: row.nonce)
        return [(_job(row), _transaction(row)) for row in late]

    def last_sender(self) -> str | None:
        sent = sent_transaction.c
        newest = select(sent.sender).order_by(sent.id.desc()).limit(1)
        return self._connection.execute(newest).scalar_one_or_none()

    def pending_anchors(self) -> list[AnchorCheckpoint]:
        """Return the anchors that are queued or under way."""
        kind = AnchorCheckpoint.KIND
        pending = select(job.c.intent).where(job.c.kind == kind, job.c.state.in_(STATES_OPEN))
        rows = self._connection.scalars(pending)
        return [AnchorCheckpoint.from_json(json.loads(text)) for text in rows]

    def free_nonces(self, sender: str, at_least: int, count: int) -> list[int]:
        """Return the lowest nonces from this one on that no job under way holds for this sender."""
        sent = sent_transaction.c
        under_way = (
            select(sent.id).join(job, job.c.id == sent.job).where(job.c.state == JobState.SUBMITTED)
        )
        newest = under_way.with_only_columns(func.max(sent.id)).group_by(sent.job)
        # An older transaction of a job may wait in a pool with its nonce, but it is not sent again: it does
        # not hold the nonce that is due, for which all that follows waits.
        held = set(
            self._connection.scalars(
                select(sent.nonce)
                .where(sent.sender == sender, sent.nonce >= at_least, sent.id.in_(under_way))
                .where(or_(sent.nonce > at_least, sent.id.in_(newest)))
            )
        )
        free = (nonce for nonce in itertools.count(at_least) if nonce not in held)
        return list(itertools.islice(free, count))

    def set_submitted(self, job_id: int, transaction: SignedTransaction, now: int) -> None:
        self.add_transaction(job_id, transaction, now)
        self._set(job_id, state=JobState.SUBMITTED, attempts=job.c.attempts + 1, error=None)

    def add_transaction(self, job_id: int, transaction: SignedTransaction, now: int) -> None:
        self._connection.execute(
            insert(sent_transaction),
            {
                "sender": transaction.sender,
                "nonce": transaction.nonce,
                "hash": transaction.hash,
                "job": job_id,
                "raw": transaction.raw,
                "signed_at": now,
                "cost": _gwei(transaction.most),
            },
        )

    def set_queued(self, job_id: int, not_before: int, error: str) -> None:
        self._set(
            job_id,
            state=JobState.QUEUED,
            not_before=not_before,
            attempts=job.c.attempts + 1,
            error=error[:LONGEST_ERROR],
        )

    def put_off(self, job_id: int, not_before: int, error: str) -> None:
        waits = {"state": JobState.QUEUED, "not_before": not_before}
        self._set(job_id, **waits, error=error[:LONGEST_ERROR])

    def set_paid(self, job_id: int, hash_: str, wei: int) -> None:
        sent = sent_transaction.c
        place = select(sent.nonce).where(sent.hash == hash_).scalar_subquery()
        its = (sent.job == job_id) & (sent.nonce == place)
        cost = case((sent.hash == hash_, _gwei(wei)), else_=0)
        self._connection.execute(update(sent_transaction).where(its).values(cost=cost))

    def spent_since(self, then: int) -> int:
        sent = sent_transaction.c
        total = select(func.sum(sent.cost)).where(sent.signed_at > then)
        return int(self._connection.scalar(total) or 0) * WEI_A_GWEI

    def count_waiting(self, error: str) -> int:
        its = job.c.state == JobState.QUEUED, job.c.error == error
        return int(self._connection.scalar(select(func.count()).where(*its)) or 0)

    def wake(self, error: str, now: int) -> None:
        its = (job.c.state == JobState.QUEUED) & (job.c.error == error)
        self._connection.execute(update(job).where(its).values(not_before=now))

    def set_done(self, job_id: int, block: int, entry: int | None) -> None:
        self._set(job_id, state=JobState.DONE, error=None, block=block, entry=entry)

    def recall(self, above: int, now: int) -> list[Job]:
        its = (job.c.state == JobState.DONE) & (job.c.block > above)
        recalled = [_job(row) for row in self._connection.execute(select(job).where(its))]
        was_sent = job.c.id.in_(select(sent_transaction.c.job))
        for state, those in ((JobState.SUBMITTED, was_sent), (JobState.QUEUED, ~was_sent)):
            self._connection.execute(
                update(job).where(its, those).values(state=state, not_before=now)
            )
        return recalled

    def count_recalled(self) -> int:
        its = job.c.state.in_(STATES_OPEN), job.c.block.is_not(None)
        return int(self._connection.scalar(select(func.count()).where(*its)) or 0)

    def set_rejected(self, job_id: int, error: str) -> None:
        self._set(job_id, state=JobState.REJECTED, error=error[:LONGEST_ERROR])

    def _set(self, job_id: int, **values: Any) -> None:
        self._connection.execute(update(job).where(job.c.id == job_id).values(**values))

    def count_by_state(self) -> dict[str, int]:
        rows = self._connection.execute(select(job.c.state, func.count()).group_by(job.c.state))
        return {row[0]: row[1] for row in rows}

    def is_leased(self, kind: LeaseKind, now: int, seconds: int) -> bool:
        """Return whether a lease of this kind, taken for so many seconds, holds."""
        held = lease.c.until.between(now + 1, _latest_end(now, seconds))
        its = select(lease.c.name).where(lease.c.kind == kind, held)
        return self._connection.execute(its.limit(1)).first() is not None

    def holds_lease(self, kind: LeaseKind, name: str, holder: str, now: int, seconds: int) -> bool:
        its = (lease.c.kind == kind) & (lease.c.name == name) & (lease.c.holder == holder)
        ends = lease.c.until.between(now + 2 * seconds // 3, now + seconds)
        return self._connection.execute(select(lease.c.name).where(its, ends)).first() is not None

    def take_lease(self, kind: LeaseKind, name: str, holder: str, now: int, seconds: int) -> bool:
        """Take or renew the lease; False while another holder's holds."""
        its = (lease.c.kind == kind) & (lease.c.name == name)
        row = self._connection.execute(select(lease).where(its)).one_or_none()
        held = {"holder": holder, "until": now + seconds}
        if row is None:
            self._connection.execute(insert(lease), {"kind": kind, "name": name, **held})
            return True
        if row.holder != holder and now < row.until <= _latest_end(now, seconds):
            return False
        self._connection.execute(update(lease).where(its).values(**held))
        return True

    def end_lease(self, kind: LeaseKind, name: str, holder: str, now: int) -> None:
        its = (lease.c.kind == kind) & (lease.c.name == name) & (lease.c.holder == holder)
        self._connection.execute(update(lease).where(its).values(until=now))


def _gwei(wei: int) -> int:
    """Return whole gwei, rounded up: wei do not fit into a column's number."""
    return -(-wei // WEI_A_GWEI)


def _latest_end(now: int, seconds: int) -> int:
    """Return when a lease may end at the latest; a later one was taken by a clock that was ahead.

    The clocks of two machines are never equal, so they may differ by a lease's length.
    """
    return now + 2 * seconds


def _columns(name: JobName) -> dict[str, str | bytes]:
    return {"kind": name.kind, "subject": name.subject, "details": name.details}


def _transaction(row: Row[Any]) -> SignedTransaction:
    return SignedTransaction(row.hash, row.sender, row.nonce, row.raw)


def _job(row: Row[Any]) -> Job:
    intent = intents.from_json(row.kind, json.loads(row.intent))
    name = JobName(row.kind, row.subject, row.details)
    return Job(row.id, name, intent, JobState(row.state), row.attempts, row.error, row.entry)
