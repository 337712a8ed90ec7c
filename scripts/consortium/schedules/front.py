"""What stands before a member's service: others reach it only through this, which may be cut, hang or lie."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from scripts.consortium.schedules.line import State

Spoil = Callable[[str, bytes], bytes]
"""Given a path and the body of its answer, returns the body that is sent."""
Route = Callable[[str], str | None]
"""Given a path, returns the URL of another service that answers in its place; None for the own one."""
SECONDS = 60.0  # for which a service is waited for
NOT_PASSED = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive"})


class Front:
    """A proxy of HTTP on loopback, from the beginning until `stop`.

    Args:
        url: of the service behind it.

    Attributes:
        spoil, route: see Spoil and Route; nothing is changed by default.
    """

    def __init__(self, url: str) -> None:
        self.behind = url
        self.spoil: Spoil = lambda _, body: body
        self.route: Route = lambda _: None
        self._state = State.WHOLE
        self._passes = threading.Event()
        self._passes.set()
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                front.answer(self)

            def do_HEAD(self) -> None:
                front.answer(self)

            def do_POST(self) -> None:
                front.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def state(self) -> State:
        return self._state

    def set(self, state: State) -> None:
        """Let it be so from now on; one request of a connection that is open may still be answered."""
        self._state = state
        (self._passes.clear if state is State.HANGS else self._passes.set)()

    def stop(self) -> None:
        self.set(State.CUT)
        self._server.shutdown()
        self._server.server_close()

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        """Answer a request with what the service answers, spoiled; or close the connection."""
        asked.close_connection = True
        body = asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
        self._passes.wait()
        if self._state is State.CUT:
            return
        with suppress(OSError, http.client.HTTPException):
            status, headers, told = self._ask(asked, body)
            asked.send_response(status)
            for name, value in headers:
                asked.send_header(name, value)
            asked.send_header("Content-Length", str(len(told)))
            asked.send_header("Connection", "close")
            asked.end_headers()
            if asked.command != "HEAD":
                asked.wfile.write(told)

    def _ask(
        self, asked: BaseHTTPRequestHandler, body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        path = urlsplit(asked.path).path
        behind = urlsplit(self.route(path) or self.behind)
        service = http.client.HTTPConnection(behind.netloc, timeout=SECONDS)
        try:
            headers = dict(asked.headers.items())
            headers |= {"Accept-Encoding": "identity", "Connection": "close"}
            service.request(asked.command, asked.path, body or None, headers)
            answer = service.getresponse()
            told = answer.read()
            kept = [item for item in answer.getheaders() if item[0].lower() not in NOT_PASSED]
            return answer.status, kept, self.spoil(path, told) if answer.status == 200 else told
        finally:
            service.close()
