"""Who is cut when there is no room: whoever has been silent for longest, never who is at work."""

from dataclasses import dataclass, field

import pytest

from ledger_service.listening.holdings import Address, Holdings
from ledger_service.services.limits import ConnectionLimits


@dataclass(eq=False)
class Connection:
    holdings: Holdings
    address: Address
    is_cut: bool = field(default=False)

    def cut(self) -> None:
        self.is_cut = True
        self.holdings.moved_on(self)
        self.holdings.leave(self, self.address)

    def begin(self) -> None:
        self.address.waiting.pop(self)


@pytest.fixture
def holdings():
    return Holdings(ConnectionLimits(connections=8, of_address=4))


@pytest.fixture
def connect(holdings):
    def enter(name: str, *, is_proxy: bool = False) -> Connection | None:
        found = Connection(holdings, holdings.address(name))
        return found if holdings.enter(found, found.address, is_proxy=is_proxy) else None

    return enter


def test_the_oldest_that_waits_makes_room_for_its_own_address(connect, holdings):
    first, *others = [connect("a") for _ in range(5)]
    assert first.is_cut
    assert not any(other.is_cut for other in others)
    assert holdings.connections == 4


def test_one_at_work_is_not_cut_for_one_that_waits(connect):
    at_work, waiting = connect("a"), connect("a")
    at_work.begin()
    for _ in range(3):
        connect("a")
    assert (at_work.is_cut, waiting.is_cut) == (False, True)


def test_a_newcomer_is_sent_away_if_all_are_at_work(connect, holdings):
    for _ in range(4):
        connect("a").begin()
    assert connect("a") is None
    assert connect("b") is not None
    assert holdings.refused == {"no room": 1}


def test_the_address_of_which_most_wait_makes_room_for_others(connect):
    crowd = [connect("a") for _ in range(4)]
    few = [connect(name) for name in "bcde"]
    assert connect("f") is not None
    assert crowd[0].is_cut
    assert not any(connection.is_cut for connection in (*crowd[1:], *few))


def test_behind_a_proxy_only_the_bound_on_all_holds(connect, holdings):
    found = [connect("proxy", is_proxy=True) for _ in range(8)]
    assert not any(connection.is_cut for connection in found)
    assert connect("proxy", is_proxy=True) is not None
    assert found[0].is_cut
    assert holdings.connections == 8


def test_a_quarter_of_an_addresses_connections_is_never_slow(connect, holdings):
    found = [connect("a") for _ in range(4)]
    for connection in found:
        connection.begin()
        holdings.slowed(connection, "a")
    assert [connection.is_cut for connection in found] == [True, False, False, False]


def test_a_quarter_of_all_connections_is_never_slow(connect, holdings):
    found = [connect(name) for name in "aaabbbcc"]
    for connection in found:
        connection.begin()
        holdings.slowed(connection, connection.address.name)
    assert [connection.is_cut for connection in found] == [True] * 2 + [False] * 6
    assert holdings.refused == {"slow": 2}


def test_one_that_moves_on_is_the_last_to_be_cut(connect, holdings):
    found = [connect("a") for _ in range(4)]
    for connection in (*found[:3], found[0], found[3]):
        holdings.slowed(connection, "a")
    assert [connection.is_cut for connection in found] == [False, True, False, False]


def test_callers_of_a_proxy_are_told_apart_by_what_they_hold(connect, holdings):
    found = [connect("proxy", is_proxy=True) for _ in range(8)]
    for number, connection in enumerate(found[:6]):
        connection.begin()
        holdings.slowed(connection, "a" if number < 4 else "b")
    assert [connection.is_cut for connection in found] == [True] + [False] * 7


def test_nothing_is_remembered_of_addresses_that_are_gone(connect, holdings):
    for number in range(20):
        connect(f"address {number}").cut()
    assert (holdings.connections, holdings.waiting(), list(holdings.slow)) == (0, [], [])
    assert not holdings._addresses
