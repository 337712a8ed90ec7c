"""The HTTP client against a server that answers as a test tells it, byte by byte."""

import contextlib
import gc
import gzip
import select
import socket
import ssl
import threading
import time
import weakref
import zlib
from collections import deque

import pytest

from ledger_service.adapters import http_client
from ledger_service.adapters.http_client import HttpClient
from ledger_service.adapters.publication.guarded import Guard
from ledger_service.adapters.publication.no_answer import (
    KeptConnectionEnded,
    NoAnswer,
    Silence,
    why_no_answer,
)
from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson

LARGE = b"a book " * 100_000


def answer(body=b"", *headers, status="200 OK", length=None):
    """Return the bytes of an answer; its length is that of the body unless told otherwise."""
    size = len(body) if length is None else length
    return (
        "\r\n".join((f"HTTP/1.1 {status}", f"Content-Length: {size}", *headers, "", "")).encode()
        + body
    )


class Server:
    """Gives the answers of a script, each on the connection that asks; None closes the connection."""

    def __init__(self):
        self.script = deque()
        self.heads = []
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def stop(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                while self._answers(connection):
                    pass

    def _answers(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            try:
                piece = connection.recv(65_536)
            except ConnectionError:
                return False
            if not piece:
                return False
            head += piece
        self.heads.append(head.decode())
        data, then_close = self.script.popleft()
        try:
            connection.sendall(data)
        except ConnectionError:  # it was told enough
            return False
        return not then_close

    def says(self, data, then_close=False):
        self.script.append((data, then_close))


@pytest.fixture
def server():
    made = Server()
    yield made
    made.stop()


@pytest.fixture
def client(server):
    made = HttpClient(server.url + "/api", {"Authorization": "Bearer x"})
    yield made
    made.close()


def read(client, path="/", **arguments):
    with client.request("GET", path, **arguments) as found:
        return found.read()


def test_one_connection_serves_many_requests(server, client):
    for _ in range(3):
        server.says(answer(b"here"))
        assert read(client) == b"here"
    assert server.connections == 1


def test_who_lets_go_of_a_client_ends_its_connection_at_once(server):
    """Left to the collector of cycles, it would stay open, and be told of as a socket that nobody closed."""
    client = HttpClient(server.url)
    server.says(answer(b"here"))
    assert read(client) == b"here"
    held = weakref.ref(client)
    gc.disable()
    try:
        del client
        is_gone = held() is None
    finally:
        gc.enable()
        gc.collect()
    assert is_gone


def test_a_request_says_where_what_and_who(server, client):
    server.says(answer())
    read(client, "/licenses/CC BY “4”", query={"title": "Xamsa & more", "start": 0})
    head = server.heads[0]
    line = (
        "GET /api/licenses/CC%20BY%20%E2%80%9C4%E2%80%9D?title=Xamsa%20%26%20more&start=0 HTTP/1.1"
    )
    assert head.startswith(line + "\r\n")
    assert "Authorization: Bearer x\r\n" in head


def test_a_name_in_the_url_is_sent_as_basic_authorization(server):
    client = HttpClient(server.url.replace("://", "://reader:p%40ss@"))
    server.says(answer())
    read(client)
    client.close()
    assert "Authorization: Basic cmVhZGVyOnBAc3M=\r\n" in server.heads[0]


def test_a_connection_that_the_server_ended_is_made_again(server, client):
    server.says(answer(b"one"), then_close=True)
    assert read(client) == b"one"
    select.select([client._connection.sock], [], [], 10)  # until its end has come
    server.says(answer(b"two"))
    assert read(client) == b"two"
    assert server.connections == 2


def test_a_kept_connection_that_ends_while_it_is_asked_is_told_apart(server, client):
    server.says(answer(b"one"))
    assert read(client) == b"one"
    server.says(b"", then_close=True)
    with pytest.raises(KeptConnectionEnded):
        read(client)
    server.says(b"", then_close=True)
    with pytest.raises(NoAnswer) as told:  # it was new
        read(client)
    assert not isinstance(told.value, KeptConnectionEnded)


def test_an_answer_that_is_not_read_does_not_stand_before_the_next(server, client):
    server.says(answer(LARGE))
    with client.request("GET", "/") as found:
        assert found.status == 200
    server.says(answer(b"next"))
    assert read(client) == b"next"


def test_compressed_answers_are_unpacked_in_bounded_pieces(server, client):
    server.says(answer(gzip.compress(LARGE), "Content-Encoding: gzip"))
    with client.request("GET", "/") as found:
        pieces = list(found.pieces(1000))
    assert max(map(len, pieces)) <= 1000
    assert b"".join(pieces) == LARGE


def test_what_grows_to_nothing_without_end_is_no_answer(server, client):
    packer = zlib.compressobj(wbits=http_client.GZIP)
    nothing = b"".join(packer.flush(zlib.Z_SYNC_FLUSH) for _ in range(1))
    empty = b"\x00\x00\x00\xff\xff" * 800_000  # stored blocks of no bytes
    for body in (nothing + empty, gzip.compress(b"the end") + b"\0" * 4_000_000):
        server.says(answer(body, "Content-Encoding: gzip", length=2**40), then_close=True)
        with client.request("GET", "/") as told, pytest.raises(NoAnswer, match="nothing"):
            told.read(1000)


def test_lines_are_told_one_by_one(server, client):
    server.says(answer(b'{"a": 1}\n{"b": 2}\n{"c": 3}'))
    with client.request("GET", "/") as found:
        assert list(found.lines()) == [b'{"a": 1}', b'{"b": 2}', b'{"c": 3}']


@pytest.mark.parametrize(
    "data",
    [
        answer(b"half", length=8),
        answer(gzip.compress(LARGE)[:-20], "Content-Encoding: gzip"),
        answer(b"not gzip", "Content-Encoding: gzip"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
    ],
)
def test_what_breaks_off_or_is_no_http_is_no_answer(server, client, data):
    server.says(data, then_close=True)
    with pytest.raises(NoAnswer):
        read(client)


def test_an_answer_beyond_its_bound_is_none(server, client):
    server.says(answer(gzip.compress(LARGE), "Content-Encoding: gzip"), then_close=True)
    with client.request("GET", "/") as found, pytest.raises(NoAnswer, match="longer than"):
        found.read(len(LARGE) - 1)
    server.says(answer(b"x" * (http_client.LONGEST_LINE_BYTES + 1)))
    with client.request("GET", "/") as found, pytest.raises(NoAnswer, match="a line"):
        list(found.lines())


def test_json_nested_beyond_the_bound_is_refused(server, client):
    deep = b"[" * (foreign_json.LARGEST_DEPTH + 1)
    server.says(answer(deep))
    with client.request("GET", "/") as found, pytest.raises(InvalidJson):
        found.json()


@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"])
def test_drops_that_would_never_end_do(before):
    with socket.create_server(("127.0.0.1", 0)) as drips:
        ended = threading.Event()

        def drip():
            connection, _ = drips.accept()
            with connection, contextlib.suppress(OSError):
                connection.sendall(before)
                while not ended.wait(0.05):
                    connection.sendall(b"H")

        thread = threading.Thread(target=drip)
        thread.start()
        client = HttpClient(f"http://127.0.0.1:{drips.getsockname()[1]}", silent_seconds=0.4)
        with pytest.raises(NoAnswer, match=r"slowly|timed out"):
            read(client)
        client.close()
        ended.set()
        thread.join()


def test_each_address_is_checked_before_it_is_connected_to(server):
    """A name that leads to this machine when it is looked up again gets no connection, and no handshake."""

    def refuse(address):
        raise NoAnswer(f"{address} is not asked")

    for url in (server.url, server.url.replace("http:", "https:")):
        client = HttpClient(url, check_address=refuse)
        with pytest.raises(NoAnswer, match="is not asked"), client.request("GET", "/"):
            pass
    assert server.connections == 0


def test_a_name_with_many_addresses_takes_no_longer_than_its_bound(monkeypatch):
    silent = socket.create_server(("127.0.0.1", 0), backlog=0)
    port = silent.getsockname()[1]
    fillers = [socket.socket() for _ in range(8)]
    for one in fillers:  # the queue of those who wait to be accepted is full
        one.setblocking(False)
        one.connect_ex(("127.0.0.1", port))
    place = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [place] * 50)
    begun = time.monotonic()
    client = HttpClient(f"http://many.example:{port}", until=begun + 0.5)
    with pytest.raises(NoAnswer), client.request("GET", "/"):
        pass
    assert time.monotonic() - begun < 9
    for one in (*fillers, silent):
        one.close()


def test_a_name_that_is_never_looked_up_takes_no_longer_than_its_bound(monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(20) and [])
    begun = time.monotonic()
    client = HttpClient("https://slow.example", until=begun + 0.3)
    with pytest.raises(NoAnswer), client.request("GET", "/"):
        pass
    refusal = Guard().refusal("https://slow.example", 0.3)
    assert refusal is not None
    assert refusal.name == Silence.LATE
    assert time.monotonic() - begun < 5
    over.set()


def test_nobody_there_is_no_answer(server):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for url in (
        f"http://127.0.0.1:{port}",
        "ftp://127.0.0.1",
        "http://",
        "127.0.0.1:8000",
        "http://a:b",
    ):
        with pytest.raises(NoAnswer):
            read(HttpClient(url))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:1", Silence.REFUSED),
        ("http://no.such.name.invalid", Silence.NAME),
        ("http://" + "a" * 70 + ".example", Silence.NAME),
        ("", Silence.BROKEN),
    ],
)
def test_why_nobody_answers_is_one_of_a_few_and_keeps_what_the_system_said(server, url, why):
    server.says(b"no answer of HTTP\r\n\r\n")
    with pytest.raises(NoAnswer) as caught:
        read(HttpClient(url or server.url))
    assert caught.value.reason.name == why
    assert caught.value.reason.values["told"] == str(caught.value)


@pytest.mark.parametrize(
    ("exc", "why"),
    [
        (ssl.SSLCertVerificationError("self-signed certificate"), Silence.NOT_SAFE),
        (OSError(101, "Network is unreachable"), Silence.NO_WAY),
        (ConnectionResetError(104, "Connection reset by peer"), Silence.BROKEN),
    ],
)
def test_what_a_network_says_is_one_of_a_few(exc, why):
    assert why_no_answer(exc).name == why


def test_a_file_that_cannot_be_read_is_not_taken_for_a_server_that_is_away(
    server, client, tmp_path
):
    def pieces():
        yield b"a"
        yield (tmp_path / "nothing").read_bytes()

    server.says(answer())
    with (
        pytest.raises(FileNotFoundError),
        client.request("POST", "/", body=pieces(), headers={"Content-Length": "2"}),
    ):
        pass
