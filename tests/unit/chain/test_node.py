"""A chain node that closes its connections, as nodes do with idle ones."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import pytest

from ledger_service.adapters.evm.node import Node
from ledger_service.domain.errors import ChainUnavailable


class Closing:
    """Answers the first request of each connection, then takes one more and closes without an answer."""

    def __init__(self, *, answers: bool) -> None:
        self.methods: list[str] = []
        self._answers = answers
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as file:
                if self._take(file) and self._answers:
                    body = b'{"jsonrpc":"2.0","id":0,"result":"0x539"}'
                    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                    file.write(head + body)
                    file.flush()
                    self._take(file)

    def _take(self, file: socket.SocketIO) -> bool:
        length = 0
        while (line := file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        if length:
            self.methods.append(json.loads(file.read(length))["method"])
        return bool(length)


@pytest.fixture
def closing(request: pytest.FixtureRequest) -> Iterator[Closing]:
    server = Closing(answers=request.param)
    yield server
    server.close()


@pytest.mark.parametrize("closing", [True], indirect=True)
def test_a_question_is_asked_again_over_a_new_connection(closing: Closing) -> None:
    node = Node(closing.url)
    assert node.request("eth_chainId") == "0x539"
    assert node.request("eth_chainId") == "0x539"
    assert len(closing.methods) == 3


@pytest.mark.parametrize("closing", [True], indirect=True)
def test_a_transaction_is_sent_once(closing: Closing) -> None:
    node = Node(closing.url)
    node.request("eth_chainId")
    with pytest.raises(ChainUnavailable):
        node.request("eth_sendRawTransaction", "0x00")
    assert closing.methods == ["eth_chainId", "eth_sendRawTransaction"]


@pytest.mark.parametrize("closing", [False], indirect=True)
def test_a_node_that_never_answers_is_unavailable(closing: Closing) -> None:
    with pytest.raises(ChainUnavailable):
        Node(closing.url).request("eth_chainId")
