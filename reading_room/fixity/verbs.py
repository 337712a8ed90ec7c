"""Ask for a run of checks, and see what runs found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ledger_service.domain.content.fixity import Outcome
from ledger_service.domain.errors import FixityRunNotFound
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from reading_room.fixity.ports import FixityTables
from reading_room.fixity.rules import Finding, Run

Tables = Callable[[Any], FixityTables]
"""Makes the room's tables of a connection."""


def request_run(library: Library, caller: Caller, tables: Tables) -> Run:
    """Return the run that the worker will make; the one that waits or is under way, if there is one."""
    check_permitted(caller, Permission.FIXITY_START)
    with library.store.write() as transaction:
        room, now = transaction.room(tables), library.clock()
        newest = room.newest()
        if newest is not None and newest.ended_at is None:
            return newest
        run = Run.after(newest, now)
        room.set(run)
        record_act(transaction, caller, now, ActKind.FIXITY_STARTED, run.number)
    return run


def list_runs(library: Library, tables: Tables, page: PageRequest) -> Page[Run]:
    """Return a page of the runs, newest first."""
    with library.store.read() as transaction:
        return transaction.room(tables).page(page)


def find_run(library: Library, tables: Tables, number: int) -> Run:
    """Return a run; raise FixityRunNotFound if there is none of this number."""
    with library.store.read() as transaction:
        found = transaction.room(tables).find(number)
    if found is None:
        raise FixityRunNotFound(number=number)
    return found


def list_findings(
    library: Library, tables: Tables, number: int, page: PageRequest, outcomes: Sequence[Outcome]
) -> Page[Finding]:
    """Return a page of what a run found, in the order of its root; raise FixityRunNotFound."""
    find_run(library, tables, number)
    with library.store.read() as transaction:
        return transaction.room(tables).findings(number, page, outcomes or tuple(Outcome))
