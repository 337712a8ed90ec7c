"""Move a library from its contracts to those of a consortium: one moment, and the ledger goes on.

Nothing is sent here. Afterwards works that stood registered are claims that the ledger proves, and everything
that must be on the new contracts waits to be carried there by the worker (carry_over.py).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.history import ChainHistory
from ledger_service.domain.chain.intent import DefineLicense
from ledger_service.domain.chain.job import JobName, JobState
from ledger_service.domain.consortium.move import (
    Carried,
    CarriedKind,
    carried_of,
    move_digest,
    standing_changes,
)
from ledger_service.domain.errors import MoveRefused
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry, StatementType
from ledger_service.domain.lending.cohort import Cohort, CohortState
from ledger_service.domain.lending.commitment import SALT_BYTES, commit
from ledger_service.domain.lending.grant import Grant, GrantState, grant_id
from ledger_service.domain.reasons import Reason
from ledger_service.domain.resources.registration import STATES_READABLE, RegistrationState
from ledger_service.ports.consortium.former import FormerContracts
from ledger_service.ports.lending import GrantFilter
from ledger_service.ports.paging import AT_ONCE, PageRequest
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library

ENTRIES_A_READ = 5000
FIRST_TURN = 1
MOST_NAMED = 5  # digests, in a refusal


@dataclass(frozen=True)
class MoveCost:
    """How many works, changes, grants, cohorts and licenses are brought to the new contracts by transactions.

    claims: works that need none, since the anchored ledger proves them.
    """

    claims: int
    registered: int
    changes: int
    grants: int
    cohorts: int
    licenses: int


def check_movable(transaction: Transaction, library: Library) -> None:
    """Check that nothing is under way and that all can be carried; raise MoveRefused.

    Refused are also works that do not count on the contracts that are left, since the key that registered
    them was stolen: as claims of the ledger they would.
    """
    counts = transaction.jobs.count_by_state()
    waiting = sum(counts.get(state, 0) for state in (JobState.QUEUED, JobState.SUBMITTED))
    if waiting:
        raise MoveRefused("unsettled", count=waiting)
    if transaction.checkpoints.unsigned():
        raise MoveRefused("unsigned")
    former = transaction.former.newest()
    if former is not None and former.left:
        raise MoveRefused("carrying", count=len(former.left))
    _check_counted(transaction, library)


def _check_counted(transaction: Transaction, library: Library) -> None:
    """Check that no standing registration was made by a key that was stolen by then."""
    events = transaction.chain_index.events_of([library.steward.hex()])
    history = ChainHistory.of(event for event in events if event.contract == "StewardRegistry")
    stolen = {name for name, window in history.agents.items() if window.closed_at is not None}
    if not stolen:
        return
    named = []
    request = PageRequest(limit=AT_ONCE)
    while True:
        page = transaction.registrations.page(request)
        digests = [item.digest.hex() for item in page.items if item.state in STATES_READABLE]
        for event in transaction.chain_index.events_of(digests):
            if event.name != "ResourceRegistered" or event.text("registrar") not in stolen:
                continue
            if history.agents[event.text("registrar")].is_compromised(event.block_time):
                named.append(event.subject)
        if page.next is None:
            break
        request = PageRequest(page.next, AT_ONCE)
    if named:
        shown = ", ".join(named[:MOST_NAMED])
        raise MoveRefused("stolen-key", count=len(named), digests=shown)


def cost_of_move(library: Library) -> MoveCost:
    """Return what a move would send; raise MoveRefused if it cannot be made now."""
    with library.store.read() as transaction:
        check_movable(transaction, library)
        _, changes = _read_ledger(transaction, library)
        carried = _changes_and_works(transaction, library, changes)
        states = transaction.registrations.count_by_state()
        touched = {digest for item in carried for digest in item.works}
        now = library.clock()
        grants, cohorts = list(_live_grants(transaction, now)), _open_cohorts(transaction, now)
        touched.update(grant.digest.hex() for grant in grants)
        touched.update(cohort.digest.hex() for cohort in cohorts)
        licenses = sum(1 for _ in _licenses(transaction))
    registered = states.get(RegistrationState.REGISTERED.value, 0)
    return MoveCost(registered, len(touched), len(changes), len(grants), len(cohorts), licenses)


def move_library(library: Library, former: Deployment, deployment: Deployment) -> FormerContracts:
    """Return the contracts that are left, of which the database knows nothing more than that.

    May be run again: what is moved there stays as it is. Nobody else may write meanwhile.

    former: of the contracts that are left; deployment: with the same ledger, of those that are joined.

    Raises:
        MoveRefused: something is under way, or would be lost.
    """
    with library.store.write() as transaction:
        standing = transaction.former.newest()
        if standing is not None and standing.successor == deployment.digest:
            return standing
        check_movable(transaction, library)
        now = library.clock()
        number = 1 if standing is None else standing.number + 1
        kept, changes = _read_ledger(transaction, library)
        carried = _changes_and_works(transaction, library, changes)
        transaction.former.begin_anew(number, library.steward, kept)
        _ask_for_licenses(transaction, now)
        left_at = _grants_left(transaction, now)
        entry, _ = append_statement(
            transaction,
            StatementType.MOVED,
            move_digest(former.digest, deployment.digest),
            library.steward,
            now,
        )
        found = FormerContracts(number, former.format(), deployment.digest, entry, now)
        transaction.former.add(found)  # before grants are issued anew: their serials are above
        carried += _carry_cohorts(transaction, now)
        carried += [_reissue(transaction, grant, now) for grant in left_at]
        transaction.former.set_left(number, carried)
    return found


def _read_ledger(transaction: Transaction, library: Library) -> tuple[set[int], dict[int, Entry]]:
    """Return the entries that told of no chain though their names are kept, and changes that still hold."""
    kept: set[int] = set()

    def read() -> Iterator[tuple[int, Entry]]:
        size = transaction.ledger.size()
        for start in range(0, size, ENTRIES_A_READ):
            bodies = transaction.ledger.entries(start, ENTRIES_A_READ)
            for index, entry in enumerate(map(Entry.parse, bodies), start):
                if entry.place is None:
                    kept.add(index)
                yield index, entry

    changes = standing_changes(read(), library.steward.hex())
    return kept, changes


def _changes_and_works(
    transaction: Transaction, library: Library, changes: dict[int, Entry]
) -> list[Carried]:
    """Return what must stand on the new contracts before the ledger is anchored there, in its order.

    Raises:
        MoveRefused: a work points to one that the library knows from the chain alone.
    """
    elsewhere = transaction.former.signed_elsewhere(library.steward)
    works = [Carried(CarriedKind.REGISTERED, (digest.hex(),)) for digest in elsewhere]
    found = works + [carried_of(entry) for _, entry in sorted(changes.items())]
    for item in found:
        for digest in item.works:
            if transaction.registrations.find(Digest.parse(digest), library.steward) is None:
                raise MoveRefused("not-taken-in", digest=digest, other=item.about[0])
    return found


def _licenses(transaction: Transaction) -> Iterator[DefineLicense]:
    request = PageRequest(limit=AT_ONCE)
    while True:
        page = transaction.licenses.page(request)
        for row in page.items:
            if row.state == "defined":
                yield DefineLicense(row.terms)
        if page.next is None:
            return
        request = PageRequest(page.next, AT_ONCE)


def _ask_for_licenses(transaction: Transaction, now: int) -> None:
    for intent in list(_licenses(transaction)):
        transaction.licenses.set_state(intent.terms.id, "accepted")
        transaction.jobs.add(JobName.of(intent, attempt=now), intent, now)


def _live_grants(transaction: Transaction, now: int) -> Iterator[Grant]:
    """Yield the grants that stand and are somebody's; what an erased reader held opens nothing."""
    request = PageRequest(limit=AT_ONCE)
    while True:
        page = transaction.grants.page(GrantFilter(state=GrantState.ISSUED), request, now)
        yield from (grant for grant in page.items if not grant.is_erased)
        if page.next is None:
            return
        request = PageRequest(page.next, AT_ONCE)


def _grants_left(transaction: Transaction, now: int) -> list[Grant]:
    return list(_live_grants(transaction, now))


def _reissue(transaction: Transaction, old: Grant, now: int) -> Carried:
    """Return a grant that has the place of another until its end, under a commitment that is new."""
    salt = secrets.token_bytes(SALT_BYTES)
    grantee = commit(salt, old.pseudonym)
    new = Grant(
        id=grant_id(old.digest, old.steward, old.seat, FIRST_TURN, grantee, old.scopes),
        digest=old.digest,
        steward=old.steward,
        reader=old.reader,
        pseudonym=old.pseudonym,
        salt=salt,
        grantee=grantee,
        scopes=old.scopes,
        until=old.until,
        seat=old.seat,
        turn=FIRST_TURN,
        state=GrantState.ACCEPTED,
        accepted_at=now,
    )
    why = Reason("grant-issued-anew", {"grant": new.id.hex()}).format()
    transaction.former.reissue(old.id, new, why)
    return Carried(CarriedKind.GRANT, (old.digest.hex(), new.id.hex()))


def _open_cohorts(transaction: Transaction, now: int) -> list[Cohort]:
    found = []
    request = PageRequest(limit=AT_ONCE)
    while True:
        page = transaction.cohorts.page(request, None)
        found += [item for item in page.items if item.state_at(now) is CohortState.OPEN]
        if page.next is None:
            return found
        request = PageRequest(page.next, AT_ONCE)


def _carry_cohorts(transaction: Transaction, now: int) -> list[Carried]:
    cohorts = _open_cohorts(transaction, now)
    for item in cohorts:
        transaction.cohorts.set_state(item.name, CohortState.GRANTING)
    return [Carried(CarriedKind.COHORT, (item.digest.hex(), item.name)) for item in cohorts]
