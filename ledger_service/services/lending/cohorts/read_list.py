"""Read a class list and keep what was understood as a draft: nothing is granted before a person has seen it.

Of the list, keyed tags of cards and accounts are kept until the cohort is granted, and nothing else: no name,
no number, no account. Another source of members, such as the roster of a learning platform, makes such a
draft, too.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger_service.domain.errors import InvalidCohort, InvalidInput
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.class_list import (
    ClassList,
    ListColumn,
    ListedPerson,
    ListRow,
    understand,
)
from ledger_service.domain.lending.cohort import (
    MOST_MEMBERS,
    Cohort,
    CohortState,
    check_course,
)
from ledger_service.domain.lending.grant import Scope
from ledger_service.domain.lending.list_file import table_of
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.identity import Identity, IdentityKind, tag
from ledger_service.domain.people.local_account import card_identity
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.store import Transaction
from ledger_service.services.lending.take_seat import check_kept, license_of
from ledger_service.services.library import Library

DRAFT_SECONDS = 86_400
_PURPOSE = b"muhr: name of a draft of a cohort\n"
LONGEST_COHORT_SECONDS = 5 * 366 * 86_400


@dataclass(frozen=True)
class AskedCohort:
    """What a course is to get. until: seconds since 1970 UTC; issuer: of the accounts that the list names."""

    course: str
    digest: Digest
    until: int
    scopes: Scope = Scope.READ
    issuer: str = ""


@dataclass(frozen=True)
class SeenList:
    """What was understood of a list, and the draft that was made of it.

    new: whom the library does not know yet; already: who are members of this course, and are left out.
    """

    cohort: Cohort
    found: ClassList
    members: int
    new: int
    already: int


def read_list(library: Library, caller: Caller, data: bytes, asked: AskedCohort) -> SeenList:
    """Return what is understood of a class list, and keep the draft for a day.

    Raises:
        InvalidCohort: the list, the course's name, its end or the issuer is not one, or everybody may read
            the resource.
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn: the registration does not stand.
        ContentNotFound: the library does not keep the content, so that a claim would open nothing.
    """
    check_permitted(caller, Permission.COHORT_GRANT)
    now = library.clock()
    check_course(asked.course)
    if not now < asked.until <= now + LONGEST_COHORT_SECONDS:
        raise InvalidCohort("until", until=asked.until, now=now)
    if not asked.scopes:
        raise InvalidCohort("scopes")
    check_kept(library, asked.digest)
    found = understand(table_of(data), MOST_MEMBERS)
    people = listed_people(library, found, asked.issuer)
    cohort = Cohort(
        name="",
        course=asked.course,
        digest=asked.digest,
        steward=library.steward,
        scopes=asked.scopes,
        until=asked.until,
        state=CohortState.DRAFT,
        made_at=now,
    )
    with library.store.read() as transaction:
        license_row = license_of(library, transaction, asked.digest)
        if license_row.terms.is_open:  # everybody may read it, and a claim would only take a seat
            raise InvalidCohort("open-license", license=license_row.name)
        known = readers_of(transaction, people)
        held = list(known.values())
        already = transaction.cohorts.members_among(asked.digest, asked.course, held, now)
    wanted = [one for one in people if known.get(one.tag) not in already]
    cohort = replace(cohort, name=_name(library, asked, wanted))
    with library.store.write() as transaction:
        transaction.cohorts.remove_drafts(now - DRAFT_SECONDS)
        standing = transaction.cohorts.find(cohort.name)
        if standing is None:
            transaction.cohorts.add_draft(cohort, wanted)
    new = sum(1 for one in people if one.tag not in known)
    return SeenList(standing or cohort, found, len(wanted), new, len(people) - len(wanted))


def _name(library: Library, asked: AskedCohort, people: Sequence[ListedPerson]) -> str:
    """Return the name of a draft, which nobody can guess: the same list again is the same draft."""
    told = f"{asked.course}\n{asked.digest} {asked.until} {int(asked.scopes)}\n".encode()
    tags = b"".join(one.tag for one in people)
    return hmac.digest(library.people.key(), _PURPOSE + told + tags, "sha256")[:16].hex()


def listed_people(library: Library, found: ClassList, issuer: str) -> list[ListedPerson]:
    """Return whom a list names, each once, by keyed tags.

    What is no card number, and cards that are one number typed in two ways, are counted in `found`.

    Raises:
        InvalidCohort: it names accounts, and the issuer is not told.
    """
    if not issuer and any(row.column is ListColumn.ACCOUNT for row in found.rows):
        raise InvalidCohort("no-issuer")
    key, people = library.people.key(), dict[bytes, ListedPerson]()
    for row in found.rows:
        try:
            person = _person(key, row, issuer)
        except InvalidInput:
            found.too_long += 1
            continue
        found.doubles += person.tag in people
        people.setdefault(person.tag, person)
    return list(people.values())


def readers_of(transaction: Transaction, people: Sequence[ListedPerson]) -> dict[bytes, str]:
    """Return which readers of this library are named, by tag; who is no reader is left out."""
    kept = transaction.identities.find_all([one.tag for one in people])
    return {tag: one.subject.name for tag, one in kept.items() if one.subject.role is Role.READER}


def _person(key: bytes, row: ListRow, issuer: str) -> ListedPerson:
    if row.column is ListColumn.CARD:
        identity = card_identity(row.text)  # as whoever signs in by it types it
    else:
        identity = Identity(IdentityKind.UNIVERSITY, issuer, row.text)
    return ListedPerson(identity.kind.value, tag(key, identity))
