"""Who is erased loses the loan and the place in line, and whoever waits behind them moves up."""

from __future__ import annotations

from ledger_service.domain.lending.request import RequestState
from ledger_service.services.lending.forgetting.erase_reader import erase_reader
from tests.services.lending.requests.lines import asking, lends, live, now, place, take, work
from tests.simulators.bench import OPERATOR, Bench


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
