"""A node between a verifier and a real one: it counts what is asked, and can be made to answer otherwise.

`change` is given each call (method, parameters, the real node's result) and returns the result to give;
it raises `Refused` for an error, and `Silent` to close the connection without an answer.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any

from scripts.chains.rpc_server import RpcServer

Change = Callable[[str, list[Any], Any], Any]


class Refused(Exception):
    """The node answers with an error."""


class Silent(Exception):
    """The node closes the connection."""


class NodeProxy:
    """Stands before a node until the end of `with`.

    requests: how many HTTP requests came; calls: and calls in them. takes_batches: whether it answers several
    calls of one request.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self.requests = self.calls = 0
        self.takes_batches = True
        self.change: Change = lambda _method, _parameters, result: result
        self._server = RpcServer(self._answer)

    @property
    def url(self) -> str:
        return self._server.url

    def __enter__(self) -> NodeProxy:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def ask(self, method: str, *parameters: Any) -> Any:
        """Return what the real node answers."""
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        headers = {"Content-Type": "application/json"}
        asked = urllib.request.Request(self._url, json.dumps(call).encode(), headers)
        with urllib.request.urlopen(asked, timeout=30) as answer:
            told = json.load(answer)
        if "error" in told:
            raise Refused(told["error"]["message"])
        return told["result"]

    def _answer(self, given: dict[str, Any] | list[dict[str, Any]]) -> Any:
        self.requests += 1
        if not isinstance(given, list):
            return self._answer_one(given)
        if not self.takes_batches:
            return {
                "jsonrpc": "2.0",
                "id": None,
                "error": {"code": -32600, "message": "no batches"},
            }
        answers = [self._answer_one(call) for call in given]
        return None if None in answers else answers

    def _answer_one(self, call: dict[str, Any]) -> dict[str, Any] | None:
        self.calls += 1
        method, parameters = call["method"], call["params"]
        told: dict[str, Any] = {"jsonrpc": "2.0", "id": call["id"]}
        try:
            result = self.ask(method, *parameters)
            return told | {"result": self.change(method, parameters, result)}
        except Refused as exc:
            return told | {"error": {"code": -32000, "message": str(exc)}}
        except Silent:
            return None
