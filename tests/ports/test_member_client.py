"""Members are asked over HTTP: within bounds, and nobody of one's own network whom no operator allowed."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from ledger_service.adapters.consortium.member_client import HttpMembers
from ledger_service.adapters.publication import name_lookup
from ledger_service.adapters.publication.no_answer import Silence
from ledger_service.domain.errors import InvalidReceiver, ServiceUnavailable
from ledger_service.domain.reasons import Reason
from scripts.harness.waiting import wait_until

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Serve = Callable[[Callable[[socket.socket], None]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that serves each connection by what it is handed; returns the address."""
    sockets: list[socket.socket] = []

    def start(answer: Callable[[socket.socket], None]) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        sockets.append(listener)

        def run() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    connection.recv(65_536)
                    answer(connection)

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for one in sockets:
        one.shutdown(socket.SHUT_RDWR)
        one.close()


def get(url: str, seconds: float = 2.0, most_bytes: int = 1000) -> object:
    client = HttpMembers([url.removeprefix("http://")])
    return client.get_json(url, "/x", most_bytes=most_bytes, seconds=seconds)


def whole(body: bytes, head: bytes = OK) -> Callable[[socket.socket], None]:
    length = f"Content-Length: {len(body)}\r\n\r\n".encode()
    return lambda connection: connection.sendall(head + length + body)


def test_json_is_asked_for_and_sent(serve: Serve) -> None:
    assert get(serve(whole(b'{"a": 1}'))) == {"a": 1}
    url = serve(whole(b"", b"HTTP/1.1 201 Created\r\n"))
    client = HttpMembers([url.removeprefix("http://")])
    assert client.post_json(url, "/x", {"b": 2}, most_bytes=10, seconds=2) is None


@pytest.mark.parametrize(
    ("body", "head", "why"),
    [
        (b"{", OK, "member-form"),
        (b"[" * 500, OK, "member-form"),
        (b'"' + b"x" * 2000 + b'"', OK, "member"),
        (b"{}", b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n", "member-status"),
        (b"{}", b"HTTP/1.1 503 No\r\n", "member-status"),
        (b"{}", b"no HTTP\r\n", "member"),
    ],
)
def test_what_is_no_answer_is_told(serve: Serve, body: bytes, head: bytes, why: str) -> None:
    with pytest.raises(ServiceUnavailable) as caught:
        get(serve(whole(body, head)))
    assert caught.value.reason.name == f"service-unavailable.{why}"


def drips(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: 900\r\n\r\n")
    for _ in range(200):
        connection.sendall(b" ")
        time.sleep(0.05)


def drips_heads(connection: socket.socket) -> None:
    connection.sendall(OK)
    for _ in range(200):
        connection.sendall(b"X: y\r\n" * 10)
        time.sleep(0.05)


def says_nothing(connection: socket.socket) -> None:
    connection.settimeout(10)
    while connection.recv(1000):
        pass


@pytest.mark.parametrize("slow", [says_nothing, drips, drips_heads])
def test_a_member_that_hangs_is_given_up_in_time(
    serve: Serve, slow: Callable[[socket.socket], None]
) -> None:
    begun = time.monotonic()
    with pytest.raises(ServiceUnavailable):
        get(serve(slow), seconds=0.5)
    assert time.monotonic() - begun < 8  # of the ten that each takes


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "https://user:x@a.example", "ftp://a.example", "https://a b"]
)
def test_an_address_that_nobody_allowed_is_not_asked(url: str) -> None:
    with pytest.raises(InvalidReceiver):
        HttpMembers().get_json(url, "/x", most_bytes=10, seconds=1)


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "[::1]", "169.254.169.254", "localhost"])
def test_the_own_network_is_not_asked(host: str) -> None:
    reached = []
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    def accept() -> None:
        with suppress(OSError):
            reached.append(listener.accept())

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        with pytest.raises(ServiceUnavailable) as caught:
            HttpMembers().get_json(f"https://{host}:{port}", "/x", most_bytes=10, seconds=1)
        cause = caught.value.reason.values["cause"]
        assert isinstance(cause, Reason)
        assert cause.name == Silence.NOT_PUBLIC
        assert not reached
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        wait_until(lambda: not thread.is_alive(), "the listener ends")


@pytest.mark.parametrize("allowed", [(), ("member.example",)])
def test_a_name_that_is_looked_up_for_ever_is_given_up_in_time(
    monkeypatch: pytest.MonkeyPatch, allowed: tuple[str, ...]
) -> None:
    """Both look-ups: that of the guard, and that of the connection to a host that is allowed."""
    over, begun_lookups = threading.Event(), []

    def hangs(*place: object, **_: object) -> list[object]:
        begun_lookups.append(place)
        over.wait(10)
        raise OSError("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    client = HttpMembers(allowed)
    begun = time.monotonic()
    for _ in range(3):
        with pytest.raises(ServiceUnavailable):
            client.get_json("https://member.example", "/x", most_bytes=10, seconds=0.2)
    assert time.monotonic() - begun < 9  # the look-up hangs for ten
    assert len(begun_lookups) == 1  # the others waited for the same
    over.set()
    wait_until(lambda: not name_lookup._under_way, "the end of the look-up")
