"""Loans of other libraries: what is offered, what is kept of them, and how those libraries are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest

from ledger_service.domain.chain_errors import GrantNotLive
from ledger_service.domain.errors import (
    InvalidCheckout,
    InvalidReceiver,
    LicenseReplaced,
    LoanNotFound,
    LoanOnItsWay,
    NoLiveGrant,
    NoSeatFree,
    OthersWait,
    RoleNotHeld,
    TransactionRejected,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.loan_elsewhere import LoanStatus, license_name
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.publication import Posted
from ledger_service.services.chain.settle_job import record_rejection
from ledger_service.services.lending.change_grant import renew_grant, revoke_grant
from ledger_service.services.lending.distribution.change_loan import (
    open_loan,
    read_loan,
    register_device,
    renew_loan,
    return_loan,
)
from ledger_service.services.lending.distribution.check_out import AskedCheckout, check_out
from ledger_service.services.lending.distribution.find_loan import ToldLoan, find_loan, list_running
from ledger_service.services.lending.distribution.list_offers import MOST_FREE, list_offers
from ledger_service.services.lending.distribution.tell_distributor import (
    WAITS,
    follow_loans,
    forget_loans,
    tell_distributors,
)
from ledger_service.services.lending.forgetting.erase_reader import erase_reader
from ledger_service.services.lending.requests.ask_for_loan import ask_for_loan
from ledger_service.services.library import Library
from ledger_service.services.people.grant_access import issue_token
from ledger_service.setup import EFFECTS
from tests.simulators.bench import (
    BOOK,
    HOUR,
    LIBRARIAN,
    OPERATOR,
    SECOND,
    STEWARD,
    Bench,
    as_reader,
)

CITY = Caller.of_token(Role.SERVICE, "city library", STEWARD)
SITE, WHERE = "https://lender.example.uz", "https://city.example.uz/told"
GIVEN_UP = LoanStatus.CANCELED.value.encode()


class PosterSimulator:
    """Implements ports.Poster and ports.Line: answers by these statuses, one after the other, then by 204."""

    def __init__(self, *statuses: int | None) -> None:
        self.statuses = list(statuses)
        self.sent: list[bytes] = []

    def check(self, url: str) -> None:
        if not url.startswith("https://"):
            raise InvalidReceiver("plain-http", url=url)

    @contextmanager
    def line(self, url: str) -> Iterator[PosterSimulator]:
        self.check(url)
        yield self

    def post(self, body: bytes, headers: Mapping[str, str]) -> Posted:
        assert headers["Content-Type"] == "text/plain"
        self.sent.append(body)
        return Posted(self.statuses.pop(0) if self.statuses else 204)


def written(told: ToldLoan) -> tuple[bytes, str]:
    return told.status.value.encode(), "text/plain"


@pytest.fixture
def poster() -> PosterSimulator:
    return PosterSimulator()


@pytest.fixture
def lender(bench: Bench, poster: PosterSimulator) -> Library:
    """Return a library that has the book under a self-service license of one seat, and knows who lends."""
    bench.license("Lent", seats=1, loan=10 * HOUR, self_service=True)
    bench.registered(license_name="Lent")
    issue_token(bench.store, bench.clock, OPERATOR, Role.SERVICE, CITY.subject, HOUR)
    return replace(bench.library, poster=poster)


def asked(
    bench: Bench, checkout: str = "c-1", patron: str = "p-1", **changes: object
) -> AskedCheckout:
    registration = bench.registration()
    name = license_name(registration.digest, registration.license)
    made = AskedCheckout(
        registration.digest, registration.license, name, checkout, patron, None, WHERE, SITE
    )
    return made._replace(**changes)  # type: ignore[arg-type]


def lent(bench: Bench, lender: Library, **changes: object) -> ToldLoan:
    told, is_new = check_out(lender, CITY, asked(bench, **changes))  # type: ignore[arg-type]
    assert is_new
    bench.settle()
    return find_loan(lender, told.said.secret)


def work(lender: Library) -> int:
    """Do what the worker does at once."""
    follow_loans(lender)
    return tell_distributors(lender, written, lambda: False)


def test_a_loan_is_a_grant_on_chain_and_nothing_said_of_it_is_stored_in_clear(
    bench: Bench, lender: Library
) -> None:
    told = lent(bench, lender, checkout="checkout-in-clear", patron="patron-in-clear")
    assert [event.subject for event in bench.chain.events_named("GrantIssued")] == [
        told.grant.id.hex()
    ]
    assert told.grant.until == bench.held(told.grant).until
    stored = b"".join(path.read_bytes() for path in bench.folder.glob("muhr.db*"))
    for text in ("checkout-in-clear", "patron-in-clear", WHERE, told.said.secret, told.reading):
        assert text.encode() not in stored
        assert text.encode() not in b"".join(bench.bodies())


def test_who_may_not_lend_does_not_and_each_library_has_readers_of_its_own(
    bench: Bench, lender: Library
) -> None:
    for caller in (LIBRARIAN, as_reader(bench.reader()), OPERATOR):
        with pytest.raises(RoleNotHeld):
            check_out(lender, caller, asked(bench))
    town = Caller.of_token(Role.SERVICE, "town library", STEWARD)
    issue_token(bench.store, bench.clock, OPERATOR, Role.SERVICE, town.subject, HOUR)
    told = lent(bench, lender)
    with pytest.raises(NoSeatFree):
        check_out(lender, town, asked(bench))
    with bench.store.read() as transaction:
        [part] = transaction.ledger.private_parts(0, 10)
    assert b'"actor":"service"' in (part.body or b"")  # its program asked, no reader
    assert list_running(lender, town, told.grant.digest) == []
    assert [one.loan for one in list_running(lender, CITY, told.grant.digest)] == [told.loan]


def test_a_seat_that_is_kept_for_a_reader_in_line_is_offered_to_no_library(
    bench: Bench, lender: Library
) -> None:
    told = lent(bench, lender)
    waiting = bench.reader()
    ask_for_loan(lender, as_reader(waiting), digest=told.grant.digest)
    with pytest.raises(OthersWait):
        renew_loan(lender, told.said.secret, told.grant.until + 60)
    assert find_loan(lender, told.said.secret).renewable_until == told.grant.until
    return_loan(lender, told.said.secret)
    bench.settle()
    [offer] = list_offers(lender, CITY, PageRequest()).items
    assert (offer.taken, offer.kept, offer.free) == (0, 1, 0)
    with pytest.raises(NoSeatFree):
        check_out(lender, CITY, asked(bench, checkout="c-2", patron="p-2"))


def test_what_is_offered_follows_the_license(bench: Bench, lender: Library) -> None:
    bench.license("Campus", loan=HOUR, self_service=True)
    bench.license("Asked", seats=4, loan=HOUR)
    bench.registered(SECOND, license_name="Campus")
    bench.registered(b"decided by a registrar", license_name="Asked")
    bench.registered(b"open to everybody")
    one, many = list_offers(lender, CITY, PageRequest()).items
    assert (one.registration.digest, one.seats, one.free) == (Digest.of(BOOK), 1, 1)
    assert (many.registration.digest, many.seats, many.free) == (Digest.of(SECOND), None, MOST_FREE)
    first = list_offers(lender, CITY, PageRequest("", 1))
    assert first.next is not None
    assert list_offers(lender, CITY, PageRequest(first.next, 1)).items == [many]


def test_a_license_that_the_resource_does_not_have_lends_nothing(
    bench: Bench, lender: Library
) -> None:
    other = bench.license("Other", seats=3, loan=HOUR, self_service=True)
    name = license_name(Digest.of(BOOK), other.id)
    with pytest.raises(LicenseReplaced):
        check_out(lender, CITY, asked(bench, license=other.id, name=name))
    with pytest.raises(InvalidCheckout):
        check_out(lender, CITY, asked(bench, name=name))
    with pytest.raises(InvalidCheckout):
        check_out(lender, CITY, asked(bench, tell="http://127.0.0.1/"))


def test_what_the_chain_does_not_have_yet_is_not_opened_and_no_denial(
    bench: Bench, lender: Library
) -> None:
    told, _ = check_out(lender, CITY, asked(bench))
    with pytest.raises(LoanOnItsWay):
        open_loan(lender, told.reading)
    assert bench.entries("denied") == []
    bench.settle()
    opening = open_loan(lender, told.reading)
    assert read_loan(lender, told.reading, opening.secret).grant == told.grant.id
    with pytest.raises(LoanNotFound):  # the address of the status opens nothing
        open_loan(lender, told.said.secret)
    return_loan(lender, told.said.secret)
    for read in (open_loan, lambda *given: read_loan(*given, opening.secret)):
        with pytest.raises((GrantNotLive, NoLiveGrant)):
            read(lender, told.reading)


def test_each_change_is_told_once(bench: Bench, lender: Library, poster: PosterSimulator) -> None:
    told = lent(bench, lender)
    assert work(lender) == 0
    register_device(lender, told.said.secret, "d", "n")
    register_device(lender, told.said.secret, "d", "n")
    assert (work(lender), work(lender)) == (1, 0)
    revoke_grant(lender, LIBRARIAN, told.grant.id)
    assert (work(lender), work(lender)) == (1, 0)
    bench.settle()
    assert work(lender) == 0
    assert poster.sent == [b"active", b"revoked"]
    assert find_loan(lender, told.said.secret).status is LoanStatus.REVOKED


def test_nobody_who_takes_it_is_told_again_later_and_not_for_ever(
    bench: Bench, lender: Library, poster: PosterSimulator
) -> None:
    poster.statuses = [None, 503, 302, 500, 429, 500, 500]
    told = lent(bench, lender)
    return_loan(lender, told.said.secret)
    for seconds in WAITS:
        assert work(lender) == 0
        bench.clock.advance(seconds - 1)
        before = len(poster.sent)
        work(lender)
        assert len(poster.sent) == before
        bench.clock.advance(1)
    assert work(lender) == 0
    bench.clock.advance(30 * 24 * HOUR)
    assert work(lender) == 0
    assert poster.sent == [GIVEN_UP] * (len(WAITS) + 1)


def test_a_library_that_knows_the_loan_no_more_is_not_told_again(
    bench: Bench, lender: Library, poster: PosterSimulator
) -> None:
    poster.statuses = [404]
    return_loan(lender, lent(bench, lender).said.secret)
    work(lender)
    bench.clock.advance(24 * HOUR)
    work(lender)
    assert len(poster.sent) == 1


def test_a_grant_that_the_chain_refuses_is_a_loan_given_up(
    bench: Bench, lender: Library, poster: PosterSimulator
) -> None:
    told, _ = check_out(lender, CITY, asked(bench))
    with bench.store.write() as transaction:
        job = transaction.jobs.queued(bench.clock(), 1)[0]
        refusal = TransactionRejected("too-much-gas")
        record_rejection(EFFECTS, transaction, job, refusal, bench.clock())
    work(lender)
    assert poster.sent == [GIVEN_UP]
    assert find_loan(lender, told.said.secret).status is LoanStatus.CANCELED


def test_a_renewal_is_told_when_the_chain_has_it_whoever_asked(
    bench: Bench, lender: Library
) -> None:
    told = lent(bench, lender, until=bench.clock() + HOUR)
    bench.clock.advance(60)
    renew_grant(lender, LIBRARIAN, told.grant.id, told.grant.until + HOUR)
    bench.settle()
    assert follow_loans(lender) == 1
    after = find_loan(lender, told.said.secret)
    assert after.loan.until == after.grant.until == told.grant.until + HOUR
    assert after.loan.changed_at > told.loan.changed_at


def test_what_ended_long_ago_is_forgotten_once_it_is_told(
    bench: Bench, lender: Library, poster: PosterSimulator
) -> None:
    poster.statuses = [503]
    told = lent(bench, lender, until=bench.clock() + HOUR)
    bench.clock.advance(2 * HOUR)
    work(lender)
    bench.clock.advance(lender.limits.request_seconds + 1)
    assert forget_loans(lender) == 0
    assert work(lender) == 1
    assert poster.sent == [b"expired", b"expired"]
    assert forget_loans(lender) == 1
    with pytest.raises(LoanNotFound):
        find_loan(lender, told.said.secret)


def test_a_loan_whose_reader_is_erased_while_something_is_done_with_it_is_not_found(
    bench: Bench, lender: Library
) -> None:
    told, _ = check_out(lender, CITY, asked(bench))
    operator = Caller.operator(STEWARD)
    done: list[object] = []

    def clock() -> int:
        if not done:  # between the look at the loan and what is written
            done.append(erase_reader(lender, operator, told.loan.reader))
        return bench.clock()

    with pytest.raises(LoanNotFound):
        register_device(replace(lender, clock=clock), told.said.secret, "device", "a reader's")
    assert done
