"""A service between a command and the library, which spoils what it passes on, as a seed says."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from urllib.error import HTTPError

from scripts.strangers import values
from scripts.strangers.trials import HANG_SECONDS

_DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
STATUSES = (200, 204, 302, 304, 400, 404, 409, 418, 500, 503)


class SpoilingProxy(ThreadingHTTPServer):
    """Passes requests on to a URL. `draw` decides about the answers of the case that is under way."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.target = target
        self.draw = Random(0)

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of callers who went away."""


@contextmanager
def spoiling(target: str) -> Iterator[SpoilingProxy]:
    """Yield a proxy to a URL that answers."""
    with SpoilingProxy(target) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()


class _Passing(BaseHTTPRequestHandler):
    server: SpoilingProxy

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        kept = {n: v for n, v in self.headers.items() if n.lower() not in ("host", "connection")}
        asked = urllib.request.Request(
            self.server.target + self.path, body, kept, method=self.command
        )
        try:
            with _DIRECTLY.open(asked, timeout=HANG_SECONDS) as answer:
                self._answer(answer.status, answer.read())
        except HTTPError as exc:
            with exc:
                self._answer(exc.code, exc.read())

    do_POST = do_GET  # noqa: N815
    do_DELETE = do_GET  # noqa: N815
    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, body: bytes) -> None:
        draw = self.server.draw
        if draw.random() < 0.5:
            status, body = _spoiled(status, body, draw)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):
            if self.command != "HEAD":
                self.wfile.write(body)


def _spoiled(status: int, body: bytes, draw: Random) -> tuple[int, bytes]:
    if draw.random() < 0.2:
        status = draw.choice(STATUSES)
    if status in (204, 304):
        return status, b""
    try:
        document = values.read(body)
    except ValueError:
        return status, values.spoiled(body, draw)
    if draw.random() < 0.7:
        return status, values.written(values.changed(document, draw))
    return status, values.spoiled(body, draw)
