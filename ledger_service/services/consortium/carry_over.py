"""Carry to the contracts that a library has joined what must stand there: a step of the worker's round.

What became of a work goes in the order in which it happened, each after the registrations that it needs and
after whatever else is about the same works. The ledger is not anchored before that is done, so that nobody
has a proof of a work whose withdrawal is still on its way.
"""

from __future__ import annotations

from collections.abc import Collection

from ledger_service.domain.chain.cohorts.cohort_intent import GrantCohort
from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.chain.intent import (
    Change,
    DeclareRendition,
    Intent,
    IssueGrant,
    RegisterResource,
    SupersedeResource,
    WithdrawResource,
)
from ledger_service.domain.chain.job import JobName
from ledger_service.domain.chain.telling import is_shown_by
from ledger_service.domain.consortium.move import Carried, CarriedKind
from ledger_service.domain.identifiers import Digest, GrantId, StewardId
from ledger_service.domain.lending.grant import GrantState
from ledger_service.domain.resources.registration import Relation, WithdrawalReason
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library

LOOKED_AT = 300  # of what is left, in one round

Asked = tuple[JobName, Intent]


def carry_over(library: Library) -> int:
    """Return how many jobs were queued, and things found to be done, of what is left to carry."""
    with library.store.read() as transaction:
        former = transaction.former.newest()
        if former is None or not former.left or transaction.chain_index.cursor() is None:
            return 0
        some, rest = former.left[:LOOKED_AT], former.left[LOOKED_AT:]
        still, asked = _look(transaction, library, some)
    if not asked and len(still) == len(some):
        return 0
    with library.store.write() as transaction:
        for name, intent in asked:
            if transaction.jobs.find(name) is None:
                transaction.jobs.add(name, intent, library.clock())
        transaction.former.set_left(former.number, [*still, *rest])
    return len(asked) + len(some) - len(still)


def _look(
    transaction: Transaction, library: Library, some: Collection[Carried]
) -> tuple[list[Carried], list[Asked]]:
    """Return what is left of it, and the jobs to queue now that are not there."""
    subjects = sorted({digest for item in some for digest in item.works})
    events = transaction.chain_index.events_of(subjects)
    there = _registered(events, library.steward)
    still: list[Carried] = []
    asked: dict[JobName, Intent] = {}
    waited_for: set[str] = set()
    for item in some:
        if _is_done(item, library.steward, events, there):
            continue
        lacking = [digest for digest in item.works if digest not in there]
        asked.update(_registering(transaction, library, digest) for digest in lacking)
        if lacking or waited_for.intersection(item.works):
            still.append(item)
        elif item.kind in (CarriedKind.GRANT, CarriedKind.COHORT):  # their jobs see to the rest
            asked.update(_lending(transaction, library, item))
        else:
            change = _change(item, library.steward)
            asked[JobName.of(change)] = change
            still.append(item)
        if item.holds_anchor:
            waited_for.update(item.works)
    new = [(name, want) for name, want in asked.items() if transaction.jobs.find(name) is None]
    return still, new


def _registered(events: Collection[ChainEvent], steward: StewardId) -> set[str]:
    return {
        event.subject
        for event in events
        if event.name == "ResourceRegistered" and event.text("steward") == steward.hex()
    }


def _is_done(
    item: Carried, steward: StewardId, events: Collection[ChainEvent], there: Collection[str]
) -> bool:
    """Return whether the new contracts have it."""
    if item.kind in (CarriedKind.GRANT, CarriedKind.COHORT):
        return False
    if item.kind is CarriedKind.REGISTERED:
        return item.about[0] in there
    change = _change(item, steward)
    its = (event for event in events if event.subject == item.about[0])
    return any(is_shown_by(change, event) for event in its)


def _registering(transaction: Transaction, library: Library, digest: str) -> Asked:
    held = transaction.registrations.find(Digest.parse(digest), library.steward)
    assert held is not None  # looked up before the library moved
    metadata = held.metadata.digest
    wanted = RegisterResource(held.digest, held.steward, held.license, held.cid, metadata)
    return JobName.registering(held.digest, held.accepted_entry), wanted


def _change(item: Carried, steward: StewardId) -> Change:
    digest = Digest.parse(item.about[0])
    if item.kind is CarriedKind.WITHDRAWN:
        return WithdrawResource(digest, steward, WithdrawalReason(item.number))
    other = Digest.parse(item.about[1])
    if item.kind is CarriedKind.RENDITION:
        return DeclareRendition(digest, steward, other)
    return SupersedeResource(digest, steward, other, Relation(item.number))


def _lending(transaction: Transaction, library: Library, item: Carried) -> list[Asked]:
    """Return the job by which a cohort or a grant goes on; none for one whose time is over meanwhile."""
    if item.kind is CarriedKind.COHORT:
        cohort = transaction.cohorts.find(item.about[-1])
        if cohort is None or cohort.stated is None or cohort.until <= library.clock():
            return []
        intent = GrantCohort.of(cohort.stated)
        return [(JobName.of(intent), intent)]
    grant = transaction.grants.find(GrantId.parse(item.about[1]))
    if grant is None or grant.state is not GrantState.ACCEPTED or grant.until <= library.clock():
        return []
    issuing = IssueGrant(
        digest=grant.digest,
        steward=grant.steward,
        seat=grant.seat,
        turn=grant.turn,
        grantee=grant.grantee,
        scopes=grant.scopes,
        until=grant.until,
    )
    return [(JobName.of(issuing), issuing)]
