"""Who is erased loses the loan and the place in line, and whoever waits behind them moves up."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import UnknownReader
from ledger_service.domain.lending.request import RequestState
from ledger_service.ports.paging import PageRequest
from ledger_service.services.lending.forgetting.erase_reader import erase_reader
from ledger_service.services.lending.requests import ask_for_loan
from ledger_service.services.lending.requests.find_requests import list_requests
from tests.services.lending.requests.lines import ask, asking, lends, live, now, place, take, work
from tests.simulators.bench import LIBRARIAN, OPERATOR, Bench


def test_who_is_erased_amid_a_line_is_in_it_no_more(bench: Bench) -> None:
    lends(bench)
    (first, loan), (second, waits), (_, last) = asking(bench, 3)
    bench.settle()
    assert (place(bench, waits), place(bench, last)) == (1, 2)
    erase_reader(bench.library, OPERATOR, second)
    work(bench)
    with bench.store.read() as transaction:
        assert transaction.requests.find(waits.id) is None
    assert place(bench, last) == 1
    assert live(bench) == 1

    erase_reader(bench.library, OPERATOR, first)
    work(bench)
    bench.settle()
    work(bench)
    assert now(bench, last).state is RequestState.READY
    take(bench, last)
    bench.settle()
    assert live(bench) == 1
    with bench.store.read() as transaction:
        assert transaction.requests.find(loan.id) is None
    assert bench.audit().findings == []


def test_a_seat_that_is_kept_for_who_is_erased_goes_to_the_next(bench: Bench) -> None:
    lends(bench)
    (first, _), (second, kept), (_, last) = asking(bench, 3)
    bench.settle()
    erase_reader(bench.library, OPERATOR, first)
    bench.settle()
    work(bench)
    assert now(bench, kept).state is RequestState.READY
    erase_reader(bench.library, OPERATOR, second)
    work(bench)
    assert now(bench, last).state is RequestState.READY


def test_who_is_erased_while_asking_leaves_no_request(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    lends(bench, self_service=False)
    reader = bench.reader()

    def erase(*_: object) -> None:
        erase_reader(bench.library, OPERATOR, reader)

    monkeypatch.setattr(ask_for_loan, "claimed_grant", erase)
    with pytest.raises(UnknownReader):
        ask(bench, reader)
    assert list_requests(bench.library, LIBRARIAN, PageRequest()).items == []
