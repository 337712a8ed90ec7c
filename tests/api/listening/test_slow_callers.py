"""Callers who are silent, slow or endless, against a real server: they end, and nobody else notices."""

import asyncio
import contextlib
import resource
import socket
import threading
import time
from contextlib import ExitStack, closing

import pytest

from ledger_service.listening.server import GuardedServer
from ledger_service.services.limits import ConnectionLimits

pytestmark = pytest.mark.slow

LIMITS = ConnectionLimits(head_seconds=2, silent_seconds=2, least_bytes_a_second=65_536)
LARGE = 100 * 2**20
PATIENCE_SECONDS = 15
HEAD = b"%s HTTP/1.1\r\nHost: x\r\n"
MOST_GROWN_KIB = 64 * 1024


class Application:
    """Answers `small`, sends a large body, or reads one; says how what it read had ended."""

    def __init__(self) -> None:
        self.ends = []

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            return
        path, size = scope["path"], 5
        if path == "/large":
            size = LARGE
        elif path == "/work":
            await self._read(receive)
            await receive()  # until the caller goes
        elif path == "/body":
            self.ends.append(await self._read(receive))
        headers = [(b"content-length", str(size).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        piece = b"small" if size == 5 else bytes(131_072)
        for at in range(0, size, len(piece)):
            more = at + len(piece) < size
            await send({"type": "http.response.body", "body": piece, "more_body": more})

    async def _read(self, receive):
        while True:
            message = await receive()
            if message["type"] == "http.disconnect" or not message["more_body"]:
                return message["type"]


class Caller:
    """A connection that says what no client would."""

    def __init__(self, port, buffer=None):
        self.socket = socket.socket()
        if buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.settimeout(PATIENCE_SECONDS)
        self.socket.connect(("127.0.0.1", port))

    def send(self, data):
        self.socket.sendall(data)

    def ask(self, path=b"GET /"):
        """Return the first line of an answer of the application."""
        self.send(HEAD % path + b"\r\n")
        return self.answer()

    def answer(self):
        """Return the first line of what comes; nothing if the connection is cut."""
        with contextlib.suppress(ConnectionError):
            return self.socket.recv(65_536).split(b"\r\n")[0]
        return b""

    def end(self):
        """Read until the server ends the connection; fail if it does not."""
        with contextlib.suppress(ConnectionError):
            while self.socket.recv(2**20):
                pass

    def close(self):
        self.socket.close()


@pytest.fixture(scope="module")
def application():
    return Application()


def serving(application, limits):
    stack = ExitStack()
    listener = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
    server = GuardedServer(application, "127.0.0.1", 0, limits, "critical")
    server.port = listener.getsockname()[1]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})

    def stop():
        server.should_exit = True
        thread.join()

    thread.start()
    stack.callback(stop)
    return stack, server


@pytest.fixture(scope="module")
def server(application):
    stack, found = serving(application, LIMITS)
    with stack:
        yield found


@pytest.fixture
def call(server):
    with ExitStack() as stack:
        yield lambda **kind: stack.enter_context(closing(Caller(server.port, **kind)))


def peak_kib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_600_silent_connections_keep_nobody_out_and_end(call, server):
    silent = [call() for _ in range(600)]
    for _ in range(50):
        assert call().ask() == b"HTTP/1.1 200 OK"
    for caller in silent:
        caller.end()
    assert server.holdings.refused["waited"] + server.holdings.refused["late"] >= 600


def test_a_head_that_comes_byte_by_byte_is_not_waited_for(call):
    caller, begun = call(), time.monotonic()
    with contextlib.suppress(ConnectionError):
        for byte in HEAD % b"GET /" * 100:
            caller.send(bytes([byte]))
            if time.monotonic() - begun > 60:
                break
            threading.Event().wait(0.2)
    assert time.monotonic() - begun < 60


def test_a_late_head_is_told_so(call):
    caller = call()
    caller.send(b"GET / HT")
    assert caller.answer() == b"HTTP/1.1 408 Request Timeout"
    caller.end()


def test_a_silent_body_is_told_so_and_the_application_too(call, application, wait):
    caller = call()
    caller.send(HEAD % b"POST /body" + b"Content-Length: 100\r\n\r\nbegun")
    assert caller.answer() == b"HTTP/1.1 408 Request Timeout"
    caller.end()
    wait(lambda: application.ends[-1:] == ["http.disconnect"], "the application is not told")


def test_a_body_below_the_least_rate_is_cut_and_one_above_is_not(call):
    slow, steady = call(), call()
    for caller in (slow, steady):
        caller.send(HEAD % b"POST /body" + b"Content-Length: 3000000\r\n\r\n")
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < 3_000_000:
            steady.send(bytes(50_000))
            sent += 50_000
            slow.send(bytes(1000))
            threading.Event().wait(0.1)
    while sent < 3_000_000:
        steady.send(bytes(50_000))
        sent += 50_000
    assert steady.answer() == b"HTTP/1.1 200 OK"
    assert slow.answer() in (b"HTTP/1.1 408 Request Timeout", b"")


def test_slow_readers_of_100_mib_hold_little_and_end(call, server):
    before = peak_kib()
    readers = [call(buffer=4096) for _ in range(100)]
    for reader in readers:
        reader.send(HEAD % b"GET /large" + b"\r\n")
        assert reader.answer()
    assert call().ask() == b"HTTP/1.1 200 OK"
    assert peak_kib() - before < MOST_GROWN_KIB
    assert asyncio.run(_wait(lambda: not server.holdings.slow))


async def _wait(is_done):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_done():
            await asyncio.sleep(0.05)
    return True


def test_a_quick_reader_gets_100_mib(call):
    reader, got = call(), 0
    reader.send(HEAD % b"GET /large" + b"Connection: close\r\n\r\n")
    while part := reader.socket.recv(2**20):
        got += len(part)
    assert got > LARGE


ENDLESS = {
    "name": HEAD % b"GET /" + b"a" * 10,
    "headers": HEAD % b"GET /",
    "path": b"GET /",
    "trailer": HEAD % b"POST /body" + b"Transfer-Encoding: chunked\r\n\r\n0\r\n",
    "extension": HEAD % b"POST /body" + b"Transfer-Encoding: chunked\r\n\r\n1;",
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_what_never_ends_is_refused_after_few_bytes(call, kind):
    caller, sent = call(), 0
    more = b"a: b\r\n" * 10_000 if kind in ("headers", "trailer") else b"a" * 60_000
    with contextlib.suppress(ConnectionError):
        caller.send(ENDLESS[kind])
        while sent < 8 * 2**20 and not sent_back(caller):
            caller.send(more)
            sent += len(more)
    assert sent < 8 * 2**20
    assert b" 431 " in caller.answer() or sent


def sent_back(caller):
    caller.socket.setblocking(False)
    try:
        return bool(caller.socket.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
    finally:
        caller.socket.settimeout(PATIENCE_SECONDS)


def test_many_requests_sent_ahead_are_refused(call):
    caller = call()
    caller.send((HEAD % b"GET /" + b"\r\n") * 1000)
    caller.end()


def test_a_few_requests_sent_ahead_are_answered(call):
    caller, got = call(), b""
    caller.send((HEAD % b"GET /" + b"\r\n") * 5)
    while got.count(b"200 OK") < 5:
        got += caller.socket.recv(65_536)


@pytest.mark.parametrize("how", ["left", "refused"])
def test_a_request_ends_with_its_connection_though_others_were_sent_ahead(call, server, how):
    caller, state = call(), server.server_state
    caller.send(HEAD % b"GET /work" + b"\r\n" + (HEAD % b"GET /" + b"\r\n") * 2)
    asyncio.run(_wait(lambda: state.tasks))
    before = state.total_requests
    if how == "left":
        caller.close()
    else:
        caller.send(b"GET /" + b"a" * 1_000_000)  # longer than a head may be
        caller.end()
    asyncio.run(_wait(lambda: not state.tasks))
    assert state.total_requests == before  # and none of the others is begun


def test_an_answer_before_the_body_is_read_whole_and_the_connection_ends(call):
    caller = call()
    caller.send(HEAD % b"POST /" + b"Content-Length: 10000000\r\n\r\n")
    lines = caller.socket.recv(65_536).lower().split(b"\r\n")
    assert lines[0] == b"http/1.1 200 ok"
    assert b"connection: close" in lines  # or a client sends its next request where nobody reads it
    with contextlib.suppress(ConnectionError):
        caller.send(bytes(100_000))
    caller.end()


def test_a_connection_is_kept_for_the_next_request(call):
    caller = call()
    assert [caller.ask() for _ in range(3)] == [b"HTTP/1.1 200 OK"] * 3
    caller.send(HEAD % b"POST /body" + b"Content-Length: 3\r\n\r\nabc")
    assert b"connection: close" not in caller.socket.recv(65_536).lower()
    assert caller.ask() == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    ("path", "status"), [(b"GET /large", b"200 OK"), (b"GET /work", b"503 Service Unavailable")]
)
def test_slow_ones_make_room_and_those_at_work_do_not(application, path, status):
    stack, server = serving(application, ConnectionLimits(connections=4, of_address=4))
    with stack:

        def call():
            return stack.enter_context(closing(Caller(server.port, 4096)))

        for _ in range(4):
            call().send(HEAD % path + b"\r\n")
        asyncio.run(_wait(lambda: not server.holdings.waiting()))
        assert call().ask() == b"HTTP/1.1 " + status
