"""Open cases for auditors, list them, and end them: in a case, an auditor looks at private parts."""

from __future__ import annotations

import re
import secrets

from ledger_service.domain.errors import CaseNotFound, ColleagueNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.case import Case, check_case
from ledger_service.domain.people.permission import Permission, Reach, check_permitted, reach
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.store import Clock, Store
from ledger_service.services.people.record_act import record_act

_ID = re.compile(r"[0-9a-f]{64}\Z")


def open_case(
    store: Store,
    clock: Clock,
    caller: Caller,
    name: str,
    auditor: str,
    until: int,
    about: frozenset[Digest] | None = None,
) -> Case:
    """Return the case, in which an auditor looks at what is private from the next request on.

    auditor: the colleague's name; until: seconds since 1970 UTC; about: only decisions on these resources.

    Raises:
        InvalidCase: no such name, a time that is past or more than 366 days off, or too many resources.
        ColleagueNotFound: nobody of this name is an auditor here.
    """
    check_permitted(caller, Permission.CASE_OPEN)
    now = clock()
    check_case(name, now, until, about)
    with store.write() as transaction:
        colleague = transaction.colleagues.named(auditor)
        if colleague is None or Role.AUDITOR not in colleague.since:
            raise ColleagueNotFound("auditor", name=auditor[:80])
        case = Case(secrets.token_hex(32), name, colleague.number, now, until, about)
        transaction.cases.add(case)
        record_act(transaction, caller, now, ActKind.CASE_OPENED, case.id)
    return case


def list_cases(store: Store, caller: Caller, request: PageRequest) -> Page[Case]:
    """Return a page of cases, newest first: to an auditor their own; raise InvalidCursor."""
    is_own = reach(caller, Permission.CASE_READ) is Reach.OWN
    with store.read() as transaction:
        if not is_own:
            return transaction.cases.page(None, request)
        colleague = transaction.colleagues.named(caller.subject)
        return transaction.cases.page(-1 if colleague is None else colleague.number, request)


def close_case(store: Store, clock: Clock, caller: Caller, case_id: str) -> Case:
    """Return the case, which lets nobody look from now on; raise CaseNotFound."""
    check_permitted(caller, Permission.CASE_CLOSE)
    with store.write() as transaction:
        found = transaction.cases.find(case_id) if _ID.match(case_id) else None
        if found is None:
            raise CaseNotFound(case_id=case_id[:80])
        if found.closed_at is None:
            transaction.cases.close(case_id, clock())
            record_act(transaction, caller, clock(), ActKind.CASE_CLOSED, case_id)
            found = transaction.cases.find(case_id)
            assert found is not None  # cases are never deleted
    return found
