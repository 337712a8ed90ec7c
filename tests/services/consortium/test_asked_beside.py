"""How fast an announcement spreads, and what members that hang cost: real sockets that never answer."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest

from ledger_service.adapters.consortium.member_client import HttpMembers
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.consortium import learn_members
from ledger_service.services.consortium.learn_members import (
    LEARN_SECONDS,
    MEMBERS_PATH,
    QUICK_SECONDS,
    QUIET_ROUNDS,
    MemberLearner,
)
from ledger_service.services.consortium.list_members import find_member, list_members
from tests.simulators.bench import Bench
from tests.simulators.chain import DEPLOYED_AT
from tests.simulators.consortium import (
    CHARTER,
    AnnouncerSimulator,
    Institution,
    ServicesSimulator,
    make_member,
)

A, B = Institution("a"), Institution("b")
HANGING = 6


@pytest.fixture
def sockets() -> Iterator[list[socket.socket]]:
    """Yield listening sockets at which nobody answers; the kernel takes each connection."""
    made = [socket.create_server(("127.0.0.1", 0)) for _ in range(HANGING + 1)]
    yield made
    for one in made:
        one.close()


def address(listener: socket.socket) -> str:
    return f"127.0.0.1:{listener.getsockname()[1]}"


def answer(listener: socket.socket, *texts: str) -> None:
    """Answer each request as the service of A that knows these announcements."""
    told = [{"announcement": json.loads(text)} for text in texts]
    body = json.dumps({"own": A.steward.hex(), "members": told}).encode()
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"

    def run() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65_536)
                connection.sendall(head % len(body) + body)

    Thread(target=run, daemon=True).start()


@pytest.fixture
def announcer(bench: Bench, sockets: list[socket.socket]) -> AnnouncerSimulator:
    """Make the library a member that asks all of the sockets; the last of them is A's."""
    hosts = [address(one) for one in sockets]
    charter = replace(CHARTER, members=tuple(f"http://{host}" for host in hosts))
    made = make_member(bench, charter, members=HttpMembers(hosts))
    for one in (A, B):
        one.join(bench.chain)
    follow_chain(bench.library, DEPLOYED_AT)
    return made


def test_those_that_hang_delay_nobody_and_cost_a_round_once(
    bench: Bench,
    announcer: AnnouncerSimulator,
    sockets: list[socket.socket],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(learn_members, "ASK_SECONDS", 2.0)
    now, url = bench.clock(), f"http://{address(sockets[-1])}"
    answer(sockets[-1], A.says(now, url=url), B.says(now))
    learner = MemberLearner(bench.library, announcer)
    begun = time.monotonic()
    learner.work(lambda: False)
    assert time.monotonic() - begun < HANGING  # one after another they take twice as many seconds
    known = {one.member.steward for one in list_members(bench.library, but_own=True)}
    assert known == {A.steward, B.steward}
    assert len(learner._rests) == HANGING
    assert find_member(bench.library, A.steward).fault is None


def test_stopping_leaves_out_those_that_were_not_begun(
    bench: Bench, announcer: AnnouncerSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learn_members, "ASK_SECONDS", 0.5)
    monkeypatch.setattr(learn_members, "ASKED_AT_ONCE", 1)
    looks = iter([False])
    begun = time.monotonic()
    MemberLearner(bench.library, announcer).work(lambda: next(looks, True))
    assert time.monotonic() - begun < HANGING * 0.5 - 0.5


def test_members_are_asked_quickly_until_all_know_us_and_nothing_is_new(
    bench: Bench, announcer: AnnouncerSimulator
) -> None:
    services = ServicesSimulator()
    charter = replace(CHARTER, members=(A.url,))
    bench.library = replace(bench.library, read_charter=lambda: charter, members=services)
    now, path = bench.clock(), A.url + MEMBERS_PATH
    learner = MemberLearner(bench.library, announcer)

    def passes(count: int, *texts: str) -> float:
        """Return the pace after A has answered so often that it knows these."""
        told = [{"announcement": json.loads(text)} for text in texts]
        services.answers[path] = {"own": A.steward.hex(), "members": told}
        for _ in range(count):
            learner._due_at = learner._asked_from[A.url] = 0.0
            learner.work(lambda: False)
        return learner.pace

    # As long as A does not keep what it is told:
    assert passes(QUIET_ROUNDS + 1, A.says(now)) == QUICK_SECONDS
    assert len(services.posted) == QUIET_ROUNDS + 1
    own = find_member(bench.library, bench.library.steward).text
    assert passes(QUIET_ROUNDS - 1, A.says(now), own) == QUICK_SECONDS
    assert passes(1, A.says(now), own) == LEARN_SECONDS
    assert passes(1, A.says(now + 1), own) == QUICK_SECONDS  # A is another than before
    assert passes(QUIET_ROUNDS, A.says(now + 1), own) == LEARN_SECONDS
    due = learner._due_at - time.monotonic()
    assert LEARN_SECONDS - 5 < due <= LEARN_SECONDS
