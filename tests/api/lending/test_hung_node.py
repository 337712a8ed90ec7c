"""A node that hangs holds up those who wait for it, and nobody else.

Times are put off so far that only events end a wait: what must be quick is answered while the rest waits.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from ledger_service.adapters.content import kubo
from ledger_service.adapters.content.blocks import IpfsContent
from ledger_service.adapters.content.stores import open_blocks
from ledger_service.adapters.evm import node
from ledger_service.ports.content import Places
from ledger_service.services import pools
from ledger_service.setup import open_library
from scripts.harness.running_library import RunningLibrary
from tests.simulators.content.kubo import Answer, KuboSimulator
from tests.simulators.node_proxy import NodeProxy

pytestmark = pytest.mark.slow

FAR_SECONDS = 300
ANONYMOUS_THREADS = 40  # of a server, for whatever has no pool of its own
READS = 200
CALL = {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}

Send = Callable[[], httpx.Response]


@pytest.fixture
def running(
    new_library: Callable[..., RunningLibrary], monkeypatch: pytest.MonkeyPatch
) -> RunningLibrary:
    monkeypatch.setattr(node, "TIMEOUT_SECONDS", FAR_SECONDS)
    monkeypatch.setattr(pools, "LONGEST_WAIT_SECONDS", FAR_SECONDS)
    monkeypatch.setattr(pools, "PATIENCE_SECONDS", FAR_SECONDS)
    return new_library()


@pytest.fixture
def client(running: RunningLibrary) -> Iterator[Callable[[str | None], httpx.Client]]:
    """Return a function that makes a patient client with a token of a role, or without one."""
    made = []

    def make(role: str | None) -> httpx.Client:
        token = {"Authorization": f"Bearer {running.token(role)}"} if role else {}
        limits = httpx.Limits(max_connections=None)
        made.append(
            httpx.Client(
                base_url=running.url,
                headers=token,
                timeout=FAR_SECONDS,
                trust_env=False,
                limits=limits,
            )
        )
        return made[-1]

    yield make
    for each in made:
        each.close()


def lent(running: RunningLibrary) -> str:
    """Return the digest of what a reader may open and anybody may have a receipt of."""
    digest: str = running.register()["digest"]
    running.grant(digest)
    running.anchored()
    return digest


@contextmanager
def waiting(
    running: RunningLibrary, wait: Callable[..., Any], sent: list[Send]
) -> Iterator[list[Any]]:
    """Send requests that wait for the node, and yield them once all are on their way."""
    with ThreadPoolExecutor(len(sent)) as threads:
        assert running.server is not None
        before = running.server.holdings.connections
        held: list[Future[httpx.Response]] = [threads.submit(send) for send in sent]
        goal = before + len(sent)
        wait(lambda: running.server.holdings.connections >= goal, "they do not come")
        yield held


def test_who_reads_waits_for_no_hung_node(
    running: RunningLibrary, client: Callable[[str | None], httpx.Client], wait: Callable[..., Any]
) -> None:
    running.start()
    digest = lent(running)
    reader, anybody = client("reader"), client(None)
    resource = f"/api/v1/resources/{digest}"
    sent: list[Send] = [
        lambda: reader.post("/api/v1/openings", json={"digest": digest}),
        lambda: anybody.get(f"{resource}/receipt"),
        lambda: anybody.get(f"{resource}/receipt.pdf".removeprefix("/api/v1")),
        lambda: anybody.post("/api/v1/rpc", json=CALL),
    ]
    os.kill(running.chain.process_id, signal.SIGSTOP)
    try:
        with waiting(running, wait, sent * (ANONYMOUS_THREADS // 2)) as held:
            quick = client(None)
            paths = (
                "/status",
                f"{resource}/verdict",
                "/api/v1/resources",
                f"/verify?digest={digest}",
            )
            with ThreadPoolExecutor(ANONYMOUS_THREADS) as threads:
                every = paths + ("/api/v1/status",) * READS
                answers = list(threads.map(lambda path: quick.get(path).status_code, every))
            assert set(answers) == {200}
            assert not any(each.done() for each in held)
            os.kill(running.chain.process_id, signal.SIGCONT)
            assert sorted({each.result().status_code for each in held}) == [200, 201]
    finally:
        os.kill(running.chain.process_id, signal.SIGCONT)


def test_who_opens_waits_for_nobody_without_a_token(
    running: RunningLibrary, client: Callable[[str | None], httpx.Client], wait: Callable[..., Any]
) -> None:
    answered = threading.Event()

    def change(method: str, _: list[Any], result: Any) -> Any:
        if method == "eth_getProof":
            answered.wait(FAR_SECONDS)
        return result

    running.start()
    digest = lent(running)
    with NodeProxy(running.chain.url) as proxy:
        behind = open_library(running.config, proxy.url, writes=True)
        state = running.app.state
        state.library = replace(state.library, chain=behind.library.chain)
        proxy.change = change
        reader, anybody = client("reader"), client(None)
        sent: list[Send] = [lambda: anybody.get(f"/api/v1/resources/{digest}/receipt")]
        try:
            with waiting(running, wait, sent * ANONYMOUS_THREADS) as held:
                for _ in range(3):
                    opened = reader.post("/api/v1/openings", json={"digest": digest})
                    assert opened.status_code == 201
                    assert reader.get(opened.headers["location"]).status_code == 200
                assert not any(each.done() for each in held)
                answered.set()
                assert {each.result().status_code for each in held} == {200}
        finally:
            answered.set()
            behind.store.close()


@pytest.mark.parametrize("asked", ["", "/citation"])
def test_who_asks_what_is_kept_on_a_hung_node_holds_up_nobody_else(
    running: RunningLibrary,
    client: Callable[[str | None], httpx.Client],
    wait: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
) -> None:
    answered = threading.Event()

    def hang() -> tuple[int, bytes]:
        answered.wait(FAR_SECONDS)
        return 403, b""

    monkeypatch.setattr(kubo, "SILENT_SECONDS", FAR_SECONDS)
    running.start()
    digest = running.register()["digest"]
    keeps = KuboSimulator()
    keeps.answers["pin/ls"] = hang
    places = Places(str(running.config.blocks), False, (keeps.url,), 1)
    state = running.app.state
    state.library = replace(state.library, content=IpfsContent(open_blocks(places)))
    anybody, path = client(None), f"/api/v1/resources/{digest}"
    sent: list[Send] = [lambda: anybody.get(path + asked)]
    try:
        with waiting(running, wait, sent * ANONYMOUS_THREADS) as held:
            try:
                wait(lambda: keeps.asked, "the node is not asked")
                quick = client(None)
                paths = ("/status", f"{path}/verdict", f"{path}/history", "/api/v1/resources")
                assert {quick.get(path).status_code for path in paths * 10} == {200}
                assert not any(each.done() for each in held)
            finally:
                answered.set()
            assert {each.result().status_code for each in held} == {200}
    finally:
        keeps.stop()


class HungAt(KuboSimulator):
    """A node that hangs whoever asks it for one block until it is let go."""

    def __init__(self) -> None:
        self.cid, self.waiting, self.go_on = "", 0, threading.Event()
        super().__init__()

    def answer(self, path: str, asked: dict[str, str], cids: list[str], body: bytes) -> Answer:
        if path == "block/get" and cids == [self.cid]:
            self.waiting += 1
            self.go_on.wait(FAR_SECONDS)
        return super().answer(path, asked, cids, body)


def test_who_lends_what_is_on_a_hung_node_holds_up_nobody_who_opens_something_else(
    running: RunningLibrary,
    client: Callable[[str | None], httpx.Client],
    wait: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kubo, "SILENT_SECONDS", FAR_SECONDS)
    running.start()
    keeps = HungAt()
    places = Places(str(running.config.blocks), False, (keeps.url,), 1)
    state = running.app.state
    state.library = replace(state.library, content=IpfsContent(open_blocks(places)))
    digest, hung = lent(running), running.register()
    keeps.cid = hung["cid"]
    registrar, reader = client("registrar"), client("reader")
    grant = {"digest": hung["digest"], "reader": "nobody", "until": 2**40}
    sent: list[Send] = [lambda: registrar.post("/api/v1/grants", json=grant)]
    try:
        with waiting(running, wait, sent * ANONYMOUS_THREADS) as held:
            try:
                wait(lambda: keeps.waiting, "the node is not asked")
                opened = reader.post("/api/v1/openings", json={"digest": digest})
                assert opened.status_code == 201
                assert not any(each.done() for each in held)
            finally:
                keeps.go_on.set()
            assert {each.result().status_code for each in held} == {422}  # no such reader
    finally:
        keeps.stop()
