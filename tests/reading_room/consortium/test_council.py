"""What the council told is read by the worker, once, and anew where the chain became another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from ledger_service.domain.chain.history import FOR_EVER
from ledger_service.domain.consortium.act import REGISTRY, Act
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.consortium.council_event import CouncilEvent, CouncilEventKind
from ledger_service.domain.errors import ChainUnavailable, InvalidCursor, NoConsortium
from ledger_service.ports.paging import PageRequest
from ledger_service.services.chain.follow_chain import follow_chain
from reading_room.consortium.sql import SqlCouncil
from reading_room.consortium.verbs import list_acts, show_council, show_members
from reading_room.consortium.work import read_council, work
from tests.simulators.bench import Bench
from tests.simulators.chain import DEPLOYED_AT
from tests.simulators.consortium import CHARTER, Institution


@dataclass
class CouncilSimulator:
    """Implements ports.CouncilReader. asked: the ranges of blocks."""

    events_told: list[CouncilEvent] = field(default_factory=list)
    asked: list[tuple[int, int]] = field(default_factory=list)
    is_away: bool = False

    def __hash__(self) -> int:
        return id(self)

    def events(self, charter: Charter, first: int, last: int) -> Iterator[CouncilEvent]:
        self.asked.append((first, last))
        if self.is_away:
            raise ChainUnavailable("no-answer")
        yield from (event for event in self.events_told if first <= event.block <= last)


def proposed(block: int) -> CouncilEvent:
    act = Act(REGISTRY, "suspend", (Institution("b").steward.hex(),))
    kind = CouncilEventKind.PROPOSED
    return CouncilEvent(kind, block, 0, block * 10, f"{block:064x}", "01" * 32, act, 5000)


@pytest.fixture
def council(consortium: list[Bench]) -> CouncilSimulator:
    made = CouncilSimulator([proposed(3)])
    bench = consortium[0]
    bench.library = replace(bench.library, council=made)
    follow_chain(bench.library, DEPLOYED_AT)
    return made


def read(bench: Bench, council: CouncilSimulator, charter: Charter = CHARTER) -> None:
    read_council(bench.library, charter, council, lambda: False)


def test_each_block_is_read_once(consortium: list[Bench], council: CouncilSimulator) -> None:
    bench = consortium[0]
    assert show_council(bench.library, SqlCouncil) is None
    work(bench.library, lambda: False)
    work(bench.library, lambda: False)  # not due yet
    head = bench.chain.head().number
    assert council.asked == [(CHARTER.first_block, head)]
    seen = show_council(bench.library, SqlCouncil)
    assert seen is not None
    assert (seen.as_of.number, len(seen.state.waiting)) == (head, 1)
    bench.chain.mine(3)
    follow_chain(bench.library, DEPLOYED_AT)
    read(bench, council)
    read(bench, council)
    assert council.asked[1:] == [(head + 1, head + 3)]


def test_many_blocks_are_read_some_at_a_time(
    consortium: list[Bench], council: CouncilSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reading_room.consortium.work.BLOCKS_A_TIME", 5)
    read(consortium[0], council)
    assert council.asked[:2] == [(1, 5), (6, 10)]
    assert council.asked[-1][1] == consortium[0].chain.head().number


def test_a_node_that_is_away_is_asked_again_from_there(
    consortium: list[Bench], council: CouncilSimulator
) -> None:
    council.is_away = True
    with pytest.raises(ChainUnavailable):
        read(consortium[0], council)
    assert show_council(consortium[0].library, SqlCouncil) is None
    council.is_away = False
    read(consortium[0], council)
    assert show_council(consortium[0].library, SqlCouncil) is not None


def test_another_chain_is_read_from_the_beginning(
    consortium: list[Bench], council: CouncilSimulator
) -> None:
    bench = consortium[0]
    read(bench, council)
    bench.chain.reorganize(2)
    council.events_told = []
    follow_chain(bench.library, DEPLOYED_AT)
    read(bench, council)
    assert council.asked[-1][0] == CHARTER.first_block
    seen = show_council(bench.library, SqlCouncil)
    assert seen is not None
    assert seen.state.proposals == ()


def test_another_council_is_not_shown_as_this_one(
    consortium: list[Bench], council: CouncilSimulator
) -> None:
    bench = consortium[0]
    read(bench, council)
    other = replace(CHARTER, admin="55" * 20)
    bench.library = replace(bench.library, read_charter=lambda: other)
    assert show_council(bench.library, SqlCouncil) is None
    read(bench, council, other)
    assert council.asked[-1][0] == other.first_block
    assert show_council(bench.library, SqlCouncil) is not None


def test_who_is_alone_has_nothing_to_show(
    consortium: list[Bench], council: CouncilSimulator
) -> None:
    alone = replace(consortium[0].library, read_charter=lambda: None)
    work(alone, lambda: False)
    assert council.asked == []
    with pytest.raises(NoConsortium):
        show_council(alone, SqlCouncil)
    with pytest.raises(NoConsortium):
        show_members(alone)


def test_acts_are_told_page_by_page_the_newest_first(consortium: list[Bench]) -> None:
    bench, b = consortium[0], Institution("b")
    steward = b.steward.hex()
    bench.chain.act(lambda state: state.suspend(steward))
    bench.chain.act(lambda state: state.reinstate(steward))
    bench.register()
    bench.settle()
    first = list_acts(bench.library, PageRequest(limit=2))
    assert [told.act.function for told in first.items] == ["reinstate", "suspend"]
    assert first.next is not None
    rest = list_acts(bench.library, PageRequest(first.next, limit=100))
    assert rest.next is None
    told = first.items + rest.items
    assert [one.block for one in told] == sorted((one.block for one in told), reverse=True)
    functions = [one.act.function for one in rest.items]
    assert [functions.count(name) for name in ("accredit", "addRegistrar", "openLedger")] == [3] * 3
    assert {one.act.named.get("until", FOR_EVER) for one in rest.items} <= {2**40, FOR_EVER}


@pytest.mark.parametrize("key", ["x", "1-", "-1", "1-2-3", "9" * 30 + "-1", "²-1"])
def test_a_cursor_that_nobody_handed_out_is_refused(consortium: list[Bench], key: str) -> None:
    from ledger_service.ports.paging import cursor_after

    with pytest.raises(InvalidCursor):
        list_acts(consortium[0].library, PageRequest(cursor_after(key)))
