"""What the tests of lines share: a book with few seats, and readers who ask for it."""

from __future__ import annotations

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.grant import GrantState
from ledger_service.domain.lending.request import Request, RequestState
from ledger_service.services.lending.change_grant import return_grant
from ledger_service.services.lending.requests.ask_for_loan import ask_for_loan
from ledger_service.services.lending.requests.end_request import pick_up
from ledger_service.services.lending.requests.find_requests import show_request
from ledger_service.services.lending.requests.keep_lines import LineKeeper
from tests.simulators.bench import BOOK, Bench, as_reader

DIGEST = Digest.of(BOOK)
DAY = 86_400
LOAN = 7 * DAY
KEPT = 2 * DAY  # how long a seat is kept by default


def lends(bench: Bench, seats: int = 1, *, self_service: bool = True) -> None:
    """Register the book under a license of so many seats."""
    bench.license("Few", seats=seats, loan=LOAN, self_service=self_service)
    bench.registered(license_name="Few")


def ask(bench: Bench, reader: str, **how: object) -> Request:
    """Let a reader ask for the book."""
    return ask_for_loan(bench.library, as_reader(reader), digest=DIGEST, **how)  # type: ignore[arg-type]


def asking(bench: Bench, count: int) -> list[tuple[str, Request]]:
    """Return so many readers who asked, one after the other."""
    readers = [bench.reader() for _ in range(count)]
    return [(reader, ask(bench, reader)) for reader in readers]


def now(bench: Bench, request: Request) -> Request:
    """Return a request as it stands."""
    with bench.store.read() as transaction:
        found = transaction.requests.find(request.id)
    assert found is not None
    return found


def place(bench: Bench, request: Request) -> int | None:
    return show_request(bench.library, as_reader(request.reader), request.id).place


def take(bench: Bench, request: Request) -> Request:
    """Let the reader pick up what is kept for them."""
    return pick_up(bench.library, as_reader(request.reader), request.id)


def bring_back(bench: Bench, request: Request) -> None:
    """Let the reader return the loan, and the chain take note."""
    grant = now(bench, request).grant
    assert grant is not None
    return_grant(bench.library, as_reader(request.reader), grant)
    bench.settle()


def work(bench: Bench) -> None:
    """Do what the worker's thread does for lines."""
    LineKeeper(bench.library).work(lambda: False)


def states(bench: Bench, asked: list[tuple[str, Request]]) -> list[str]:
    """Return the states of requests, in their order."""
    return [now(bench, request).state.value for _, request in asked]


def live(bench: Bench) -> int:
    """Return how many grants of the book are live on the chain now."""
    now_ = bench.clock()
    seats = bench.chain.now.seats.items()
    return sum(key[0] == DIGEST.hex() and seat.until > now_ for key, seat in seats)


def is_issued(bench: Bench, request: Request) -> bool:
    grant = now(bench, request).grant
    with bench.store.read() as transaction:
        found = None if grant is None else transaction.grants.find(grant)
    return found is not None and found.state is GrantState.ISSUED


WAITING, READY, GRANTED = RequestState.WAITING, RequestState.READY, RequestState.GRANTED
