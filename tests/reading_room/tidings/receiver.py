"""An address of another system, over real HTTP: it takes what it is told, or answers as a test says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Received(NamedTuple):
    """A request as it came. headers: their names in small letters."""

    path: str
    headers: dict[str, str]
    body: bytes


class ReceiverSimulator:
    """answer: given the number of requests so far, returns the status, or (status, headers)."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answer: Callable[[int], Any] = lambda _: 204
        self.silent_seconds = 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", "0"))
                body = self.rfile.read(length)
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.received.append(Received(self.path, headers, body))
                time.sleep(outer.silent_seconds)
                found = outer.answer(len(outer.received))
                status, more = found if isinstance(found, tuple) else (found, {})
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.host}/told?of=changes"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
