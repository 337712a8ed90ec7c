"""Issue grants: check early what the contract will check, choose a seat, and hand it to the worker."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from ledger_service.domain.chain.intent import IssueGrant
from ledger_service.domain.chain.job import JobName
from ledger_service.domain.errors import (
    ContentNotFound,
    GrantHeld,
    NoCheckoutLeft,
    NoSeatFree,
    Unavailable,
    UnknownReader,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.commitment import SALT_BYTES, commit, pseudonym
from ledger_service.domain.lending.grant import (
    GRANT_STATES_STANDING,
    Grant,
    GrantState,
    Scope,
    check_loan,
    free_seat,
    grant_id,
)
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, Reach, Thing, check_permitted, reach
from ledger_service.domain.resources.license import UNLIMITED_SEATS
from ledger_service.ports.resources import License
from ledger_service.ports.store import Transaction
from ledger_service.services.chain.ask_chain import ask_chain
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act
from ledger_service.services.resources.find_content import is_kept
from ledger_service.services.resources.promote_resource import put_on_chain, registered

MOST_SEATS_TRIED = 20  # that look free here, and are held by grants that others sent to the chain


class AskedGrant(NamedTuple):
    """What somebody asks for. until: seconds; caller: who asks."""

    digest: Digest
    reader: str
    until: int
    scopes: Scope
    caller: Caller

    @property
    def by_service(self) -> bool:
        """Whether no registrar decides."""
        return reach(self.caller, Permission.GRANT_ISSUE) is Reach.OWN


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

    Raises:
        RoleNotHeld: a reader asks for somebody else.
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn: the registration does not stand.
        ContentNotFound: the library does not keep the content, so that a grant would open nothing.
        GrantHeld: the reader holds a live grant that allows less.
        UnknownReader: no such reader, or the reader was erased.
        GrantEndsInPast, LoanTooLong: the time is outside the license's terms.
        NotSelfService: a reader asks, and the license needs a registrar's decision.
        NoSeatFree: as many grants are live as the license has seats.
        NoCheckoutLeft: it was lent as often as the license lets it be.
    """
    check_permitted(caller, Permission.GRANT_ISSUE, Thing.of_reader(reader))
    asked = AskedGrant(digest, reader, until, scopes, caller)
    check_kept(library, digest)
    held_by_others: set[int] = set()
    for _ in range(MOST_SEATS_TRIED):
        with library.store.read() as transaction:
            seat, standing = _place(library, transaction, asked, held_by_others)
        if standing is not None:
            return standing
        turn, held_until = seat_on_chain(library, digest, seat)
        if held_until > library.clock():
            held_by_others.add(seat)
            continue
        with library.store.write() as transaction:
            again, standing = _place(library, transaction, asked, held_by_others)
            if standing is not None:
                return standing
            if again == seat:  # nobody took it meanwhile
                turn = max(turn, transaction.grants.last_turn(digest, library.steward, seat)) + 1
                grant = _add(library, transaction, asked, seat, turn)
                record_act(transaction, caller, grant.accepted_at, ActKind.GRANT_ISSUED, grant.id)
                return grant
    raise NoSeatFree("elsewhere")


def license_of(library: Library, transaction: Transaction, digest: Digest) -> License:
    """Return the license under which this library has registered a digest.

    Raises:
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn: its registration does not stand.
    """
    license_row = transaction.licenses.find(registered(transaction, library, digest).license)
    assert license_row is not None  # licenses are never deleted
    return license_row


def _place(
    library: Library, transaction: Transaction, asked: AskedGrant, held_by_others: set[int]
) -> tuple[int, Grant | None]:
    """Return a seat that is free here, and the live grant that allows as much if there is one."""
    now = library.clock()
    license_row = license_of(library, transaction, asked.digest)
    self_service, name = license_row.terms.self_service, license_row.name
    about = Thing.of_reader(asked.reader, self_service=self_service, license=name)
    check_permitted(asked.caller, Permission.GRANT_ISSUE, about)
    check_loan(license_row.terms, now, asked.until)
    if transaction.access.reader_key(asked.reader) is None:
        raise UnknownReader(reader=asked.reader[:80])
    for standing in transaction.grants.of_reader(asked.reader, asked.digest):
        is_live = standing.state in GRANT_STATES_STANDING and standing.until > now
        # Whoever wants it longer renews it: by another end, a reader would take seat after seat.
        if is_live and asked.scopes in standing.scopes:
            return standing.seat, standing
        if is_live:  # scopes are never widened, and a second grant would take a second seat
            raise GrantHeld(grant=str(standing.id), until=standing.until)
    check_checkouts(library, transaction, asked.digest, license_row)
    seats = license_row.terms.seats
    taken = transaction.grants.seats_taken(asked.digest, library.steward, now)
    seat = free_seat(taken | held_by_others, seats)
    if seat is None or seat >= UNLIMITED_SEATS:
        raise NoSeatFree(seats=seats, license=license_row.name)
    return seat, None


def check_checkouts(
    library: Library, transaction: Transaction, digest: Digest, license_row: License
) -> None:
    """Check that the license leaves a loan; the contracts do not count them."""
    most = license_row.checkouts
    if most is not None and transaction.grants.count_loans(digest, library.steward) >= most:
        raise NoCheckoutLeft(checkouts=most, license=license_row.name)


def check_kept(library: Library, digest: Digest) -> None:
    """Check that the library keeps the content; raise ContentNotFound, or as `license_of`."""
    with library.store.read() as transaction:
        registration = registered(transaction, library, digest)
    if not is_kept(library, registration):
        raise ContentNotFound("kept-elsewhere", digest=str(digest))


def seat_on_chain(library: Library, digest: Digest, seat: int) -> tuple[int, int]:
    """Return turn and end of the seat's last grant; zeros if the chain does not answer now."""
    try:
        return library.chain.seat(digest, library.steward, seat)
    except Unavailable:  # what we know is almost always right; the contract has the last word
        return 0, 0


def _add(
    library: Library, transaction: Transaction, asked: AskedGrant, seat: int, turn: int
) -> Grant:
    key = transaction.access.reader_key(asked.reader)
    assert key is not None  # asked in this transaction
    put_on_chain(transaction, library, registered(transaction, library, asked.digest))
    name, salt = pseudonym(key, library.steward), secrets.token_bytes(SALT_BYTES)
    grantee = commit(salt, name)
    grant = Grant(
        id=grant_id(asked.digest, library.steward, seat, turn, grantee, asked.scopes),
        digest=asked.digest,
        steward=library.steward,
        reader=asked.reader,
        pseudonym=name,
        salt=salt,
        grantee=grantee,
        scopes=asked.scopes,
        until=asked.until,
        seat=seat,
        turn=turn,
        state=GrantState.ACCEPTED,
        accepted_at=library.clock(),
    )
    transaction.grants.add(grant)
    intent = IssueGrant(
        digest=grant.digest,
        steward=grant.steward,
        seat=seat,
        turn=turn,
        grantee=grantee,
        scopes=grant.scopes,
        until=grant.until,
        by_service=asked.by_service,
    )
    ask_chain(transaction, JobName.of(intent), intent, library.clock())
    return grant
