"""A reader asks: granted at once, before a registrar, in line, or refused by an entry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_service.domain.chain_errors import LoanTooLong
from ledger_service.domain.errors import (
    ChainUnavailable,
    InvalidInput,
    LoanNotNeeded,
    RequestEnded,
    RequestNotFound,
    RequestNotReady,
    RequestRefused,
    RoleNotHeld,
    UnknownReader,
)
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.lending.request import RequestState
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.resources.registration import WithdrawalReason
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.people import ActFilter
from ledger_service.services.lending.requests.ask_for_loan import ask_for_loan
from ledger_service.services.lending.requests.decide_request import (
    approve_request,
    refuse_request,
)
from ledger_service.services.lending.requests.end_request import withdraw_request
from ledger_service.services.lending.requests.find_requests import list_requests
from ledger_service.services.limits import Limits
from ledger_service.services.resources.change_resource import withdraw_resource
from tests.services.lending.requests.lines import (
    DIGEST,
    GRANTED,
    LOAN,
    WAITING,
    ask,
    asking,
    is_issued,
    lends,
    live,
    now,
    place,
    take,
)
from tests.simulators.bench import LIBRARIAN, Bench, as_reader


def refused(bench: Bench, reader: str, why: Denial, **how: object) -> None:
    """Check that what this reader asks for is refused, by an entry that an auditor bears out."""
    before = len(bench.entries("denied"))
    with pytest.raises(RequestRefused) as caught:
        ask(bench, reader, **how)
    assert caught.value.reason.values["why"] == why.reason
    assert len(bench.entries("denied")) == before + 1
    bench.settle()
    assert bench.findings() == set()


def with_limits(bench: Bench, **limits: int) -> None:
    changed = replace(bench.library.limits, **limits)
    bench.library = replace(bench.library, limits=changed)


def test_a_free_seat_is_granted_at_once_and_asked_again_it_is_the_same(bench: Bench) -> None:
    lends(bench)
    reader = bench.reader()
    request = ask(bench, reader)
    assert request.state is GRANTED
    assert ask(bench, reader).id == request.id
    bench.settle()
    assert is_issued(bench, request)
    assert live(bench) == 1
    assert bench.findings() == set()


def test_who_comes_later_waits_in_the_order_of_asking_each_once(bench: Bench) -> None:
    lends(bench, seats=2)
    asked = asking(bench, 5)
    assert [request.state for _, request in asked] == [GRANTED] * 2 + [WAITING] * 3
    assert [place(bench, request) for _, request in asked] == [None, None, 1, 2, 3]
    assert ask(bench, asked[4][0]).id == asked[4][1].id
    listed = list_requests(bench.library, LIBRARIAN, PageRequest("", 100)).items
    assert [placed.request.id for placed in listed] == [request.id for _, request in asked]


def test_a_loan_is_as_long_as_asked_within_the_terms(bench: Bench) -> None:
    lends(bench)
    reader = bench.reader()
    with pytest.raises(LoanTooLong):
        ask(bench, reader, seconds=LOAN + 1)
    request = ask(bench, reader)
    with bench.store.read() as transaction:
        grant = transaction.grants.of_reader(reader, DIGEST)[0]
    assert (request.seconds, grant.until) == (LOAN, bench.clock() + LOAN)


def test_a_registrar_decides_where_the_license_asks_for_one(bench: Bench) -> None:
    lends(bench, self_service=False)
    (first, one), (_, two), (_, three) = asking(bench, 3)
    assert [one.state, two.state, three.state] == [RequestState.ASKED] * 3
    with pytest.raises(RequestNotReady):
        take(bench, one)
    assert approve_request(bench.library, LIBRARIAN, two.id).state is GRANTED
    assert approve_request(bench.library, LIBRARIAN, two.id).state is GRANTED
    assert approve_request(bench.library, LIBRARIAN, one.id).state is WAITING
    bench.settle()
    assert is_issued(bench, two)
    told = refuse_request(bench.library, LIBRARIAN, three.id, Denial.NO_LICENSE)
    assert (told.state, told.why) == (RequestState.REFUSED, "no-license")
    with pytest.raises(RequestEnded):
        approve_request(bench.library, LIBRARIAN, three.id)
    with bench.store.read() as transaction:
        acts = transaction.acts.page(ActFilter(), PageRequest("", 3)).items
    assert [act.act.kind for act in acts] == [
        ActKind.REQUEST_REFUSED,
        ActKind.REQUEST_APPROVED,
        ActKind.REQUEST_APPROVED,
    ]
    assert all(first not in act.act.about for act in acts)
    bench.settle()
    report = bench.audit()
    assert (report.is_clean, report.decisions.believed) == (True, 1)


def test_no_reader_decides_and_no_word_but_the_listed_refuses(bench: Bench) -> None:
    lends(bench, self_service=False)
    [(reader, request)] = asking(bench, 1)
    for decide in (approve_request, lambda *a: refuse_request(*a, Denial.NOT_LENT)):
        with pytest.raises(RoleNotHeld):
            decide(bench.library, as_reader(reader), request.id)
    with pytest.raises(InvalidInput):
        refuse_request(bench.library, LIBRARIAN, request.id, Denial.SEATS_TAKEN)
    with pytest.raises(RequestNotFound):
        approve_request(bench.library, LIBRARIAN, "0" * 32)
    with pytest.raises(RoleNotHeld):
        ask_for_loan(bench.library, LIBRARIAN, digest=DIGEST)


def test_what_everybody_may_read_is_not_lent(bench: Bench) -> None:
    bench.registered()
    with pytest.raises(LoanNotNeeded):
        ask(bench, bench.reader())


def test_who_does_not_want_to_wait_is_refused_and_the_chain_bears_it_out(bench: Bench) -> None:
    lends(bench)
    asking(bench, 1)
    refused(bench, bench.reader(), Denial.SEATS_KEPT, waits=False)  # the chain does not have it yet
    refused(bench, bench.reader(), Denial.SEATS_TAKEN, waits=False)


def test_a_line_has_a_limit(bench: Bench) -> None:
    lends(bench)
    with_limits(bench, line_places=2)
    asking(bench, 3)
    bench.settle()
    refused(bench, bench.reader(), Denial.SEATS_TAKEN)


def test_a_reader_has_a_fair_share(bench: Bench) -> None:
    lends(bench)
    with_limits(bench, loans_of_reader=1)
    reader = bench.reader()
    bench.license("Other", seats=1, loan=LOAN, self_service=True)
    other = bench.registered(b"another book", title="Other", license_name="Other")
    ask_for_loan(bench.library, as_reader(reader), digest=other.digest)
    refused(bench, reader, Denial.OVER_LIMIT)
    bench.grant(DIGEST, reader)  # a registrar may give more


def test_a_reader_waits_in_so_many_lines(bench: Bench) -> None:
    lends(bench)
    asking(bench, 1)
    with_limits(bench, requests_of_reader=0)
    refused(bench, bench.reader(), Denial.OVER_LIMIT)


def test_what_is_withdrawn_or_kept_elsewhere_is_refused_by_an_entry(bench: Bench) -> None:
    lends(bench)
    withdraw_resource(bench.library, LIBRARIAN, DIGEST, WithdrawalReason.LEGAL)
    bench.settle()
    refused(bench, bench.reader(), Denial.WITHDRAWN)


def test_a_request_is_kept_while_the_chain_does_not_answer(bench: Bench) -> None:
    lends(bench)
    bench.chain.is_away = True
    [(_, given), (reader, waiting)] = asking(bench, 2)
    assert (given.state, waiting.state) == (GRANTED, WAITING)
    assert not is_issued(bench, given)
    with pytest.raises(ChainUnavailable):  # a refusal names a block
        ask(bench, bench.reader(), waits=False)
    assert bench.entries("denied") == []
    withdraw_request(bench.library, as_reader(reader), waiting.id)
    bench.chain.is_away = False
    bench.settle()
    assert is_issued(bench, given)


def test_a_request_is_withdrawn_by_its_reader_alone(bench: Bench) -> None:
    lends(bench)
    (one, held), (two, waiting), (_, last) = asking(bench, 3)
    with pytest.raises(RequestNotFound):
        withdraw_request(bench.library, as_reader(one), waiting.id)
    for _ in range(2):
        ended = withdraw_request(bench.library, as_reader(two), waiting.id)
        assert ended.state is RequestState.WITHDRAWN
    assert place(bench, last) == 1
    with pytest.raises(RequestEnded):
        withdraw_request(bench.library, as_reader(one), held.id)
    assert ask(bench, two).id != waiting.id
    assert place(bench, now(bench, last)) == 1


def test_nobody_asks_who_is_not_a_reader_here(bench: Bench) -> None:
    lends(bench)
    with pytest.raises(UnknownReader):
        ask(bench, "0" * 32)


def test_limits_are_whole_numbers_that_an_operator_sets() -> None:
    limits = Limits()
    assert (limits.pick_up_seconds, limits.loans_of_reader) == (48 * 3600, 20)
