"""A seat that frees goes to whoever is first in line, for a while, and nobody passes them unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from ledger_service.adapters.sql.people.schema import reader as reader_table
from ledger_service.domain.chain_errors import SeatTaken
from ledger_service.domain.errors import (
    ChainUnavailable,
    NoSeatFree,
    OthersWait,
    RequestEnded,
    RequestNotReady,
    RequestRefused,
)
from ledger_service.domain.lending.request import Closing, RequestState
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.resources.registration import WithdrawalReason
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.people import ActFilter
from ledger_service.services.chain.settle_job import record_rejection
from ledger_service.services.lending.change_grant import renew_grant, revoke_grant
from ledger_service.services.lending.forgetting.erase_reader import erase_reader
from ledger_service.services.lending.issue_grant import issue_grant
from ledger_service.services.lending.requests.decide_request import approve_request
from ledger_service.services.lending.requests.end_request import withdraw_request
from ledger_service.services.lending.requests.keep_lines import forget_requests, tell_ends
from ledger_service.services.people.notices import list_notices
from ledger_service.services.resources.change_resource import withdraw_resource
from ledger_service.setup import EFFECTS
from tests.services.lending.requests.lines import (
    DAY,
    DIGEST,
    GRANTED,
    KEPT,
    LOAN,
    WAITING,
    ask,
    asking,
    bring_back,
    is_issued,
    lends,
    live,
    now,
    place,
    states,
    take,
    work,
)
from tests.simulators.bench import HOUR, LIBRARIAN, Bench, as_reader


@pytest.fixture
def line(bench: Bench) -> tuple[Bench, list]:
    """Return a book of one seat that is lent, and three who wait for it."""
    lends(bench)
    asked = asking(bench, 4)
    bench.settle()
    return bench, asked


def test_a_returned_seat_is_kept_for_the_first_and_then_for_the_next(line) -> None:
    bench, asked = line
    work(bench)
    assert states(bench, asked) == ["granted", "waiting", "waiting", "waiting"]
    bring_back(bench, asked[0][1])
    for _ in range(2):
        work(bench)
        assert states(bench, asked)[1:] == ["ready", "waiting", "waiting"]
    assert now(bench, asked[1][1]).held_until == bench.clock() + KEPT
    bench.clock.advance(KEPT)
    work(bench)
    assert states(bench, asked)[1:] == ["lapsed", "ready", "waiting"]
    with pytest.raises(RequestEnded):
        take(bench, asked[1][1])
    assert take(bench, asked[2][1]).state is GRANTED
    assert take(bench, asked[2][1]).state is GRANTED
    bench.settle()
    assert live(bench) == 1
    assert bench.findings() == set()
    assert place(bench, asked[3][1]) == 1


@pytest.mark.parametrize("how", ["revoked", "ended"])
def test_a_seat_frees_by_a_revocation_and_by_time(line, how: str) -> None:
    bench, asked = line
    if how == "revoked":
        revoke_grant(bench.library, LIBRARIAN, now(bench, asked[0][1]).grant)
        work(bench)
        assert states(bench, asked)[1] == "waiting"  # the chain holds the seat still
        bench.settle()
    else:
        bench.clock.advance(LOAN)
    work(bench)
    assert states(bench, asked)[1:] == ["ready", "waiting", "waiting"]


def test_the_next_request_advances_a_line_before_any_round(line) -> None:
    bench, asked = line
    bring_back(bench, asked[0][1])
    newcomer = ask(bench, bench.reader())
    assert newcomer.state is WAITING
    assert states(bench, asked)[1] == "ready"
    assert ask(bench, asked[1][0]).state is GRANTED  # who asks again picks up


def test_no_reader_passes_those_who_wait(line) -> None:
    bench, asked = line
    bring_back(bench, asked[0][1])
    late, until = bench.reader(), bench.clock() + HOUR
    for _ in range(2):  # before a round has kept the seat, and after
        with pytest.raises(NoSeatFree):
            issue_grant(bench.library, as_reader(late), digest=DIGEST, reader=late, until=until)
        with pytest.raises(RequestRefused):
            ask(bench, late, waits=False)
        work(bench)
    first = asked[1][0]
    issue_grant(bench.library, as_reader(first), digest=DIGEST, reader=first, until=until)
    assert states(bench, asked)[1:] == ["granted", "waiting", "waiting"]


def test_a_registrar_may_pass_a_line_and_that_is_on_record(line) -> None:
    bench, asked = line
    bring_back(bench, asked[0][1])
    work(bench)
    given = bench.grant(DIGEST, bench.reader())
    with bench.store.read() as transaction:
        acts = transaction.acts.page(ActFilter(about=given.id.hex()), PageRequest("", 9)).items
    assert {act.act.kind for act in acts} == {ActKind.GRANT_ISSUED, ActKind.LINE_PASSED}
    with pytest.raises(RequestNotReady):
        take(bench, asked[1][1])
    assert states(bench, asked)[1] == "waiting"  # at the same place
    assert place(bench, asked[1][1]) == 1
    bench.settle()
    assert live(bench) == 1


def test_a_registrar_who_takes_no_ones_seat_passes_nobody(bench: Bench) -> None:
    lends(bench, seats=2)
    given = bench.grant(DIGEST, bench.reader())
    with bench.store.read() as transaction:
        acts = transaction.acts.page(ActFilter(about=given.id.hex()), PageRequest("", 9)).items
    assert [act.act.kind for act in acts] == [ActKind.GRANT_ISSUED]


def test_several_seats_free_at_once(bench: Bench) -> None:
    lends(bench, seats=3)
    asked = asking(bench, 6)
    bench.settle()
    for _, request in asked[:2]:
        bring_back(bench, request)
    work(bench)
    assert states(bench, asked)[3:] == ["ready", "ready", "waiting"]
    withdraw_request(bench.library, as_reader(asked[3][0]), asked[3][1].id)
    assert states(bench, asked)[3:] == ["withdrawn", "ready", "ready"]
    assert take(bench, asked[5][1]).state is GRANTED
    bench.settle()
    assert live(bench) == 2


def test_an_approved_request_waits_by_when_it_was_asked(bench: Bench) -> None:
    lends(bench, self_service=False)
    asked = asking(bench, 3)
    for index in (2, 1, 0):
        approve_request(bench.library, LIBRARIAN, asked[index][1].id)
    bench.settle()
    assert states(bench, asked) == ["waiting", "waiting", "granted"]
    bring_back(bench, asked[2][1])
    work(bench)
    assert states(bench, asked)[:2] == ["ready", "waiting"]
    assert take(bench, asked[0][1]).state is GRANTED
    bench.settle()
    assert is_issued(bench, asked[0][1])


def test_an_approval_that_lapsed_is_none(bench: Bench) -> None:
    lends(bench, self_service=False)
    asked = asking(bench, 2)
    for _, request in asked:
        approve_request(bench.library, LIBRARIAN, request.id)
    bench.settle()
    bring_back(bench, asked[0][1])
    work(bench)
    bench.clock.advance(KEPT)
    with pytest.raises(RequestEnded):
        take(bench, asked[1][1])
    assert ask(bench, asked[1][0]).state is RequestState.ASKED


def test_a_loan_is_renewed_only_if_nobody_waits(line) -> None:
    bench, asked = line
    bench.clock.advance(DAY)
    grant, until = now(bench, asked[0][1]).grant, bench.clock() + LOAN
    with pytest.raises(OthersWait):
        renew_grant(bench.library, as_reader(asked[0][0]), grant, until)
    renew_grant(bench.library, LIBRARIAN, grant, until - 1)
    for reader, request in asked[1:]:
        withdraw_request(bench.library, as_reader(reader), request.id)
    bench.settle()
    renew_grant(bench.library, as_reader(asked[0][0]), grant, until)


def test_an_erased_reader_is_skipped(line) -> None:
    bench, asked = line
    with bench.store.engine.begin() as connection:
        gone = update(reader_table).where(reader_table.c.id == asked[1][0])
        connection.execute(gone.values(key=None))
    bring_back(bench, asked[0][1])
    work(bench)
    assert states(bench, asked)[1:] == ["closed", "ready", "waiting"]
    assert now(bench, asked[1][1]).why == Closing.READER_GONE


def test_who_is_erased_leaves_no_request_and_the_seat_kept_for_them_is_free(line) -> None:
    bench, asked = line
    bring_back(bench, asked[0][1])
    work(bench)
    erase_reader(bench.library, as_reader(asked[1][0]), asked[1][0])
    work(bench)
    with bench.store.read() as transaction:
        assert transaction.requests.find(asked[1][1].id) is None
    assert states(bench, asked[2:]) == ["ready", "waiting"]
    assert place(bench, asked[3][1]) == 2


def told(bench: Bench, reader: str) -> list[str]:
    return [one.notice.kind.value for one in list_notices(bench.library, as_reader(reader))]


def test_readers_are_told_of_their_turn_its_end_and_the_end_of_the_line(line) -> None:
    bench, asked = line
    bring_back(bench, asked[0][1])
    for _ in range(2):
        work(bench)
    assert [told(bench, reader) for reader, _ in asked] == [[], ["turn-came"], [], []]
    bench.clock.advance(KEPT)
    work(bench)
    assert told(bench, asked[1][0]) == ["turn-lapsed", "turn-came"]
    withdraw_resource(bench.library, LIBRARIAN, DIGEST, WithdrawalReason.LEGAL)
    bench.settle()
    work(bench)
    assert told(bench, asked[3][0]) == ["line-closed"]


def test_a_withdrawn_resource_ends_its_line(line) -> None:
    bench, asked = line
    withdraw_resource(bench.library, LIBRARIAN, DIGEST, WithdrawalReason.LEGAL)
    bench.settle()
    work(bench)
    assert states(bench, asked)[1:] == ["closed"] * 3
    assert now(bench, asked[1][1]).why == Closing.RESOURCE_WITHDRAWN


def test_a_clock_that_leaps_lets_no_turn_lapse_and_ends_no_loan(line) -> None:
    bench, asked = line
    leaping = replace(bench.library, clock=lambda: bench.clock() + 30 * DAY)
    bench.chain.mine()
    right, bench.library = bench.library, leaping
    work(bench)
    assert states(bench, asked)[1] == "waiting"
    bench.library = right
    bring_back(bench, asked[0][1])
    work(bench)
    bench.library = leaping
    work(bench)
    assert states(bench, asked)[1:3] == ["ready", "waiting"]
    bench.library = replace(
        right, clock=lambda: bench.clock() - 30 * DAY
    )  # and one that leaps back
    work(bench)
    assert states(bench, asked)[1:3] == ["ready", "waiting"]


def test_a_line_stands_still_while_the_chain_is_away(line) -> None:
    bench, asked = line
    bring_back(bench, asked[0][1])
    bench.chain.is_away = True
    with pytest.raises(ChainUnavailable):
        work(bench)
    assert states(bench, asked)[1] == "waiting"
    bench.chain.is_away = False
    work(bench)
    assert states(bench, asked)[1] == "ready"


def test_a_seat_that_the_chain_holds_for_others_is_kept_for_nobody(line) -> None:
    bench, asked = line
    bring_back(bench, asked[0][1])
    seat = bench.chain.now.seats[(DIGEST.hex(), bench.library.steward.hex(), 0)]
    free = bench.chain.seat
    bench.chain.seat = lambda *_: (seat.turn + 1, bench.clock() + HOUR)  # type: ignore[method-assign]
    work(bench)
    assert states(bench, asked)[1] == "waiting"
    bench.chain.seat = free  # type: ignore[method-assign]
    work(bench)
    assert states(bench, asked)[1] == "ready"


def test_a_grant_that_lacked_a_seat_on_chain_lets_its_reader_wait_again(bench: Bench) -> None:
    lends(bench)
    asked = asking(bench, 2)
    with bench.store.write() as transaction:
        [job] = transaction.jobs.queued(bench.clock(), 1)
        refusal = SeatTaken(seat=0, until=bench.clock() + HOUR)
        record_rejection(EFFECTS, transaction, job, refusal, bench.clock())
    assert states(bench, asked) == ["waiting", "waiting"]
    assert [place(bench, request) for _, request in asked] == [1, 2]
    work(bench)
    assert take(bench, asked[0][1]).state is GRANTED
    bench.settle()
    assert live(bench) == 1


def test_ends_are_told_once_each_and_old_requests_are_forgotten(line) -> None:
    bench, asked = line
    assert tell_ends(bench.library) == 0
    bench.clock.advance(LOAN - DAY)
    assert [tell_ends(bench.library) for _ in range(2)] == [1, 0]
    renew_grant(bench.library, LIBRARIAN, now(bench, asked[0][1]).grant, bench.clock() + LOAN)
    bench.settle()
    assert tell_ends(bench.library) == 0
    bench.clock.advance(LOAN - DAY)
    assert tell_ends(bench.library) == 1
    withdraw_request(bench.library, as_reader(asked[1][0]), asked[1][1].id)
    bench.clock.advance(bench.library.limits.request_seconds + LOAN)
    forget_requests(bench.library)
    with bench.store.read() as transaction:
        assert transaction.requests.find(asked[0][1].id) is None
        assert transaction.requests.find(asked[1][1].id) is None
        assert transaction.requests.find(asked[2][1].id) is not None
    assert ask(bench, bench.reader()).serial > asked[3][1].serial
