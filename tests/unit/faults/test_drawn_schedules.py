"""Lines that are cut or hang, proxies that spoil, and what is noticed of answers that are false."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import httpx
import pytest

from scripts.consortium.schedules.front import Front
from scripts.consortium.schedules.line import Line, State
from scripts.consortium.schedules.player import Player
from scripts.consortium.schedules.promises import Promise, Promises

DIGEST, STEWARD, OTHER = "aa" * 32, "bb" * 32, "cc" * 32


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = f"told at {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def ask(between: Line | Front, seconds: float = 5.0) -> str:
    return httpx.get(between.url + "/a", timeout=seconds, trust_env=False).text


@pytest.fixture(params=["line", "front"])
def between(request: pytest.FixtureRequest, port: int) -> Iterator[Line | Front]:
    made = Line(port) if request.param == "line" else Front(f"http://127.0.0.1:{port}")
    yield made
    made.stop()


def test_what_is_whole_passes_what_is_cut_does_not(between: Line | Front) -> None:
    assert ask(between) == "told at /a"
    between.set(State.CUT)
    with pytest.raises(httpx.TransportError):
        ask(between)
    between.set(State.WHOLE)
    assert ask(between) == "told at /a"


def test_what_hangs_answers_nobody(between: Line | Front) -> None:
    between.set(State.HANGS)
    with pytest.raises(httpx.ReadTimeout):
        ask(between, 0.2)
    between.set(State.WHOLE)
    assert ask(between) == "told at /a"


def test_a_front_spoils_what_it_is_told_to(port: int) -> None:
    front = Front(f"http://127.0.0.1:{port}")
    front.spoil = lambda path, body: body.upper() if path == "/a" else body
    assert ask(front) == "TOLD AT /A"
    front.stop()


class Answering:
    """A member that gives one answer about everything. verdicts: steward and word of each."""

    name = "a member"

    def __init__(self, *verdicts: tuple[str | None, str], block: int = 9, **more: Any) -> None:
        rows = [{"steward": steward, "verdict": word} for steward, word in verdicts]
        self._told = {"verdicts": rows, "as_of": {"number": block}, **more}

    def get(self, _: str) -> dict[str, Any]:
        return self._told


def is_false(promises: Promises, member: Answering) -> bool:
    try:
        promises.check_answer(cast(Player, member), DIGEST)
    except AssertionError:
        return True
    return False


def test_a_verdict_speaks_only_for_those_who_have_sent_it() -> None:
    promises = Promises()
    promises.attempted[DIGEST].add(STEWARD)
    assert not is_false(promises, Answering((STEWARD, "authentic_as_told")))
    assert is_false(promises, Answering((OTHER, "superseded")))
    assert not is_false(promises, Answering((OTHER, "withdrawn")))


def test_absence_is_sure_only_where_all_were_asked_and_nobody_has_it() -> None:
    promises, absent = Promises(), (None, "not_registered")
    assert not is_false(promises, Answering(absent))
    assert is_false(promises, Answering(absent, asked=[{"reason": {"reason": "copy-behind"}}]))
    owner = Answering(absent)
    promises.all.append(Promise(cast(Player, owner), DIGEST, b""))
    assert is_false(promises, owner)
    promises.unsure.add(owner.name)
    assert not is_false(promises, owner)
    promises.unsure.clear()
    assert not is_false(promises, Answering(absent))
    promises.all[0].block = 9
    assert is_false(promises, Answering(absent))
    assert not is_false(promises, Answering(absent, block=8))
