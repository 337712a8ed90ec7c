"""Ask for an audit by the library's own worker, and see what audits found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger_service.domain.errors import AuditNotFound
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from reading_room.desk.audit_run import AuditRun
from reading_room.desk.ports import AuditTables

Tables = Callable[[Any], AuditTables]
"""Makes the room's tables of a connection."""


def request_audit(library: Library, caller: Caller, tables: Tables) -> AuditRun:
    """Return the audit that the worker will make; the one that waits or is under way, if there is one."""
    check_permitted(caller, Permission.PRIVATE_PART_READ)
    with library.store.write() as transaction:
        room, now = transaction.room(tables), library.clock()
        newest = room.newest()
        if newest is not None and newest.is_open:
            return newest
        run = AuditRun(1 if newest is None else newest.number + 1, now)
        room.set(run)
        record_act(transaction, caller, now, ActKind.AUDIT_STARTED, run.number)
    return run


def list_audits(
    library: Library, caller: Caller, tables: Tables, request: PageRequest
) -> Page[AuditRun]:
    """Return a page of the audits that are remembered, newest first; raise InvalidCursor."""
    check_permitted(caller, Permission.PRIVATE_PART_READ)
    with library.store.read() as transaction:
        return transaction.room(tables).page(request)


def find_audit(library: Library, caller: Caller, tables: Tables, number: int) -> AuditRun:
    """Return an audit as it is now; raise AuditNotFound."""
    check_permitted(caller, Permission.PRIVATE_PART_READ)
    with library.store.read() as transaction:
        found = transaction.room(tables).find(number)
    if found is None:
        raise AuditNotFound(number=number)
    return found
