"""Issue grants: check early what the contract will check, choose a seat, and hand it to the worker."""

from __future__ import annotations

from dataclasses import replace

from ledger_service.domain.errors import NoSeatFree
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.grant import Grant, Scope
from ledger_service.domain.lending.request import RequestState
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, Reach, Thing, check_permitted, reach
from ledger_service.ports.store import Transaction
from ledger_service.services.lending.take_seat import AskedGrant, Taken, check_kept, take_seat
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act


def issue_grant(
    library: Library,
    caller: Caller,
    *,
    digest: Digest,
    reader: str,
    until: int,
    scopes: Scope = Scope.READ,
) -> Grant:
    """Return the grant, accepted; or the live one that this reader holds and that allows as much.

    until: seconds since 1970 UTC. Where the reader asks, the service decides in place of a registrar.
    A registrar may give a seat that is kept for readers in line; that they were passed is on record.

    Raises:
        RoleNotHeld: a reader asks for somebody else.
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn: the registration does not stand.
        ContentNotFound: the library does not keep the content, so that a grant would open nothing.
        GrantHeld: the reader holds a live grant that allows less.
        UnknownReader: no such reader, or the reader was erased.
        GrantEndsInPast, LoanTooLong: the time is outside the license's terms.
        NotSelfService: a reader asks, and the license needs a registrar's decision.
        NoSeatFree: as many grants are live as the license has seats, or a reader asks and others wait.
        NoCheckoutLeft: it was lent as often as the license lets it be.
        OverLimit: a reader asks, who has as many loans as the library allows.
    """
    check_permitted(caller, Permission.GRANT_ISSUE, Thing.of_reader(reader))
    by_service = reach(caller, Permission.GRANT_ISSUE) is Reach.OWN
    check_kept(library, digest)
    asked = AskedGrant(
        digest,
        reader,
        until,
        scopes,
        by_service,
        passes_line=not by_service,
        is_limited=by_service,
    )

    def finish(transaction: Transaction, taken: Taken) -> Grant:
        if taken.grant is None:
            raise taken.refusal or NoSeatFree("elsewhere")
        if taken.is_new:
            _record(library, transaction, caller, taken.grant, taken.passed)
        return taken.grant

    return take_seat(library, caller, asked, finish, writes_without=False)


def _record(
    library: Library, transaction: Transaction, caller: Caller, grant: Grant, passed: int
) -> None:
    """Record who gave it and whom they passed, and let the reader's request be answered by it."""
    now = library.clock()
    record_act(transaction, caller, now, ActKind.GRANT_ISSUED, grant.id)
    if passed:
        record_act(transaction, caller, now, ActKind.LINE_PASSED, grant.id)
    mine = transaction.requests.open_of(grant.reader, grant.digest, library.steward)
    if mine is not None:
        granted = replace(mine, state=RequestState.GRANTED, grant=grant.id, held_until=None)
        transaction.requests.replace(replace(granted, changed_at=now))
