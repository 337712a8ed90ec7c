"""A node between a verifier and a real one: it counts what is asked, and can be made to answer otherwise.

`change` is given each call (method, parameters, the real node's result) and returns the result to give;
it raises `Refused` for an error, and `Silent` to close the connection without an answer.
"""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Change = Callable[[str, list[Any], Any], Any]


class Refused(Exception):
    """The node answers with an error."""


class Silent(Exception):
    """The node closes the connection."""


class NodeProxy:
    """Stands before a node from `with` on. requests: how many HTTP requests came."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.requests = 0
        self.change: Change = lambda _method, _parameters, result: result
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, name="node proxy")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> NodeProxy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def ask(self, method: str, *parameters: Any) -> Any:
        """Return what the real node answers."""
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        headers = {"Content-Type": "application/json"}
        asked = urllib.request.Request(self._url, json.dumps(call).encode(), headers)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return json.load(answer)["result"]

    def _answer(self, body: bytes) -> bytes:
        self.requests += 1
        call = json.loads(body)
        method, parameters = call["method"], call["params"]
        told: dict[str, Any] = {"jsonrpc": "2.0", "id": call["id"]}
        try:
            result = self.ask(method, *parameters)
            told["result"] = self.change(method, parameters, result)
        except Refused as exc:
            told["error"] = {"code": -32000, "message": str(exc)}
        return json.dumps(told).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    answer = proxy._answer(body)
                except Silent:
                    self.close_connection = True
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
