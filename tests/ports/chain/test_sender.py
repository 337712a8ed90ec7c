"""A transaction is sent once, also through a node that does not answer."""

from __future__ import annotations

from typing import Any

import pytest

from ledger_service.adapters.evm.deploy import Sender
from ledger_service.adapters.evm.node import Node
from ledger_service.domain.errors import ChainUnavailable
from tests.simulators.node_proxy import NodeProxy, Silent

SEND, RECEIPT = "eth_sendRawTransaction", "eth_getTransactionReceipt"
GAS, NONCE = "eth_estimateGas", "eth_getTransactionCount"
BROKEN_TWICE = 2  # since what only asks is asked again at once over a connection that broke


class Mute(NodeProxy):
    """Says nothing to the first calls of a method. after: whether it has done what they ask."""

    def __init__(self, url: str, method: str, times: int, *, after: bool) -> None:
        super().__init__(url)
        self._method, self._left, self._after = method, times, after

    def ask(self, method: str, *parameters: Any) -> Any:
        if method != self._method or self._left == 0:
            return super().ask(method, *parameters)
        self._left -= 1
        if self._after:
            super().ask(method, *parameters)
        raise Silent


@pytest.fixture
def key(bench: Any) -> bytes:
    found: bytes = bench.running.opened.keys.secp256k1("admin")
    return found


def count(bench: Any, sender: Sender) -> int:
    told = Node(bench.running.chain.url).request(
        "eth_getTransactionCount", "0x" + sender.address, "latest"
    )
    return int(told, 16)


@pytest.mark.parametrize(
    ("method", "times", "after"),
    [
        (SEND, 1, False),
        (SEND, 1, True),
        (RECEIPT, 3, True),
        (GAS, BROKEN_TWICE, False),
        (NONCE, BROKEN_TWICE, False),
    ],
    ids=[
        *("lost on the way there", "lost on the way back", "no answer about it"),
        *("no answer what it needs", "no answer which is next"),
    ],
)
def test_what_the_node_did_not_answer_is_in_the_chain_once(
    bench: Any, key: bytes, method: str, times: int, *, after: bool
) -> None:
    with Mute(bench.running.chain.url, method, times, after=after) as proxy:
        sender = Sender(Node(proxy.url), key)
        before = count(bench, sender)
        assert int(sender.send(sender.address, b"")["status"], 16) == 1
        assert count(bench, sender) == before + 1


def test_a_node_that_stays_silent_is_told(bench: Any, key: bytes) -> None:
    with Mute(bench.running.chain.url, SEND, 2, after=False) as proxy:
        sender = Sender(Node(proxy.url), key)
        with pytest.raises(ChainUnavailable):
            sender.send(sender.address, b"")
