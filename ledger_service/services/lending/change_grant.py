"""Renew, return and revoke grants. A return or revocation holds here at once, chain or no chain."""

from __future__ import annotations

from ledger_service.domain.chain.intent import RenewGrant, ReturnGrant, RevokeGrant
from ledger_service.domain.chain.job import JobName
from ledger_service.domain.chain_errors import GrantNotLive, RenewalNotLater
from ledger_service.domain.errors import GrantAlreadyRevoked, GrantNotFound, OthersWait
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.lending.grant import GRANT_STATES_STANDING, Grant, GrantState, check_loan
from ledger_service.domain.lending.request import REQUEST_STATES_IN_LINE
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import (
    Permission,
    Reach,
    Thing,
    check_permitted,
    reach,
    reaches,
)
from ledger_service.ports.store import Transaction
from ledger_service.services.chain.ask_chain import ask_chain
from ledger_service.services.lending.take_seat import license_of
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from ledger_service.services.resources.closed.begin_epochs import ask_for_epoch


def renew_grant(
    library: Library,
    caller: Caller,
    grant_id: GrantId,
    until: int,
) -> Grant:
    """Return the grant, whose later end the worker sends to the chain.

    Raises:
        GrantNotFound: no such grant by this steward, or another reader's.
        GrantNotLive: it has ended, or is not issued.
        RenewalNotLater, LoanTooLong: the new end is not later, or beyond the license's longest loan.
        NotSelfService: a reader asks, and the license needs a registrar's decision.
        OthersWait: a reader asks, and others are in line for the resource.
    """
    by_service = reach(caller, Permission.GRANT_RENEW) is Reach.OWN
    with library.store.write() as transaction:
        grant = _grant(library, transaction, caller, Permission.GRANT_RENEW, grant_id)
        now = library.clock()
        if grant.state is not GrantState.ISSUED or grant.until <= now:
            raise GrantNotLive(grant=str(grant_id), state=grant.state.value, until=grant.until)
        terms = license_of(library, transaction, grant.digest).terms
        about = Thing.of_reader(grant.reader, self_service=terms.self_service)
        check_permitted(caller, Permission.GRANT_RENEW, about)
        if by_service:
            _check_nobody_waits(transaction, grant)
        if until <= grant.until:
            raise RenewalNotLater(until=grant.until)
        check_loan(terms, now, until)
        intent = RenewGrant(grant.id, grant.digest, grant.steward, grant.seat, until, by_service)
        ask_chain(transaction, JobName.of(intent), intent, now)
        record_act(transaction, caller, now, ActKind.GRANT_RENEWED, grant.id)
        return grant


def longest_renewal(library: Library, digest: Digest) -> int | None:
    """Return for how many seconds from now a reader may renew; None if they may not, or others wait."""
    with library.store.read() as transaction:
        registration = transaction.registrations.find(digest, library.steward)
        held = None if registration is None else transaction.licenses.find(registration.license)
        line = transaction.requests.line(digest, library.steward)
    waits = any(request.state in REQUEST_STATES_IN_LINE for request in line)
    if held is None or waits or not held.terms.self_service:
        return None
    return held.terms.longest_loan_seconds


def return_grant(library: Library, caller: Caller, grant_id: GrantId) -> Grant:
    """Return the grant, returning: its seat is free once the chain has it.

    Raises: as revoke_grant; another reader's grant is not found.
    """
    with library.store.write() as transaction:
        grant = _grant(library, transaction, caller, Permission.GRANT_RETURN, grant_id)
        intent = ReturnGrant(grant.id, grant.digest, grant.steward, grant.seat)
        record_act(transaction, caller, library.clock(), ActKind.GRANT_RETURNED, grant.id)
        return _end(library, transaction, grant, GrantState.RETURNING, intent)


def revoke_grant(
    library: Library, caller: Caller, grant_id: GrantId, *, new_key: bool = False
) -> Grant:
    """Return the grant, revoking: openings under it are refused from now on, chain or no chain.

    new_key: whether the content is to be encrypted anew, by the worker.

    Raises:
        GrantNotFound: no such grant by this steward.
        ContentNotFound: there is to be a new key, and the library keeps no such content encrypted.
        GrantAlreadyRevoked: it was returned or revoked, or was never issued.
    """
    with library.store.write() as transaction:
        grant = _grant(library, transaction, caller, Permission.GRANT_REVOKE, grant_id)
        if new_key:
            ask_for_epoch(library, transaction, grant.digest)
        intent = RevokeGrant(grant.id, grant.digest, grant.steward, grant.seat)
        record_act(transaction, caller, library.clock(), ActKind.GRANT_REVOKED, grant.id)
        return _end(library, transaction, grant, GrantState.REVOKING, intent)


def _check_nobody_waits(transaction: Transaction, grant: Grant) -> None:
    """Check that no line waits for the seat; a registrar may renew all the same."""
    line = transaction.requests.line(grant.digest, grant.steward)
    waiting = sum(request.state in REQUEST_STATES_IN_LINE for request in line)
    if waiting:
        raise OthersWait(waiting=waiting, until=grant.until)


def _end(
    library: Library,
    transaction: Transaction,
    grant: Grant,
    state: GrantState,
    intent: ReturnGrant | RevokeGrant,
) -> Grant:
    if grant.state not in GRANT_STATES_STANDING:
        raise GrantAlreadyRevoked(grant=str(grant.id), state=grant.state.value)
    transaction.grants.set_state(grant.id, state)
    ask_chain(transaction, JobName.of(intent), intent, library.clock())
    found = transaction.grants.find(grant.id)
    assert found is not None
    return found


def _grant(
    library: Library,
    transaction: Transaction,
    caller: Caller,
    permission: Permission,
    grant_id: GrantId,
) -> Grant:
    """Return the grant if the caller's permission reaches it; to others it is not there."""
    reach(caller, permission)  # whoever lacks it is not told whether there is such a grant
    grant = transaction.grants.find(grant_id)
    is_reached = grant is not None and reaches(caller, permission, Thing.of_reader(grant.reader))
    if grant is None or grant.steward != library.steward or not is_reached:
        raise GrantNotFound(grant=str(grant_id))
    return grant
