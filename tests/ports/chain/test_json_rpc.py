"""Calls to a node: together where it takes batches, and one by one where it does not."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ledger_service.adapters.evm.json_rpc import ON_THIS_MACHINE, JsonRpc
from ledger_service.adapters.evm.node import Node, NodeRefusal
from ledger_service.adapters.evm.state_node import JsonRpcState
from ledger_service.domain.errors import ChainUnavailable, DeploymentMismatch
from scripts.chains.rpc_server import RpcServer

CALLS = [("number", (n,)) for n in range(250)]


class Server:
    """Answers a call by its parameter. answer_batch: what is made of several calls."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.is_away = False
        self.answer_one: Callable[[Any], Any] = one
        self.answer_batch: Callable[[list[Any]], Any] = lambda calls: [one(call) for call in calls]
        self.server = RpcServer(self._answer)
        self.rpc = JsonRpc(self.server.url)

    def _answer(self, given: Any) -> Any:
        self.sizes.append(len(given) if isinstance(given, list) else 1)
        if self.is_away:
            return None
        return self.answer_batch(given) if isinstance(given, list) else self.answer_one(given)

    def results(self) -> list[Any]:
        return self.rpc.requests(CALLS)


def one(call: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": call["id"], "result": call["params"][0]}


@pytest.fixture
def node() -> Iterator[Server]:
    node = Server()
    yield node
    node.rpc.close()
    node.server.stop()


def test_calls_are_asked_in_as_few_requests_as_it_takes(node: Server) -> None:
    assert node.results() == list(range(250))
    assert node.sizes == [100, 100, 50]


def test_answers_in_another_order_are_put_in_order(node: Server) -> None:
    node.answer_batch = lambda calls: [one(call) for call in reversed(calls)]
    assert node.results() == list(range(250))


@pytest.mark.parametrize(
    "refusal",
    [
        {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "no batches"}},
        [{"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "too many"}}],
        [],
        ["nonsense"],
        7,
        None,  # closes the connection
    ],
)
def test_a_node_that_takes_no_batches_is_asked_one_by_one(node: Server, refusal: Any) -> None:
    node.answer_batch = lambda _: refusal
    assert node.results() == list(range(250))
    assert node.sizes[-250:] == [1] * 250


def test_a_node_that_takes_small_batches_gets_small_ones(node: Server) -> None:
    refusal = {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "at most 20"}}
    node.answer_batch = lambda calls: refusal if len(calls) > 20 else [one(c) for c in calls]
    assert node.results() == list(range(250))
    assert node.sizes == [100, *[20] * 12, 10]


def test_one_call_of_a_batch_that_is_refused_is_told(node: Server) -> None:
    def answer(calls: list[Any]) -> Any:
        error = {"code": -32000, "message": "missing trie node"}
        refused = {"jsonrpc": "2.0", "id": calls[3]["id"], "error": error}
        return [refused if call is calls[3] else one(call) for call in calls]

    node.answer_batch = answer
    with pytest.raises(ChainUnavailable, match="node-refuses"):
        node.results()


def test_a_node_that_falls_silent_after_a_batch_is_not_asked_one_by_one(node: Server) -> None:
    node.results()
    node.answer_batch = lambda _: None
    with pytest.raises(ChainUnavailable, match="node-silent"):
        node.results()
    assert 1 not in node.sizes


def test_a_node_that_was_away_is_sent_batches_again(node: Server) -> None:
    node.is_away = True
    with pytest.raises(ChainUnavailable, match="node-silent"):
        node.results()
    node.is_away = False
    assert node.results() == list(range(250))
    assert node.sizes[-3:] == [100, 100, 50]


def test_a_refusal_can_be_told_beside_the_other_answers(node: Server) -> None:
    def answer(calls: list[Any]) -> Any:
        error = {"code": -32000, "message": "missing trie node"}
        refused = {"jsonrpc": "2.0", "id": calls[3]["id"], "error": error}
        return [refused if call is calls[3] else one(call) for call in calls]

    node.answer_batch = answer
    *three, refused, four, _ = Node(node.server.url).request_each(CALLS[:6])
    assert (three, four) == ([0, 1, 2], 4)
    assert isinstance(refused, NodeRefusal)


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://127.0.0.1:8545", True),
        ("http://localhost/", True),
        ("http://[::1]:8545", True),
        ("https://localhost", False),
        ("http://localhost.example", False),
        ("http://node.example:8545", False),
    ],
)
def test_a_node_of_this_machine_is_not_asked_to_compress(url: str, is_here: bool) -> None:
    assert bool(ON_THIS_MACHINE.match(url)) is is_here


class Breaking:
    """Breaks its first connection off after so many bytes of an answer; then answers."""

    def __init__(self, first: bytes) -> None:
        self.requests = 0
        self._first = first
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(10)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "result": 7}).encode()
        for told in (
            self._first,
            b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body,
        ):
            connection, _ = self._socket.accept()
            with connection:
                found = b""
                while not found.endswith(b"}"):
                    found += connection.recv(65_536)
                self.requests += 1
                connection.sendall(told)

    def stop(self) -> None:
        self._socket.close()
        self._thread.join()


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"HTT",
        b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n28\r\n{",
    ],
)
def test_a_node_that_breaks_off_anywhere_is_asked_again(first: bytes) -> None:
    node = Breaking(first)
    rpc = JsonRpc(node.url)
    try:
        assert rpc.request("eth_chainId") == 7
        assert node.requests == 2
    finally:
        rpc.close()
        node.stop()


def test_a_node_that_has_no_newest_block_to_tell_is_unavailable_and_no_other_chain(
    node: Server,
) -> None:
    """Anvil answers so for a moment while it gives blocks up; a worker stopped for good by it."""
    asked = Node(node.server.url)
    node.answer_one = lambda call: {**one(call), "result": None}
    with pytest.raises(ChainUnavailable):
        asked.block()
    with pytest.raises(DeploymentMismatch):
        asked.block(7)
    with pytest.raises(ChainUnavailable):
        JsonRpcState(asked.request).header(None)
