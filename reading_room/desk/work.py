"""What the worker does for the desk: the audit that an auditor has asked for.

It may be left anywhere; whoever leads next makes it again from its beginning.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.errors import LedgerError, LedgerTooLarge
from ledger_service.services.audit.audit_ledger import audit_ledger
from ledger_service.services.library import Library
from reading_room.desk.audit_run import MOST_ENTRIES, AuditRun
from reading_room.desk.own_source import OwnSource
from reading_room.desk.sql.audits import SqlAudits
from reading_room.desk.sql.schema import LONGEST_STAGE

TOLD_EVERY_SECONDS = 2.0
WORKS_SECONDS, RESTS_SECONDS = 0.05, 0.02  # in turns: others want the processor, too

Stops = Callable[[], bool]


class _Stopped(Exception):
    """The worker ends."""


def work(library: Library, stops: Stops) -> None:
    """Make the audit that is asked for; return when none is left, or soon after it is told to stop."""
    with library.store.read() as transaction:
        run = transaction.room(SqlAudits).newest()
    if run is None or not run.is_open or stops():
        return
    run = replace(run, began_at=library.clock())
    _set(library, run)
    try:
        ended = _audited(library, run, stops)
    except _Stopped:
        return
    except LedgerError as exc:
        ended = run.failed(library.clock(), exc.reason.format())
    _set(library, ended)


def _audited(library: Library, run: AuditRun, stops: Stops) -> AuditRun:
    with library.store.read() as transaction:
        size = transaction.ledger.size()
    if size > MOST_ENTRIES:
        raise LedgerTooLarge(size=size, most=MOST_ENTRIES)
    told_at, rested_at = 0.0, time.monotonic()

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal told_at, rested_at
        if stops():
            raise _Stopped
        if time.monotonic() - rested_at >= WORKS_SECONDS:
            time.sleep(RESTS_SECONDS)
            rested_at = time.monotonic()
        if time.monotonic() - told_at >= TOLD_EVERY_SECONDS:
            told_at = time.monotonic()
            _set(library, replace(run, stage=stage[:LONGEST_STAGE], done=done, total=total))

    report = audit_ledger(
        OwnSource(library),
        library.chain,
        library.key,
        check_ed25519,
        steward=library.steward,
        first_block=0,
        with_private_parts=True,
        progress=progress,
    )
    return run.ended(library.clock(), report)


def _set(library: Library, run: AuditRun) -> None:
    with library.store.write() as transaction:
        transaction.room(SqlAudits).set(run)
