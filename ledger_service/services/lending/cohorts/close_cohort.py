"""Close a cohort, or let members leave it. Here both hold at once, chain or no chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ledger_service.domain.chain.cohorts.cohort_intent import CloseCohort
from ledger_service.domain.chain.intent import RevokeGrant
from ledger_service.domain.chain.job import JobName
from ledger_service.domain.lending.class_list import ListedPerson, understand
from ledger_service.domain.lending.cohort import (
    COHORT_STATES_STANDING,
    MOST_MEMBERS,
    Cohort,
    CohortState,
    Member,
)
from ledger_service.domain.lending.grant import GRANT_STATES_STANDING, GrantState
from ledger_service.domain.lending.list_file import table_of
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.store import Transaction
from ledger_service.services.chain.ask_chain import ask_chain
from ledger_service.services.lending.cohorts.grant_cohort import cohort_named
from ledger_service.services.lending.cohorts.read_list import listed_people, readers_of
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act


class Leaving(NamedTuple):
    """How many left, whose claimed grants were revoked, and who were asked for and are no members."""

    left: int
    revoked: int
    strangers: int


def close_cohort(library: Library, caller: Caller, name: str) -> Cohort:
    """Return the cohort, closing: nobody claims from now on, and what was claimed stays. A draft goes.

    Raises:
        CohortNotFound: no such cohort.
    """
    check_permitted(caller, Permission.COHORT_CLOSE)
    with library.store.write() as transaction:
        found, now = cohort_named(library, transaction, name), library.clock()
        if found.state is CohortState.DRAFT:
            transaction.cohorts.remove_draft(name)
            return found
        if found.state not in COHORT_STATES_STANDING:
            return found
        assert found.stated is not None  # it is no draft
        intent = CloseCohort.of(found.stated)
        transaction.cohorts.set_state(name, CohortState.CLOSING)
        ask_chain(transaction, JobName.of(intent), intent, now)
        record_act(transaction, caller, now, ActKind.COHORT_CLOSED, name)
        return cohort_named(library, transaction, name)


def let_listed_leave(
    library: Library, caller: Caller, name: str, data: bytes, issuer: str = ""
) -> Leaving:
    """Let those leave whom a class list names, as `read_list` reads it. issuer: of the accounts in it.

    Raises:
        CohortNotFound: no such cohort.
        InvalidCohort: it is no list.
    """
    check_permitted(caller, Permission.COHORT_CLOSE)
    people = listed_people(library, understand(table_of(data), MOST_MEMBERS), issuer)
    with library.store.write() as transaction:
        cohort_named(library, transaction, name)
        return _let_leave(library, transaction, caller, name, people)


def let_reader_leave(library: Library, caller: Caller, name: str, reader: str) -> Leaving:
    """Let one reader leave, by the service's own random name; raise CohortNotFound."""
    check_permitted(caller, Permission.COHORT_CLOSE)
    with library.store.write() as transaction:
        cohort_named(library, transaction, name)
        member = transaction.cohorts.member(name, reader)
        return _leave(library, transaction, caller, name, [member])


def _let_leave(
    library: Library,
    transaction: Transaction,
    caller: Caller,
    name: str,
    people: Sequence[ListedPerson],
) -> Leaving:
    readers = readers_of(transaction, people)
    named = [readers.get(one.tag) for one in people]
    found = [None if one is None else transaction.cohorts.member(name, one) for one in named]
    return _leave(library, transaction, caller, name, found)


def _leave(
    library: Library,
    transaction: Transaction,
    caller: Caller,
    name: str,
    found: Sequence[Member | None],
) -> Leaving:
    members = [one for one in found if one is not None]
    now, revoked = library.clock(), 0
    for member in members:
        revoked += _revoke(transaction, caller, member, now)
        transaction.cohorts.leave(name, member.index, now)
    if members:
        record_act(transaction, caller, now, ActKind.COHORT_LEFT, name)
    return Leaving(len(members), revoked, len(found) - len(members))


def _revoke(transaction: Transaction, caller: Caller, member: Member, now: int) -> bool:
    """Return whether the member had a standing grant of the cohort, which is revoked now."""
    grant = None if member.grant is None else transaction.grants.find(member.grant)
    if grant is None or grant.state not in GRANT_STATES_STANDING or grant.until <= now:
        return False
    transaction.grants.set_state(grant.id, GrantState.REVOKING)
    intent = RevokeGrant(grant.id, grant.digest, grant.steward, grant.seat)
    ask_chain(transaction, JobName.of(intent), intent, now)
    record_act(transaction, caller, now, ActKind.GRANT_REVOKED, grant.id)
    return True
