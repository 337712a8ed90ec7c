"""Check what stands behind credentials, of which the ledger holds digests: attendances and status lists.

Each is fetched and hashed again. A list's states name one another, so that none can be left out, and the list
that is published must be that of the newest state, or of one that came after the checkpoint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from ledger_service.domain.credentials.attendance import Attendance
from ledger_service.domain.credentials.compact_jws import Token
from ledger_service.domain.credentials.status_list import ListState, unpack
from ledger_service.domain.errors import InvalidCredential, InvalidJson, NotFound
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.ledger.entry import Entry, StatementType
from ledger_service.ports.audit import LedgerSource
from ledger_service.services.audit.attested.own_statements import Attested, own_statements
from ledger_service.services.audit.faults import Fault, Report

_MALFORMED = (InvalidCredential, InvalidJson, KeyError, TypeError, ValueError, AttributeError)


def check_credentials(
    source: LedgerSource, entries: Mapping[int, Entry], steward: StewardId, add: Report
) -> None:
    """Add a finding for each attendance and each status list that is not shown, or is another.

    entries: by index, in their order. steward: whose ledger it is; what others state is elsewhere.
    """
    attendances = own_statements(entries, steward, StatementType.ATTENDANCE)
    _check_attendances(source, attendances, add)
    _check_lists(source, own_statements(entries, steward, StatementType.STATUS_LIST), add)


def _check_attendances(source: LedgerSource, attested: Attested, add: Report) -> None:
    for statement, index in attested.items():
        try:
            if Attendance.of_value(source.attendance(statement)).statement != statement:
                add(Fault.ATTENDANCE_DIFFERS.of(entry=index))
        except NotFound:
            add(Fault.ATTENDANCE_MISSING.of(entry=index, digest=statement.hex()))
        except _MALFORMED:
            add(Fault.ATTENDANCE_DIFFERS.of(entry=index))


def _check_lists(source: LedgerSource, attested: Attested, add: Report) -> None:
    """Lists are counted from 1; one of which the ledger attests nothing was begun after the checkpoint."""
    left, number = dict(attested), 1
    while left:
        found = len(left)
        try:
            states = _states_of(source, number, len(attested))
        except _MALFORMED:
            add(Fault.STATUS_LIST_FORM.of(list=number))
            break
        for state in states:
            left.pop(state.statement, None)
        if len(left) == found:
            break
        _check_list(source, number, states, attested, add)
        number += 1
    for statement, index in left.items():
        add(Fault.STATUS_LIST_MISSING.of(entry=index, digest=statement.hex()))


def _states_of(source: LedgerSource, number: int, most: int) -> list[ListState]:
    """Return the states of a list, the newest first. most: after so many a service gives no others."""
    found: list[ListState] = []
    below: int | None = None
    while len(found) <= most:
        page = [ListState.parse(body.encode()) for body in source.list_states(number, below)]
        found += page
        if not page or page[-1].number == 0:
            break
        below = page[-1].number
    return found


def _check_list(
    source: LedgerSource, number: int, states: list[ListState], attested: Attested, add: Report
) -> None:
    """states: newest first, at least one of them attested."""
    covered = next(at for at, state in enumerate(states) if state.statement in attested)
    for at, state in enumerate(states):
        older = states[at + 1] if at + 1 < len(states) else None
        before = "0" * 64 if older is None else older.statement.hex()
        if (state.number, state.before) != (len(states) - 1 - at, before):
            add(Fault.STATUS_LIST_CHAIN.of(list=number, number=state.number))
        if at > covered and state.statement not in attested:
            add(Fault.STATUS_LIST_UNTOLD.of(list=number, number=state.number))
    try:
        told = Token.parse(source.status_list(number).decode()).payload["status_list"]
        published = hashlib.sha256(unpack(told["lst"])).hexdigest()
    except (NotFound, *_MALFORMED):
        published = ""
    if published not in {state.list_digest for state in states[: covered + 1]}:
        add(Fault.STATUS_LIST_PUBLISHED.of(list=number))
