"""A small HTTP client: one connection that is kept, answers read piece by piece, gzip understood.

It stands on the standard library because a command that verifies a file should start at once. It
follows no redirects, heeds no proxies, and sends nothing a second time. A server is a stranger: what
it answers is bounded in size and time.
"""

from __future__ import annotations

import base64
import io
import math
import selectors
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, cast
from urllib.parse import quote, unquote, urlencode, urlsplit

from ledger_service.adapters.publication.name_lookup import look_up
from ledger_service.adapters.publication.no_answer import (
    AnswerTooLong,
    KeptConnectionEnded,
    NoAnswer,
    told_by,
)
from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidInput

CONNECT_SECONDS = 5
MOST_CONNECTS = 3  # times CONNECT_SECONDS, for all addresses of a name
SILENT_SECONDS = 60
SLOWEST_BYTES_PER_SECOND = 16_384  # of an answer that takes longer than SILENT_SECONDS
PIECE_BYTES = 65_536
LONGEST_URL = 200  # characters of one that is told
LONGEST_LINE_BYTES = 1024 * 1024
IDLE_PACKED_BYTES = 1024 * 1024  # that may come without growing to anything
PACKED_AT_MOST = 16  # bytes that come for one that it grows to, beyond that
KEPT_IN_PATHS = "/%?:@!$&'()*+,;=~"
GZIP = 16 + zlib.MAX_WBITS  # source: zlib's manual, inflateInit2
OWN_HEADERS = {"Accept": "*/*", "Accept-Encoding": "gzip", "User-Agent": "muhr"}


def check_url(url: str) -> None:
    """Check that a URL names a server; raise InvalidInput otherwise."""
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise InvalidInput("address", url=url[:LONGEST_URL])


class Answer:
    """An answer whose head has come; its body is read once, whole or in pieces."""

    def __init__(self, response: HTTPResponse) -> None:
        self._response = response
        self.status = response.status
        self.headers = response.headers

    def pieces(self, size: int = PIECE_BYTES) -> Iterator[bytes]:
        """Yield the body, at most `size` bytes at a time; raise NoAnswer where it breaks off."""
        packed = self.headers.get("Content-Encoding", "").lower() == "gzip"
        raw = self._raw(size)
        yield from _unpacked(raw, size) if packed else raw

    def read(self, most_bytes: int = foreign_json.LARGEST_BYTES) -> bytes:
        """Return the body, or what is left of it; raise NoAnswer if it is longer."""
        body = bytearray()
        for piece in self.pieces():
            body += piece
            if len(body) > most_bytes:
                raise AnswerTooLong(f"the answer is longer than {most_bytes} bytes")
        return bytes(body)

    def lines(self) -> Iterator[bytes]:
        """Yield each line of the body, without its end; raise NoAnswer at one that is too long."""
        rest = b""
        for piece in self.pieces():
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
            if len(rest) > LONGEST_LINE_BYTES:
                raise NoAnswer(f"a line is longer than {LONGEST_LINE_BYTES} bytes")
        if rest:
            yield rest

    def json(self) -> Any:
        """Return the body's JSON value; raise InvalidJson if it is none."""
        return foreign_json.parse(self.read())

    def _raw(self, size: int) -> Iterator[bytes]:
        try:
            while piece := self._response.read(size):
                yield piece
            if self._response.length:
                raise NoAnswer(f"{self._response.length} bytes are missing")
        except (HTTPException, OSError) as exc:
            raise NoAnswer(told_by(exc)) from exc


class _Timed(io.RawIOBase):
    """What a socket receives, while the other side keeps up a least speed: drops would last for ever."""

    def __init__(self, connection: socket.socket, silent_seconds: float, until: float) -> None:
        self._until = until
        self._socket = connection
        self._raw = connection.makefile("rb", buffering=0)
        self._silent_seconds = silent_seconds
        self._deadline = time.monotonic() + silent_seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = min(self._deadline, self._until) - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer comes too slowly")
        self._socket.settimeout(min(left, self._silent_seconds))
        size = cast(io.RawIOBase, self._raw).readinto(buffer)
        self._deadline += (size or 0) / SLOWEST_BYTES_PER_SECOND
        return size

    def close(self) -> None:
        self._raw.close()
        super().close()


class TimedResponse(HTTPResponse):
    """A response whose head and body must come at the least speed."""

    def __init__(
        self,
        sock: socket.socket,
        *arguments: Any,
        silent_seconds: float,
        until: float = math.inf,
        **options: Any,
    ) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp.close()  # the plain file of the same socket
        self.fp = io.BufferedReader(_Timed(sock, silent_seconds, until), PIECE_BYTES)


class HttpClient:
    """Talks with one server. A client serves one thread.

    Args:
        url: of the server; the path that it may have precedes every path that is asked for.
        headers: are sent with every request.
        silent_seconds: how long the server may be silent, and take for an answer's first bytes.
        check_address: is called with each IP address before it is connected to; it may raise NoAnswer.
        until: on the monotonic clock, when everything is given up; infinity for a client that goes on.
    """

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        silent_seconds: float = SILENT_SECONDS,
        check_address: Callable[[str], None] | None = None,
        until: float = math.inf,
    ) -> None:
        self._until = until
        self._connection: HTTPConnection | None = None
        self._check_address = check_address
        self._url = url
        self._silent_seconds = silent_seconds
        self._headers = {**OWN_HEADERS, **(headers or {})}

    def close(self) -> None:
        """End the connection; the next request makes another."""
        if self._connection is not None:
            self._connection.close()

    def __del__(self) -> None:
        self.close()  # a thread that ends lets go of its client

    @contextmanager
    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: Iterable[bytes] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[Answer]:
        """Yield the answer to a request. body: in pieces; the headers then tell Content-Length.

        Raises:
            KeptConnectionEnded: before a byte of the answer came, over a connection that was kept.
            NoAnswer: there is none.
        """
        before = self._connection.sock if self._connection is not None else None
        connection = self._connected()
        is_kept = connection.sock is before
        target = quote(urlsplit(self._url).path + path, safe=KEPT_IN_PATHS)
        if query:
            target += "?" + urlencode(query, doseq=True, quote_via=quote)
        response = None
        try:
            with _understood(is_kept=is_kept):
                connection.putrequest(method, target, skip_accept_encoding=True)
                for name, value in {**self._headers, **(headers or {})}.items():
                    connection.putheader(name, value)
                connection.endheaders()
            _send(connection, body)
            with _understood(is_kept=is_kept):
                response = connection.getresponse()
            yield Answer(response)
        finally:
            # What nobody read would stand before the next answer.
            if response is None:
                connection.close()
            elif not response.isclosed():
                connection.close()
                response.close()  # it holds the socket, too

    def _connected(self) -> HTTPConnection:
        """Return the connection, made anew if there is none or the other side has ended it."""
        with _understood():
            if self._connection is None:
                self._connection = self._made()
            if self._connection.sock is not None and _has_ended(self._connection.sock):
                self._connection.close()
            if self._connection.sock is None:
                self._connect(self._connection)
        return self._connection

    def _connect(self, connection: HTTPConnection) -> None:
        connection.timeout = min(CONNECT_SECONDS, self._left())
        connection._create_connection = self._reached  # type: ignore[attr-defined]
        try:
            connection.connect()
        finally:  # or the two would hold each other, and what nobody uses would stay connected
            connection._create_connection = _unreached  # type: ignore[attr-defined]
        assert connection.sock is not None
        connection.sock.settimeout(min(self._silent_seconds, self._left()))
        if self._check_address is not None:
            try:
                self._check_address(str(connection.sock.getpeername()[0]))
            except NoAnswer:
                connection.close()
                raise

    def _reached(self, place: tuple[str, int], *_given: Any) -> socket.socket:
        """Return a connection to the first address of a name that answers, each checked before.

        Looking the name up and all attempts together have a bounded time, however many addresses it has.
        """
        host, port = place
        until = time.monotonic() + min(self._left(), MOST_CONNECTS * CONNECT_SECONDS)
        found = look_up(host, port, until - time.monotonic())
        failed: OSError = TimeoutError("no address answers")
        for number, address in enumerate(found):
            left = until - time.monotonic()
            if left <= 0:
                break
            if self._check_address is not None:
                self._check_address(address)
            reached = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
            try:
                reached.settimeout(min(CONNECT_SECONDS, left / (len(found) - number)))
                reached.connect((address, port))
                reached.settimeout(min(CONNECT_SECONDS, self._left()))
            except OSError as exc:
                reached.close()
                failed = exc
                continue
            return reached
        raise failed

    def _left(self) -> float:
        """Return the seconds until everything is given up; raise TimeoutError if there are none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer comes too late")
        return left

    def _made(self) -> HTTPConnection:
        parts = urlsplit(self._url)
        if not parts.hostname:
            raise ValueError("the URL names no server")
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            basic = "Basic " + base64.b64encode(pair).decode()
            self._headers = {"Authorization": basic, **self._headers}
        connection = self._to(parts.scheme, parts.hostname, parts.port)
        made = partial(TimedResponse, silent_seconds=self._silent_seconds, until=self._until)
        connection.response_class = made  # type: ignore[assignment]
        return connection

    @staticmethod
    def _to(scheme: str, host: str, port: int | None) -> HTTPConnection:
        if scheme == "http":
            return HTTPConnection(host, port, timeout=CONNECT_SECONDS)
        if scheme != "https":
            raise ValueError("the URL is not one of http or https")
        try:
            import certifi  # noqa: PLC0415 - a service on the same machine needs no authorities
        except ImportError:  # muhr-verify stands on the system's
            context = ssl.create_default_context()
        else:
            context = ssl.create_default_context(cafile=certifi.where())
        return HTTPSConnection(host, port, timeout=CONNECT_SECONDS, context=context)


def _unreached(*_given: Any) -> socket.socket:
    raise ConnectionError("the connection has ended")


def _send(connection: HTTPConnection, body: Iterable[bytes]) -> None:
    """Send a body; what its making raises passes through."""
    for piece in body:
        try:
            connection.send(piece)
        except (BrokenPipeError, ConnectionResetError):
            return  # whoever refuses a body may have answered before all of it was sent
        except OSError as exc:
            raise NoAnswer(told_by(exc)) from exc


def _has_ended(connection: socket.socket) -> bool:
    """Return whether an idle connection has something to read: its end, or what nobody asked for."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return bool(selector.select(0))


def _unpacked(raw: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Yield the bytes of a gzip member, at most `size` at a time, whatever they grow to.

    What grows to next to nothing without end is given up: nobody who counts what it yields would end.
    """
    unpack, left = zlib.decompressobj(GZIP), IDLE_PACKED_BYTES
    try:
        for piece in raw:
            rest = piece
            left -= len(piece)
            while rest and not unpack.eof:
                if found := unpack.decompress(rest, size):
                    left += PACKED_AT_MOST * len(found)
                    yield found
                rest = unpack.unconsumed_tail
            if left < 0:
                raise NoAnswer("the answer grows to nothing")
        while found := unpack.decompress(b"", size):
            yield found
    except zlib.error as exc:
        raise NoAnswer(f"the answer is not compressed as it says: {exc}") from exc
    if not unpack.eof:
        raise NoAnswer("the answer breaks off")


@contextmanager
def _understood(*, is_kept: bool = False) -> Iterator[None]:
    try:
        yield
    except ConnectionError as exc:
        raise (KeptConnectionEnded if is_kept else NoAnswer)(told_by(exc)) from exc
    except (HTTPException, OSError, ValueError) as exc:
        raise NoAnswer(told_by(exc)) from exc
