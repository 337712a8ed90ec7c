"""What of the library's node is passed on: the reads of the allow-list, in bounds, at a bounded rate."""

from __future__ import annotations

from typing import Any

import pytest

from ledger_service.domain.chain.deployment import CONTRACTS, Deployment
from ledger_service.services.chain.read_node import (
    BAD_PARAMETERS,
    CALLS_A_SECOND,
    INVALID,
    LIMIT_EXCEEDED,
    MOST_AT_ONCE,
    MOST_BLOCKS,
    MOST_CALLS,
    UNAVAILABLE,
    UNKNOWN_METHOD,
    NodeReads,
    no_node,
)

OURS, OTHER = "0x" + "aa" * 20, "0x" + "bb" * 20
TOPIC = "0x" + "11" * 32
RANGE = {"address": OURS, "fromBlock": "0x0", "toBlock": hex(MOST_BLOCKS - 1)}
DEPLOYMENT = Deployment(
    1, "00" * 32, 0, dict.fromkeys(CONTRACTS, "aa" * 20), {}, "00" * 32, "00" * 32, "key"
)
READ = [
    ("eth_chainId", []),
    ("eth_getBlockByNumber", ["latest", False]),
    ("eth_getProof", [OURS, [TOPIC], "0x1"]),
    ("eth_getCode", [OURS, "latest"]),
    ("eth_call", [{"to": OURS, "data": "0x"}, "latest"]),
    ("eth_getLogs", [RANGE]),
    ("eth_getLogs", [RANGE | {"address": [OURS], "topics": [TOPIC, TOPIC], "toBlock": "0xffffff"}]),
]
NOT_READ = [
    ("eth_chainId", [1]),
    ("eth_getBlockByNumber", ["latest", True]),
    ("eth_getBlockByNumber", [["latest"], False]),
    ("eth_getProof", [OTHER, [TOPIC], "0x1"]),
    ("eth_getProof", [OURS, [TOPIC] * 65, "0x1"]),
    ("eth_getCode", [OTHER, "latest"]),
    ("eth_call", [{"to": OURS, "data": "0x", "gas": "0xffffff"}, "latest"]),
    ("eth_call", [{"to": OTHER, "data": "0x"}, "latest"]),
    ("eth_getLogs", [RANGE | {"toBlock": hex(MOST_BLOCKS)}]),
    ("eth_getLogs", [RANGE | {"toBlock": "latest"}]),
    ("eth_getLogs", [RANGE | {"address": [OURS, OTHER]}]),
    ("eth_getLogs", [RANGE | {"topics": [TOPIC], "toBlock": "0xffffff"}]),
    ("eth_getLogs", [RANGE | {"topics": [[TOPIC], TOPIC], "toBlock": "0xffffff"}]),
    ("eth_getLogs", [{"fromBlock": "0x0"}]),
    ("eth_getLogs", [None]),
    ("eth_getProof", {}),
]


class Node:
    """Keeps what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.now = 0.0

    def __call__(self, method: str, *_: Any) -> str:
        self.asked.append(method)
        return "0x1"


@pytest.fixture
def node() -> Node:
    return Node()


@pytest.fixture
def reads(node: Node) -> NodeReads:
    return NodeReads(node, DEPLOYMENT, lambda: node.now)


def call(method: Any, parameters: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 7, "method": method, "params": parameters}


def code_of(answer: Any) -> int:
    return int(answer["error"]["code"])


@pytest.mark.parametrize(("method", "parameters"), READ)
def test_a_read_of_the_list_is_passed_on(
    reads: NodeReads, node: Node, method: str, parameters: Any
) -> None:
    told = reads.answer(call(method, parameters))
    assert (told, node.asked) == ({"jsonrpc": "2.0", "id": 7, "result": "0x1"}, [method])


@pytest.mark.parametrize(("method", "parameters"), NOT_READ)
def test_other_parameters_are_not(
    reads: NodeReads, node: Node, method: str, parameters: Any
) -> None:
    assert code_of(reads.answer(call(method, parameters))) == BAD_PARAMETERS
    assert node.asked == []


@pytest.mark.parametrize(
    "method", ["eth_sendRawTransaction", "debug_traceCall", "evm_mine", "", None, ["eth_chainId"]]
)
def test_other_methods_are_not(reads: NodeReads, node: Node, method: Any) -> None:
    assert code_of(reads.answer(call(method, []))) == UNKNOWN_METHOD
    assert node.asked == []


def test_a_batch_is_answered_call_by_call_within_its_bound(reads: NodeReads) -> None:
    told = reads.answer([call("eth_chainId", []), call("evm_mine", []), 3])
    assert [("result" in item) for item in told] == [True, False, False]
    assert code_of(reads.answer([])) == INVALID
    assert code_of(reads.answer([call("eth_chainId", [])] * (MOST_CALLS + 1))) == INVALID


def test_who_asks_too_much_waits(reads: NodeReads, node: Node) -> None:
    for _ in range(MOST_AT_ONCE):
        assert "result" in reads.answer(call("eth_chainId", []))
    assert code_of(reads.answer(call("eth_chainId", []))) == LIMIT_EXCEEDED
    node.now += 1 / CALLS_A_SECOND
    assert "result" in reads.answer(call("eth_chainId", []))
    assert code_of(reads.answer(call("eth_chainId", []))) == LIMIT_EXCEEDED


def test_a_library_without_a_node_says_so() -> None:
    assert code_of(NodeReads(no_node, DEPLOYMENT).answer(call("eth_chainId", []))) == UNAVAILABLE
