"""What a reading system does with a loan: register, return, renew. Who has the secret acts as its reader.

A return and a renewal come to the chain as those of any reader do.
"""

from __future__ import annotations

from dataclasses import replace

from ledger_service.domain.chain_errors import GrantNotLive
from ledger_service.domain.errors import (
    GrantAlreadyRevoked,
    InvalidCheckout,
    LoanNotFound,
    LoanOnItsWay,
)
from ledger_service.domain.lending.grant import GrantState
from ledger_service.domain.lending.loan_elsewhere import LoanStatus, digest_of_secret
from ledger_service.ports.lending import Opening
from ledger_service.ports.store import Transaction
from ledger_service.services.lending.change_grant import renew_grant, return_grant
from ledger_service.services.lending.distribution.find_loan import (
    ToldLoan,
    ended,
    find_loan,
    find_reading,
    its_reader,
    told_loan,
)
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.lending.read_opening import OpenedContent, opened_content
from ledger_service.services.library import Library

LONGEST_DEVICE = 255  # characters of its id and its name, of which nothing is kept


def register_device(library: Library, secret: str, device: str, name: str) -> ToldLoan:
    """Return the loan, active from the first device on; who it was is not kept.

    Raises:
        LoanNotFound: no such loan.
        InvalidCheckout: a name is missing or too long.
        GrantNotLive: it has ended.
    """
    if not all(1 <= len(given) <= LONGEST_DEVICE for given in (device, name)):
        raise InvalidCheckout("device", most=LONGEST_DEVICE)
    told = find_loan(library, secret)
    if not told.status.is_running:
        raise _over(told)
    if told.status is LoanStatus.ACTIVE:
        return told
    with library.store.write() as transaction:
        again = _again(library, transaction, secret)
        if again.status is LoanStatus.READY:
            now = library.clock()
            tell_at = now if again.said.tell else None
            active = replace(
                again.loan, registered_at=now, changed_at=now, tell_at=tell_at, tries=0
            )
            transaction.loans_elsewhere.replace(active)
        return _again(library, transaction, secret)


def return_loan(library: Library, secret: str) -> ToldLoan:
    """Return the loan, returned; given up if nothing had registered.

    Raises:
        LoanNotFound: no such loan.
        GrantAlreadyRevoked: it was returned or revoked before.
        GrantNotLive: its time is over.
    """
    told = find_loan(library, secret)
    if told.status is LoanStatus.EXPIRED:
        raise _over(told)
    if not told.status.is_running:
        raise GrantAlreadyRevoked(grant=str(told.grant.id), state=told.grant.state.value)
    return_grant(library, its_reader(library, told), told.grant.id)
    with library.store.write() as transaction:
        again = _again(library, transaction, secret)
        if again.loan.ended_as is None:
            now, tells = library.clock(), bool(again.said.tell)
            over = ended(again.loan, again.status, now, tells=tells)
            transaction.loans_elsewhere.replace(over)
        return _again(library, transaction, secret)


def renew_loan(library: Library, secret: str, until: int | None = None) -> ToldLoan:
    """Return the loan, whose later end is on its way to the chain. until: by default as late as it may be.

    Raises:
        LoanNotFound: no such loan.
        What `renew_grant` raises.
    """
    told = find_loan(library, secret)
    if not told.status.is_running:
        raise _over(told)
    longest = library.clock() + told.license.terms.longest_loan_seconds
    wanted = longest if until is None else until
    renew_grant(library, its_reader(library, told), told.grant.id, wanted)
    with library.store.write() as transaction:
        again = _again(library, transaction, secret)
        changed = replace(again.loan, changed_at=library.clock())
        transaction.loans_elsewhere.replace(changed)
        return _again(library, transaction, secret)


def open_loan(library: Library, reading: str) -> Opening:
    """Return an opening of what is lent, after its entry is durable.

    Raises:
        LoanNotFound: nothing is read at this secret.
        GrantNotLive: the loan has ended.
        LoanOnItsWay: the chain does not have it yet; nothing is decided.
        What `open_resource` raises.
    """
    told = find_reading(library, reading)
    if not told.status.is_running:
        raise _over(told)
    if told.grant.state in (GrantState.ACCEPTED, GrantState.SUBMITTED):
        raise LoanOnItsWay()
    return open_resource(library, its_reader(library, told), digest=told.grant.digest)


def read_loan(library: Library, reading: str, opening: str) -> OpenedContent:
    """Return what an opening of a loan lets one fetch; raise LoanNotFound, or as `opened_content`."""
    return opened_content(library, its_reader(library, find_reading(library, reading)), opening)


def _over(told: ToldLoan) -> GrantNotLive:
    state = told.grant.state.value
    return GrantNotLive(grant=str(told.grant.id), state=state, until=told.grant.until)


def _again(library: Library, transaction: Transaction, secret: str) -> ToldLoan:
    """Return the loan as it is in this transaction; raise LoanNotFound if its reader was erased meanwhile."""
    loan = transaction.loans_elsewhere.at(digest_of_secret(secret))
    if loan is None:
        raise LoanNotFound()
    return told_loan(library, transaction, loan)
