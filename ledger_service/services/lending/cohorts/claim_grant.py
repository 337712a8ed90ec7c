"""Claim the grant that a course gives a reader: when the reader first opens the resource or asks for it.

Anyone may send a claim, so that the library's relayer does; only the library has the commitments that prove
membership. Each member claims once, and the grant is then as any other.
"""

from __future__ import annotations

from ledger_service.domain.chain.cohorts.cohort_intent import ClaimGrant
from ledger_service.domain.chain.cohorts.cohort_tree import proof_of_member
from ledger_service.domain.chain.job import JobName
from ledger_service.domain.chain.stated_intent import Hashes
from ledger_service.domain.chain_errors import CohortNotOpen
from ledger_service.domain.errors import NoSeatFree
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.cohort import CohortState, Member
from ledger_service.domain.lending.grant import (
    GRANT_STATES_STANDING,
    Grant,
    GrantState,
)
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted, holds
from ledger_service.ports.cohorts import MemberRight
from ledger_service.ports.store import Transaction
from ledger_service.services.chain.ask_chain import ask_chain
from ledger_service.services.lending.cohorts.grant_of_member import grant_of_member
from ledger_service.services.lending.take_seat import (
    MOST_SEATS_TRIED,
    check_checkouts,
    check_kept,
    license_of,
    seat_left,
    seat_on_chain,
)
from ledger_service.services.library import Library

CLAIM_SECONDS = 5
"""After which it is worth asking again whether the chain has a claim."""


def claim_grant(library: Library, caller: Caller, digest: Digest) -> Grant | None:
    """Return the calling reader's standing grant for a resource, claimed now if a course gives a right to it.

    None: the reader has neither. The same again, by any number at once, claims once.

    Raises:
        CohortNotOpen: the right is on its way to the chain.
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn: the registration does not stand.
        ContentNotFound: the library does not keep the content.
        NoSeatFree: as many grants are live as the license has seats, or others wait in line.
        NoCheckoutLeft: it was lent as often as the license lets it be.
        UnknownReader: the reader was erased.
    """
    check_permitted(caller, Permission.COHORT_CLAIM)
    reader = caller.subject
    held_by_others: set[int] = set()
    shown: Member | None = None
    proof: Hashes = ()
    for _ in range(MOST_SEATS_TRIED):
        with library.store.read() as transaction:
            standing, right = _asked(library, transaction, reader, digest)
            if standing is not None or right is None:
                return standing
            seat = _free_seat(library, transaction, digest, reader, held_by_others)
            is_new = shown != right.member
            grantees = transaction.cohorts.grantees(right.cohort.name) if is_new else []
        if is_new:
            check_kept(library, digest)
            shown = right.member
            proof = proof_of_member(grantees, shown.index)  # before others have to wait
        turn, held_until = seat_on_chain(library, digest, seat)
        if held_until > library.clock():
            held_by_others.add(seat)
            continue
        with library.store.write() as transaction:
            standing, right = _asked(library, transaction, reader, digest)
            if standing is not None or right is None:
                return standing
            if right.member != shown:
                continue
            if _free_seat(library, transaction, digest, reader, held_by_others) == seat:
                last = transaction.grants.last_turn(digest, library.steward, seat)
                return _claim(library, transaction, right, proof, seat, max(turn, last) + 1)
    raise NoSeatFree("elsewhere")


def claim_first(library: Library, caller: Caller, digest: Digest) -> Grant | None:
    """Return the grant that a course gives the calling reader, if the chain is still to have it.

    None: there is nothing to wait for, and an opening decides. Raises as claim_grant.
    """
    grant = claimed_grant(library, caller, digest)
    is_on_its_way = grant is not None and grant.state in (GrantState.ACCEPTED, GrantState.SUBMITTED)
    return grant if is_on_its_way else None


def claimed_grant(library: Library, caller: Caller, digest: Digest) -> Grant | None:
    """Return the standing grant that a course gives the calling reader, claimed now if it was not.

    None: no course gives one, or the caller may claim nothing. Raises as claim_grant.
    """
    if not holds(caller, Permission.COHORT_CLAIM):
        return None
    with library.store.read() as transaction:
        rights = transaction.cohorts.rights_of(caller.subject, library.clock())
    if not any(right.cohort.digest == digest for right in rights):
        return None
    grant = claim_grant(library, caller, digest)
    if grant is None:
        return None
    with library.store.read() as transaction:
        return grant if transaction.cohorts.is_claim(grant.id) else None


def _asked(
    library: Library, transaction: Transaction, reader: str, digest: Digest
) -> tuple[Grant | None, MemberRight | None]:
    """Return the grant that stands, and else the right that may be claimed now.

    Raises:
        CohortNotOpen: there is a right, and the chain does not have it yet.
    """
    now = library.clock()
    for grant in transaction.grants.of_reader(reader, digest):
        if grant.state in GRANT_STATES_STANDING and grant.until > now:
            return grant, None
    right = transaction.cohorts.right_of(reader, digest, now)
    if right is not None and right.cohort.state is not CohortState.OPEN:
        raise CohortNotOpen("on-its-way", course=right.cohort.course)
    return None, right


def _free_seat(
    library: Library,
    transaction: Transaction,
    digest: Digest,
    reader: str,
    held_by_others: set[int],
) -> int:
    """Return a seat that is free, and kept for nobody who waits in line."""
    license_row = license_of(library, transaction, digest)
    check_checkouts(library, transaction, digest, license_row)
    seat, passed = seat_left(library, transaction, digest, reader, license_row, held_by_others)
    if seat is None or passed:
        raise NoSeatFree(seats=license_row.terms.seats, license=license_row.name)
    return seat


def _claim(
    library: Library,
    transaction: Transaction,
    right: MemberRight,
    proof: Hashes,
    seat: int,
    turn: int,
) -> Grant:
    stated, member, now = right.cohort.stated, right.member, library.clock()
    assert stated is not None  # only drafts state nothing, and give no right
    terms = license_of(library, transaction, stated.digest).terms
    until = min(stated.until, now + terms.longest_loan_seconds)
    grant = grant_of_member(transaction, stated, member, seat, turn, until, now)
    intent = ClaimGrant(
        **vars(stated),
        seat=seat,
        turn=turn,
        grantee=member.grantee,
        index=member.index,
        hashes=proof,
    )
    held = transaction.grants.find(grant.id)
    if held is None:
        transaction.grants.add(grant)
    else:  # the chain refused the same seat and turn before
        transaction.grants.set_state(grant.id, GrantState.ACCEPTED)
        transaction.grants.set_until(grant.id, until)
    transaction.cohorts.set_grant(member.cohort, member.index, grant.id)
    ask_chain(transaction, JobName.of(intent), intent, now)
    return grant
