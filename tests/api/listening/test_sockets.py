"""WebSockets against a real server: bounded in number, in size, and in how long they are waited for."""

import base64
import contextlib
import os
import socket
import struct
import threading
import time
from contextlib import ExitStack, closing

import pytest

from ledger_service.listening.server import GuardedServer
from ledger_service.listening.socket import LARGEST_MESSAGE_BYTES
from ledger_service.services.limits import ConnectionLimits

LIMITS = ConnectionLimits(
    connections=12, of_address=8, head_seconds=2, silent_seconds=1, least_bytes_a_second=65_536
)
PATIENCE_SECONDS = 15
PING, CLOSE = 9, 8


class Echo:
    """Sends back what a socket says; sends without end to whoever asks for `/endless`."""

    def __init__(self):
        self.scopes = []

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        if scope["type"] != "websocket":
            return
        self.scopes.append(scope)
        await receive()
        await send({"type": "websocket.accept"})
        while scope["path"] == "/endless":
            await send({"type": "websocket.send", "bytes": bytes(65_536)})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "bytes": message["bytes"]})


class Socket:
    """A WebSocket that says what no client would."""

    def __init__(self, port, path="/", ahead=b"", **headers):
        self.link = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", "Host: x", "Connection: Upgrade", "Upgrade: websocket"]
        told = {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key, **headers}
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in told.items()]
        self.link.sendall(ahead + "\r\n".join([*lines, "", ""]).encode())
        self.answer = self.link.recv(4096).split(b"\r\n")[0]

    def frame(self, data, *, opcode=2, told=None):
        """Send a frame that tells it has so many bytes."""
        size = len(data) if told is None else told
        head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
        self.link.sendall(head + bytes(4) + data)

    def read(self):
        """Return opcode and payload of the next frame; (CLOSE, code); (None, b"") at the end."""
        with contextlib.suppress(ConnectionError):
            first, size = self._exactly(2)
            if size == 126:
                [size] = struct.unpack("!H", self._exactly(2))
            elif size == 127:
                [size] = struct.unpack("!Q", self._exactly(8))
            return first & 15, self._exactly(size)
        return None, b""

    def _exactly(self, size):
        got = b""
        while len(got) < size:
            more = self.link.recv(size - len(got))
            if not more:
                raise ConnectionError
            got += more
        return got

    def is_ended(self):
        while (found := self.read())[0] is not None:
            assert found[0] in (2, PING, CLOSE)
        return True

    def close(self):
        self.link.close()


@pytest.fixture(scope="module")
def application():
    return Echo()


@pytest.fixture(scope="module")
def server(application):
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        made = GuardedServer(application, "127.0.0.1", 0, LIMITS, "critical")
        made.port = listener.getsockname()[1]
        thread = threading.Thread(target=made.run, kwargs={"sockets": [listener]})
        thread.start()
        yield made
        made.should_exit = True
        thread.join()


@pytest.fixture
def call(server, wait):
    with ExitStack() as stack:
        yield lambda *told, **more: stack.enter_context(closing(Socket(server.port, *told, **more)))
    wait(lambda: not server.holdings.sockets, "a socket is counted for ever")
    wait(lambda: server.holdings.connections == 0, "a connection is counted for ever")


SWITCHED = b"HTTP/1.1 101 Switching Protocols"


def test_what_a_socket_says_comes_and_its_address_is_told(call, application):
    caller = call()
    assert caller.answer == SWITCHED
    caller.frame(b"said")
    assert caller.read() == (2, b"said")
    assert application.scopes[-1]["muhr.address"] == "127.0.0.1"


def test_sockets_leave_half_of_the_connections_of_an_address_to_others(call, server):
    assert [call().answer for _ in range(4)] == [SWITCHED] * 4
    assert call().answer == b"HTTP/1.1 503 Service Unavailable"
    assert server.holdings.refused["no room for a socket"] >= 1
    with closing(socket.create_connection(("127.0.0.1", server.port))) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert plain.recv(100).startswith(b"HTTP/1.1 200")


def test_a_silent_socket_that_answers_pings_is_not_cut(call):
    caller = call()
    time.sleep(LIMITS.silent_seconds + 1)
    caller.frame(b"still here")
    assert caller.read() == (2, b"still here")


def test_a_message_above_the_bound_ends_the_socket_before_it_has_come(call):
    caller = call()
    caller.frame(b"", told=LARGEST_MESSAGE_BYTES + 1)
    opcode, payload = caller.read()
    assert (opcode, payload[:2]) == (CLOSE, struct.pack("!H", 1009))
    assert caller.is_ended()


def test_the_largest_message_is_taken(call):
    caller = call()
    caller.frame(bytes(LARGEST_MESSAGE_BYTES))
    assert caller.read() == (2, bytes(LARGEST_MESSAGE_BYTES))


def test_a_message_that_stays_a_part_is_waited_for_so_long(call):
    caller = call()
    caller.frame(b"begun", told=100)
    assert caller.is_ended()


def test_a_reader_who_takes_nothing_ends(call, server):
    caller = call("/endless")
    before = server.holdings.refused["late"]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while server.holdings.refused["late"] == before:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    caller.close()


def test_a_message_in_frames_without_end_is_cut(call, server, wait):
    caller = call()
    before = server.holdings.refused["frames"]
    caller.link.sendall(b"\x02\x80" + bytes(4))
    with contextlib.suppress(ConnectionError):
        for _ in range(64):
            caller.link.sendall((b"\x00\x80" + bytes(4)) * 1_000)
    wait(lambda: server.holdings.refused["frames"] == before + 1, "it gathers frames")


def test_answers_to_pings_that_nobody_takes_are_not_gathered(call, server):
    caller = call()
    caller.frame(b"here")
    assert caller.read() == (2, b"here")
    [socket_] = server.holdings.sockets
    caller.link.settimeout(1)
    ping = b"\x89\xfd" + bytes(4) + bytes(125)
    with contextlib.suppress(TimeoutError, ConnectionError):
        for _ in range(400):
            caller.link.sendall(ping * 500)
    assert socket_.transport.get_write_buffer_size() < 2**20


def test_frames_that_are_not_masked_end_the_socket(call):
    caller = call()
    caller.link.sendall(b"\x82\x04said")
    opcode, payload = caller.read()
    assert (opcode, payload[:2]) == (CLOSE, struct.pack("!H", 1002))


@pytest.mark.parametrize(
    "headers",
    [{"Sec_WebSocket_Key": "short"}, {"Sec_WebSocket_Version": "12"}, {"Content_Length": "5"}],
)
def test_a_handshake_that_is_none_is_refused(call, headers):
    assert call(**headers).answer.split()[1][:1] == b"4"


def test_a_socket_that_is_asked_for_ahead_is_refused(call):
    ahead = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
    assert call(ahead=ahead).answer.startswith(b"HTTP/1.1 ")
