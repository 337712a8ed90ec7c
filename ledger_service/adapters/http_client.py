"""A small HTTP client: one connection that is kept, answers read piece by piece, gzip understood.

It stands on the standard library because a command that verifies a file should start at once. It
follows no redirects, heeds no proxies, and sends nothing a second time.
"""

from __future__ import annotations

import base64
import json
import selectors
import socket
import ssl
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

CONNECT_SECONDS = 5
SILENT_SECONDS = 60
PIECE_BYTES = 65_536
KEPT_IN_PATHS = "/%?:@!$&'()*+,;=~"
GZIP = 16 + zlib.MAX_WBITS  # source: zlib's manual, inflateInit2
OWN_HEADERS = {"Accept": "*/*", "Accept-Encoding": "gzip", "User-Agent": "muhr"}


class NoAnswer(Exception):
    """The other side does not answer, or not as HTTP does. Adapters turn it into an error of ours."""


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

    def read(self) -> bytes:
        """Return the body, or what is left of it."""
        return b"".join(self.pieces())

    def lines(self) -> Iterator[bytes]:
        """Yield each line of the body, without its end."""
        rest = b""
        for piece in self.pieces():
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
        if rest:
            yield rest

    def json(self) -> Any:
        """Return the body's JSON value; raise ValueError if it is none."""
        return json.loads(self.read())

    def _raw(self, size: int) -> Iterator[bytes]:
        try:
            while piece := self._response.read(size):
                yield piece
            if self._response.length:
                raise NoAnswer(f"{self._response.length} bytes are missing")
        except (HTTPException, OSError) as exc:
            raise NoAnswer(_reason(exc)) from exc


class HttpClient:
    """Talks with one server. A client serves one thread.

    Args:
        url: of the server; the path that it may have precedes every path that is asked for.
        headers: are sent with every request.
    """

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        self._url = url
        self._headers = {**OWN_HEADERS, **(headers or {})}
        self._connection: HTTPConnection | None = None

    def close(self) -> None:
        """End the connection; the next request makes another."""
        if self._connection is not None:
            self._connection.close()

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
            NoAnswer: there is none.
        """
        connection = self._connected()
        target = quote(urlsplit(self._url).path + path, safe=KEPT_IN_PATHS)
        if query:
            target += "?" + urlencode(query, quote_via=quote)
        response = None
        try:
            with _understood():
                connection.putrequest(method, target, skip_accept_encoding=True)
                for name, value in {**self._headers, **(headers or {})}.items():
                    connection.putheader(name, value)
                connection.endheaders()
            _send(connection, body)
            with _understood():
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
                self._connection.connect()
                assert self._connection.sock is not None
                self._connection.sock.settimeout(SILENT_SECONDS)
        return self._connection

    def _made(self) -> HTTPConnection:
        parts = urlsplit(self._url)
        if not parts.hostname:
            raise ValueError("the URL names no server")
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            basic = "Basic " + base64.b64encode(pair).decode()
            self._headers = {"Authorization": basic, **self._headers}
        if parts.scheme == "http":
            return HTTPConnection(parts.hostname, parts.port, timeout=CONNECT_SECONDS)
        if parts.scheme != "https":
            raise ValueError("the URL is not one of http or https")
        import certifi  # noqa: PLC0415 - a service on the same machine needs no authorities

        context = ssl.create_default_context(cafile=certifi.where())
        return HTTPSConnection(parts.hostname, parts.port, timeout=CONNECT_SECONDS, context=context)


def _send(connection: HTTPConnection, body: Iterable[bytes]) -> None:
    """Send a body; what its making raises passes through."""
    for piece in body:
        try:
            connection.send(piece)
        except (BrokenPipeError, ConnectionResetError):
            return  # whoever refuses a body may have answered before all of it was sent
        except OSError as exc:
            raise NoAnswer(_reason(exc)) from exc


def _has_ended(connection: socket.socket) -> bool:
    """Return whether an idle connection has something to read: its end, or what nobody asked for."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return bool(selector.select(0))


def _unpacked(raw: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Yield the bytes of a gzip member, at most `size` at a time, whatever they grow to."""
    unpack = zlib.decompressobj(GZIP)
    try:
        for piece in raw:
            rest = piece
            while rest and not unpack.eof:
                if found := unpack.decompress(rest, size):
                    yield found
                rest = unpack.unconsumed_tail
        while found := unpack.decompress(b"", size):
            yield found
    except zlib.error as exc:
        raise NoAnswer(f"the answer is not compressed as it says: {exc}") from exc
    if not unpack.eof:
        raise NoAnswer("the answer breaks off")


@contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except (HTTPException, OSError, ValueError) as exc:
        raise NoAnswer(_reason(exc)) from exc


def _reason(exc: BaseException) -> str:
    return str(exc) or type(exc).__name__
