"""Others in a hall: seen if they wish, for who is signed in, and nothing told but a place and a name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from ledger_service.domain.errors import InvalidHall
from ledger_service.domain.people.session import COOKIE
from ledger_service.services.people.begin_session import end_session
from reading_room.halls import api
from reading_room.halls.presence.company import MOST_OF_READER, MOST_SEEN, Company
from reading_room.halls.presence.wire import read_state, write_states
from scripts.harness.api_process import ApiProcess
from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator

STATE = {"name": "Aziza", "turn": 0.5, "x": 1, "z": -2.25}
TEXT = json.dumps(STATE, separators=(",", ":"))


def message(state: Any, clock: int = 1, client: int = 7) -> bytes:
    return write_states({client: (clock, json.dumps(state))})


def test_a_state_is_a_place_and_a_name() -> None:
    clock, text = read_state(message(STATE, 300))
    assert (clock, json.loads(text)) == (300, STATE)
    assert read_state(message(None)) == (1, "null")


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"\x01",
        b"\xff" * 40,
        message(STATE)[:-1],
        message(STATE) + b"\0",
        b"\x00" + message(STATE)[1:],
        message([]),
        message({**STATE, "reader": "somebody"}),
        message({**STATE, "x": 1e9}),
        message({**STATE, "x": True}),
        message({**STATE, "x": "1"}),
        message({**STATE, "name": "x" * 41}),
        message({**STATE, "name": "a\u202eb"}),
        message({**STATE, "name": "x" * 600}),
        write_states({1: (1, "null"), 2: (1, "null")}),
        message(STATE, clock=2**53),
    ],
)
def test_anything_else_is_refused(wrong: bytes) -> None:
    with pytest.raises(InvalidHall):
        read_state(wrong)


def test_a_company_is_bounded_and_forgets_who_left() -> None:
    company = Company()
    first = company.enter("a", "0")
    assert first is not None
    company.tell("a", first, 2, '{"x":1}')
    others = [company.enter("a", f"{one}") for one in range(1, MOST_SEEN)]
    assert company.enter("a", "more") is None
    assert company.enter("b", "more") is not None
    other = others[0]
    assert other is not None
    assert other.unsent == [write_states({first.client: (2, '{"x":1}')})]
    company.tell("a", first, 1, '{"x":9}')
    assert len(other.unsent) == 1
    company.leave("a", first)
    assert other.unsent[1] == write_states({first.client: (3, "null")})
    assert company.enter("a", "more") is not None


def test_one_person_does_not_fill_a_hall() -> None:
    company = Company()
    assert None not in [company.enter("a", "one") for _ in range(MOST_OF_READER)]
    assert company.enter("a", "one") is None
    assert company.enter("a", "other") is not None


def test_a_company_has_those_of_other_processes_within_the_same_bound() -> None:
    company = Company()
    first = company.enter("a", "0")
    assert first is not None
    company.tell("a", first, 1, TEXT)
    others = dict.fromkeys(range(MOST_SEEN + 9), (1, TEXT))
    wrong = {-1: (1, '{"x":1}'), -2: (1, "null")}
    company.hear_of("a", "process", wrong)
    assert first.unsent == []
    company.hear_of("a", "process", others)
    assert company.enter("a", "more") is None
    assert first.unsent == [write_states(dict.fromkeys(range(MOST_SEEN - 1), (1, TEXT)))]
    company.hear_of("a", "process", {3: (2, TEXT)})
    second = company.enter("a", "more")
    assert second is not None
    assert second.unsent == [write_states({first.client: (1, TEXT), 3: (2, TEXT)})]
    assert company.present("a") == {first.client: (1, TEXT)}
    company.hear_of("a", "process", {})
    assert second.unsent[1:] == [write_states({3: (3, "null")})]
    company.hear_of("b", "process", {})
    assert company.is_empty("b")


def test_whoever_is_signed_out_is_seen_no_more(
    library: RunningLibrary,
    make: Callable[..., str],
    new_reader: Callable[[], tuple[str, BrowserSimulator]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(api, "LOOK_SECONDS", 0.2)
    hall = make(kind="hall", title="To be gone from")
    _, browser = new_reader()
    headers = {"Cookie": f"{COOKIE}={browser.session}", "Origin": library.url}
    address = f"{library.url.replace('http', 'ws')}/api/v1/halls/{hall}/presence"
    with connect(address, additional_headers=headers, proxy=None) as one:
        one.send(message(STATE))
        end_session(library.opened.library, browser.session)
        with pytest.raises(ConnectionClosed) as closed:
            one.recv(timeout=60)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == api.NOT_ANY_MORE


@pytest.mark.slow
def test_two_at_two_processes_see_one_another_until_one_is_killed(
    library: RunningLibrary, make: Callable[..., str]
) -> None:
    hall = make(kind="hall", title="To be seen in from afar")
    headers = {"Authorization": f"Bearer {library.token('reader')}"}
    second = ApiProcess(library.environment, library.chain.url)
    one, other = (
        connect(
            f"{url.replace('http', 'ws')}/api/v1/halls/{hall}/presence",
            additional_headers=headers,
            proxy=None,
        )
        for url in (library.url, second.url)
    )
    try:
        with one as here, other as there:
            here.send(message(STATE))
            there.send(message({**STATE, "name": "Bobur"}))
            assert b"Bobur" in here.recv(timeout=10)  # type: ignore[operator]
            assert b"Aziza" in there.recv(timeout=10)  # type: ignore[operator]
            second.kill()
            assert here.recv(timeout=30).endswith(b"null")  # type: ignore[arg-type]
    finally:
        second.kill()


def test_two_see_one_another_under_numbers_of_the_server(
    library: RunningLibrary, make: Callable[..., str]
) -> None:
    hall = make(kind="hall", title="To be seen in")

    def open_socket(role: str = "reader", path: str = hall) -> ClientConnection:
        headers = {"Authorization": f"Bearer {library.token(role)}"}
        address = f"{library.url.replace('http', 'ws')}/api/v1/halls/{path}/presence"
        return connect(address, additional_headers=headers, proxy=None)

    with open_socket() as one, open_socket() as other:
        one.send(message(STATE))
        told = other.recv(timeout=10)
        assert isinstance(told, bytes)
        assert json.loads(told[told.index(b"{") :]) == STATE
        assert told != message(STATE)  # it is told under another number
        one.close()
        assert other.recv(timeout=10).endswith(b"null")  # type: ignore[arg-type]
        other.send(b"no presence")
        with pytest.raises(ConnectionClosed):
            other.recv(timeout=10)
    with pytest.raises(InvalidStatus):
        open_socket(path="0" * 16)
    address = f"{library.url.replace('http', 'ws')}/api/v1/halls/{hall}/presence"
    with pytest.raises(InvalidStatus):
        connect(address, proxy=None)
