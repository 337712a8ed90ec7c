"""Renew, return and revoke grants. A return or revocation holds here at once, chain or no chain."""

from __future__ import annotations

from ledger_service.domain.chain.intent import RenewGrant, ReturnGrant, RevokeGrant
from ledger_service.domain.chain.job_name import JobName
from ledger_service.domain.chain_errors import GrantNotLive, NotSelfService, RenewalNotLater
from ledger_service.domain.errors import GrantAlreadyRevoked, GrantNotFound
from ledger_service.domain.identifiers import GrantId
from ledger_service.domain.lending.grant import GRANT_STATES_STANDING, Grant, GrantState, check_loan
from ledger_service.ports.store import Transaction
from ledger_service.services.chain.ask_chain import ask_chain
from ledger_service.services.lending.issue_grant import license_of
from ledger_service.services.library import Library


def renew_grant(
    library: Library,
    grant_id: GrantId,
    until: int,
    *,
    reader: str | None = None,
) -> Grant:
    """Return the grant, whose later end the worker sends to the chain.

    reader: who asks for their own grant, under a self-service license; None for a registrar.

    Raises:
        GrantNotFound: no such grant by this steward, or another reader's.
        GrantNotLive: it has ended, or is not issued.
        RenewalNotLater, LoanTooLong: the new end is not later, or beyond the license's longest loan.
        NotSelfService: the license needs a registrar's decision.
    """
    with library.store.write() as transaction:
        grant, now = _grant(library, transaction, grant_id, reader), library.clock()
        if grant.state is not GrantState.ISSUED or grant.until <= now:
            raise GrantNotLive(f"The grant {grant_id} is {grant.state.value}, until {grant.until}.")
        terms = license_of(library, transaction, grant.digest).terms
        if reader is not None and not terms.self_service:
            raise NotSelfService("This license is not self-service; ask the library to renew.")
        if until <= grant.until:
            raise RenewalNotLater(f"The grant lasts until {grant.until} already.")
        check_loan(terms, now, until)
        by_service = reader is not None
        intent = RenewGrant(grant.id, grant.digest, grant.steward, grant.seat, until, by_service)
        ask_chain(transaction, JobName.of(intent), intent, now)
        return grant


def return_grant(library: Library, grant_id: GrantId, *, reader: str | None = None) -> Grant:
    """Return the grant, returning: its seat is free once the chain has it.

    Raises: as revoke_grant; another reader's grant is not found.
    """
    with library.store.write() as transaction:
        grant = _grant(library, transaction, grant_id, reader)
        intent = ReturnGrant(grant.id, grant.digest, grant.steward, grant.seat)
        return _end(library, transaction, grant, GrantState.RETURNING, intent)


def revoke_grant(library: Library, grant_id: GrantId) -> Grant:
    """Return the grant, revoking: openings under it are refused from now on, chain or no chain.

    Raises:
        GrantNotFound: no such grant by this steward.
        GrantAlreadyRevoked: it was returned or revoked, or was never issued.
    """
    with library.store.write() as transaction:
        grant = _grant(library, transaction, grant_id, None)
        intent = RevokeGrant(grant.id, grant.digest, grant.steward, grant.seat)
        return _end(library, transaction, grant, GrantState.REVOKING, intent)


def _end(
    library: Library,
    transaction: Transaction,
    grant: Grant,
    state: GrantState,
    intent: ReturnGrant | RevokeGrant,
) -> Grant:
    if grant.state not in GRANT_STATES_STANDING:
        raise GrantAlreadyRevoked(f"The grant {grant.id} is {grant.state.value} already.")
    transaction.grants.set_state(grant.id, state)
    ask_chain(transaction, JobName.of(intent), intent, library.clock())
    found = transaction.grants.find(grant.id)
    assert found is not None
    return found


def _grant(
    library: Library, transaction: Transaction, grant_id: GrantId, reader: str | None
) -> Grant:
    grant = transaction.grants.find(grant_id)
    is_theirs = grant is not None and reader in (None, grant.reader)
    if grant is None or grant.steward != library.steward or not is_theirs:
        raise GrantNotFound(f"There is no grant {grant_id} of this library.")
    return grant
