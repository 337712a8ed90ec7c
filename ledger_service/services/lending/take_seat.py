"""Take a seat: choose one that is free here and on chain, and hand its grant to the worker.

A seat that frees goes to whoever waits in line. So a reader who asks is given only what is left when those
before them have theirs; a registrar may pass the line.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from ledger_service.domain.chain.intent import IssueGrant
from ledger_service.domain.chain.job import JobName
from ledger_service.domain.errors import (
    ContentNotFound,
    GrantHeld,
    NoCheckoutLeft,
    NoSeatFree,
    OverLimit,
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
from ledger_service.domain.lending.line import count_before
from ledger_service.domain.lending.request import REQUEST_STATES_IN_LINE
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, Thing, check_permitted
from ledger_service.domain.resources.license import UNLIMITED_SEATS
from ledger_service.ports.resources import License
from ledger_service.ports.store import Transaction
from ledger_service.services.chain.ask_chain import ask_chain
from ledger_service.services.library import Library
from ledger_service.services.resources.find_content import is_kept
from ledger_service.services.resources.promote_resource import put_on_chain, registered

MOST_SEATS_TRIED = 20  # that look free here, and are held by grants that others sent to the chain

Made = TypeVar("Made")


class AskedGrant(NamedTuple):
    """What somebody asks for. until: seconds; by_service: no registrar decides.

    passes_line: a registrar gives it, whoever waits. is_limited: whether the
    reader's fair share counts.
    """

    digest: Digest
    reader: str
    until: int
    scopes: Scope
    by_service: bool
    passes_line: bool = False
    is_limited: bool = True


class Taken(NamedTuple):
    """What came of it. grant: the new one, or one that the reader holds and that allows as much.

    refusal: why there is none. passed: of how many readers in line a seat was taken that was theirs.
    """

    grant: Grant | None
    is_new: bool = False
    refusal: NoSeatFree | None = None
    passed: int = 0


class _Place(NamedTuple):
    seat: int | None
    standing: Grant | None = None
    refusal: NoSeatFree | None = None
    passed: int = 0


def take_seat(
    library: Library,
    caller: Caller,
    asked: AskedGrant,
    finish: Callable[[Transaction, Taken], Made],
    *,
    writes_without: bool = True,
) -> Made:
    """Return what `finish` returns, which is told what came of it. caller: who wants the seat taken.

    finish is called once, in the write transaction that adds the grant; or, if none is new, in a write
    transaction in which that is still so. What it raises undoes all. writes_without: whether it writes
    anything if no grant is new; else it is handed a read transaction then.

    Raises:
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn, UnknownReader, GrantHeld,
        GrantEndsInPast, LoanTooLong, NotSelfService, NoCheckoutLeft: see `issue_grant`.
        OverLimit: the reader has as many loans as the library allows.
        RoleNotHeld: a reader wants it for somebody else.
    """
    check_permitted(caller, Permission.GRANT_ISSUE, Thing.of_reader(asked.reader))
    held_by_others: set[int] = set()
    for _ in range(MOST_SEATS_TRIED):
        with library.store.read() as transaction:
            found = _place(library, transaction, caller, asked, held_by_others)
            if found.seat is None and not writes_without:
                return finish(transaction, Taken(found.standing, refusal=found.refusal))
        turn, held_until = 0, 0
        if found.seat is not None:
            turn, held_until = seat_on_chain(library, asked.digest, found.seat)
            if held_until > library.clock():
                held_by_others.add(found.seat)
                continue
        with library.store.write() as transaction:
            again = _place(library, transaction, caller, asked, held_by_others)
            if again.seat is None:
                return finish(transaction, Taken(again.standing, refusal=again.refusal))
            if again.seat == found.seat:  # nobody took it meanwhile
                last = transaction.grants.last_turn(asked.digest, library.steward, again.seat)
                grant = _add(library, transaction, asked, again.seat, max(turn, last) + 1)
                return finish(transaction, Taken(grant, is_new=True, passed=again.passed))
    with library.store.write() as transaction:
        return finish(transaction, Taken(None, refusal=NoSeatFree("elsewhere")))


def license_of(library: Library, transaction: Transaction, digest: Digest) -> License:
    """Return the license under which this library has registered a digest.

    Raises:
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn: its registration does not stand.
    """
    license_row = transaction.licenses.find(registered(transaction, library, digest).license)
    assert license_row is not None  # licenses are never deleted
    return license_row


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


def _place(
    library: Library,
    transaction: Transaction,
    caller: Caller,
    asked: AskedGrant,
    held_by_others: set[int],
) -> _Place:
    """Return a seat that is free here, or the live grant that allows as much, or why there is neither."""
    now = library.clock()
    license_row = license_of(library, transaction, asked.digest)
    lets = license_row.terms.self_service if asked.by_service else None
    about = Thing.of_reader(asked.reader, self_service=lets, license=license_row.name)
    check_permitted(caller, Permission.GRANT_ISSUE, about)
    check_loan(license_row.terms, now, asked.until)
    if transaction.access.reader_key(asked.reader) is None:
        raise UnknownReader(reader=asked.reader[:80])
    for standing in transaction.grants.of_reader(asked.reader, asked.digest):
        is_live = standing.state in GRANT_STATES_STANDING and standing.until > now
        # Whoever wants it longer renews it: by another end, a reader would take seat after seat.
        if is_live and asked.scopes in standing.scopes:
            return _Place(None, standing)
        if is_live:  # scopes are never widened, and a second grant would take a second seat
            raise GrantHeld(grant=str(standing.id), until=standing.until)
    check_checkouts(library, transaction, asked.digest, license_row)
    if asked.is_limited:
        _check_fair(library, transaction, asked.reader, now)
    seat, passed = seat_left(
        library, transaction, asked.digest, asked.reader, license_row, held_by_others
    )
    if seat is None or (passed and not asked.passes_line):
        refusal = NoSeatFree(seats=license_row.terms.seats, license=license_row.name)
        return _Place(None, refusal=refusal)
    return _Place(seat, passed=passed)


def seat_left(
    library: Library,
    transaction: Transaction,
    digest: Digest,
    reader: str,
    license_row: License,
    held_by_others: set[int],
) -> tuple[int | None, int]:
    """Return a seat that no grant holds, None if there is none, and how many in line it was kept for.

    held_by_others: seats that look free, and are not on chain.
    """
    seats = license_row.terms.seats
    taken = transaction.grants.seats_taken(digest, library.steward, library.clock())
    taken |= held_by_others
    seat = free_seat(taken, seats)
    if seat is None or seat >= UNLIMITED_SEATS:
        return None, 0
    left = seats - sum(one < seats for one in taken)
    return seat, max(0, _kept(library, transaction, digest, reader) - left + 1)


def _kept(library: Library, transaction: Transaction, digest: Digest, reader: str) -> int:
    """Return how many seats are kept for others who wait in line."""
    requests = transaction.requests.line(digest, library.steward)
    mine = next((one for one in requests if one.reader == reader), None)
    return count_before([one for one in requests if one.state in REQUEST_STATES_IN_LINE], mine)


def _check_fair(library: Library, transaction: Transaction, reader: str, now: int) -> None:
    """Check that the reader's loans leave one more."""
    most = library.limits.loans_of_reader
    if transaction.grants.count_live(reader, now) >= most:
        raise OverLimit("loans", most=most)


def check_checkouts(
    library: Library, transaction: Transaction, digest: Digest, license_row: License
) -> None:
    """Check that the license leaves a loan; the contracts do not count them."""
    most = license_row.checkouts
    if most is not None and transaction.grants.count_loans(digest, library.steward) >= most:
        raise NoCheckoutLeft(checkouts=most, license=license_row.name)


def _add(
    library: Library, transaction: Transaction, asked: AskedGrant, seat: int, turn: int
) -> Grant:
    key = transaction.access.reader_key(asked.reader)
    assert key is not None  # asked in this transaction
    put_on_chain(transaction, library, registered(transaction, library, asked.digest))
    now, salt = library.clock(), secrets.token_bytes(SALT_BYTES)
    name = pseudonym(key, library.steward, now)
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
        accepted_at=now,
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
    ask_chain(transaction, JobName.of(intent), intent, now)
    return grant
