"""Grant a cohort: who is on the list becomes a reader, and one transaction gives all of them their right."""

from __future__ import annotations

import secrets
from random import SystemRandom

from ledger_service.domain.chain.cohorts.cohort_intent import GrantCohort
from ledger_service.domain.chain.cohorts.cohort_tree import root_of_members
from ledger_service.domain.chain.job import JobName
from ledger_service.domain.errors import CohortNotFound, InvalidCohort
from ledger_service.domain.lending.cohort import (
    Cohort,
    CohortState,
    Member,
    StatedCohort,
)
from ledger_service.domain.lending.commitment import SALT_BYTES, commit, pseudonym
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.identity import IdentityKind
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.people.session import Subject
from ledger_service.ports.people import KeptIdentity
from ledger_service.ports.store import Transaction
from ledger_service.services.chain.ask_chain import ask_chain
from ledger_service.services.lending.cohorts.read_list import readers_of
from ledger_service.services.lending.take_seat import license_of
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from ledger_service.services.resources.promote_resource import put_on_chain, registered


def grant_cohort(library: Library, caller: Caller, name: str) -> Cohort:
    """Return the cohort of a draft, on its way to the chain; one that was granted before is only returned.

    Readers, members, salts and the job of the chain are one transaction: a process that is killed has done
    all of it or nothing.

    Raises:
        CohortNotFound: no such draft, or it is older than a day.
        InvalidCohort: nobody is on its list, or its time is over.
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn: the registration does not stand.
    """
    check_permitted(caller, Permission.COHORT_GRANT)
    with library.store.write() as transaction:
        draft, now = cohort_named(library, transaction, name), library.clock()
        if draft.state is not CohortState.DRAFT:
            return draft
        if draft.until <= now:
            raise InvalidCohort("until", until=draft.until, now=now)
        license_of(library, transaction, draft.digest)
        put_on_chain(transaction, library, registered(transaction, library, draft.digest))
        members = _members(library, transaction, draft, now)
        stated = StatedCohort(
            digest=draft.digest,
            steward=draft.steward,
            root=root_of_members([one.grantee for one in members]),
            size=len(members),
            scopes=draft.scopes,
            until=draft.until,
            salt=secrets.token_bytes(SALT_BYTES),
        )
        intent = GrantCohort.of(stated)
        transaction.cohorts.grant(name, stated, intent.cohort, members)
        ask_chain(transaction, JobName.of(intent), intent, now)
        record_act(transaction, caller, now, ActKind.COHORT_GRANTED, name)
        return cohort_named(library, transaction, name)


def cohort_named(library: Library, transaction: Transaction, name: str) -> Cohort:
    """Return this library's cohort of a name; raise CohortNotFound if there is none."""
    found = transaction.cohorts.find(name)
    if found is None or found.steward != library.steward:
        raise CohortNotFound(cohort=name[:80])
    return found


def _members(library: Library, transaction: Transaction, draft: Cohort, now: int) -> list[Member]:
    """Return the members with their commitments; whom nobody knows becomes a reader.

    They stand in an order of chance: lists are sorted by name, and a claim tells the index.
    """
    readers = _readers(transaction, draft, now)
    already = transaction.cohorts.members_among(draft.digest, draft.course, readers, now)
    keys = transaction.access.reader_keys(readers)
    wanted = [reader for reader in readers if reader in keys and reader not in already]
    SystemRandom().shuffle(wanted)
    salts = [secrets.token_bytes(SALT_BYTES) for _ in wanted]
    return [
        Member(
            cohort=draft.name,
            index=index,
            grantee=commit(salt, pseudonym(keys[reader], library.steward, library.clock())),
            reader=reader,
            salt=salt,
        )
        for index, (reader, salt) in enumerate(zip(wanted, salts, strict=True))
    ]


def _readers(transaction: Transaction, draft: Cohort, now: int) -> list[str]:
    """Return the readers on a draft's list, each once, some of whom were unknown until now.

    Who is known as a colleague is left out: a list makes nobody two persons.
    """
    people = transaction.cohorts.listed(draft.name)
    tags = [one.tag for one in people]
    kept = transaction.identities.find_all(tags)
    known = readers_of(transaction, people)
    unknown = [one for one in people if one.tag not in kept]
    new = {one.tag: secrets.token_hex(16) for one in unknown}
    transaction.access.add_readers([(name, secrets.token_bytes(32)) for name in new.values()])
    transaction.identities.add_all(
        [
            (one.tag, KeptIdentity(IdentityKind(one.kind), Subject(Role.READER, new[one.tag]), now))
            for one in unknown
        ]
    )
    named = {**known, **new}
    return list(dict.fromkeys(named[tag] for tag in tags if tag in named))
