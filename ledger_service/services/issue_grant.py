"""Issue and revoke grants: check early what the contract will check, and hand it to the worker."""

from __future__ import annotations

import secrets

from ledger_service.domain.commitment import SALT_BYTES, commit, pseudonym
from ledger_service.domain.errors import (
    GrantAlreadyRevoked,
    GrantNotFound,
    NoSeatFree,
    ResourceNotFound,
    ResourceNotYetRegistered,
    UnknownReader,
)
from ledger_service.domain.grant import Grant, GrantState, Scope, check_loan, free_seat
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.intent import IssueGrant, RevokeGrant
from ledger_service.domain.license import UNLIMITED_SEATS
from ledger_service.domain.registration import RegistrationState
from ledger_service.ports import License, Transaction
from ledger_service.services.library import Library


def issue_grant(
    library: Library, *, digest: Digest, reader: str, until: int, scopes: Scope = Scope.READ
) -> Grant:
    """Return the grant, accepted; or the live one that this reader holds on the same terms.

    until: seconds since 1970 UTC.

    Raises:
        ResourceNotFound, ResourceNotYetRegistered: this steward has not registered the digest.
        UnknownReader: no such reader, or the reader was erased.
        GrantEndsInPast, LoanTooLong: the time is outside the license's terms.
        NoSeatFree: as many grants are live as the license has seats.
    """
    with library.store.write() as transaction:
        now = library.clock()
        license_row = _license_of(library, transaction, digest)
        check_loan(license_row.terms, now, until)
        key = transaction.access.reader_key(reader)
        if key is None:
            raise UnknownReader(f"“{reader[:80]}” is not a reader of this library.")
        for standing in transaction.grants.of_reader(reader, digest):
            if _stands(standing) and (standing.until, standing.scopes) == (until, scopes):
                return standing
        seats = license_row.terms.seats
        taken = transaction.grants.seats_taken(digest, library.steward, now)
        seat = free_seat(taken, seats)
        if seat is None or seat >= UNLIMITED_SEATS:
            raise NoSeatFree(f"All {seats} seats of {license_row.name} are taken; wait or revoke.")
        name, salt = pseudonym(key, library.steward), secrets.token_bytes(SALT_BYTES)
        grant = Grant(
            id=GrantId(secrets.token_bytes(32)),
            digest=digest,
            steward=library.steward,
            reader=reader,
            pseudonym=name,
            salt=salt,
            grantee=commit(salt, name),
            scopes=scopes,
            until=until,
            seat=seat,
            state=GrantState.ACCEPTED,
            accepted_at=now,
        )
        transaction.grants.add(grant)
        intent = IssueGrant(grant.id, digest, library.steward, grant.grantee, scopes, until, seat)
        transaction.jobs.add(f"grant:{grant.id}", intent, None, now)
        return grant


def revoke_grant(library: Library, grant_id: GrantId) -> Grant:
    """Return the grant, revoking: openings under it are refused from now on, chain or no chain.

    Raises:
        GrantNotFound: no such grant by this steward.
        GrantAlreadyRevoked: it is revoked, or was never issued.
    """
    with library.store.write() as transaction:
        grant = transaction.grants.find(grant_id)
        if grant is None or grant.steward != library.steward:
            raise GrantNotFound(f"There is no grant {grant_id} of this library.")
        if not _stands(grant):
            raise GrantAlreadyRevoked(f"The grant {grant_id} is {grant.state.value} already.")
        transaction.grants.set_state(grant_id, GrantState.REVOKING)
        transaction.jobs.add(f"revoke:{grant_id}", RevokeGrant(grant_id), None, library.clock())
        found = transaction.grants.find(grant_id)
        assert found is not None
        return found


def _license_of(library: Library, transaction: Transaction, digest: Digest) -> License:
    registration = transaction.registrations.find(digest, library.steward)
    if registration is None or registration.state is RegistrationState.REJECTED:
        raise ResourceNotFound(f"This library has not registered {digest}.")
    if registration.state is not RegistrationState.REGISTERED:
        raise ResourceNotYetRegistered(
            f"{digest} is {registration.state.value}; grants are possible once it is registered."
        )
    license_row = transaction.licenses.find(registration.license)
    assert license_row is not None  # held by a foreign key
    return license_row


def _stands(grant: Grant) -> bool:
    return grant.state in (GrantState.ACCEPTED, GrantState.SUBMITTED, GrantState.ISSUED)
