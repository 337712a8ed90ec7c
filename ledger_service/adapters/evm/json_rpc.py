"""JSON-RPC to an EVM node: without web3, which takes longer to load than to ask.

A node is a stranger: what it answers is bounded in size, depth and time.
"""

from __future__ import annotations

import itertools
import json
from typing import Any

from ledger_service.adapters.http_client import SILENT_SECONDS, HttpClient, NoAnswer
from ledger_service.domain.errors import ChainUnavailable, InvalidJson

LONGEST_MESSAGE = 200  # of a refusal, in characters
BUSY = (429, 502, 503, 504)  # what stands before a node says so in its stead


class JsonRpc:
    """Calls one node over one connection that is kept. Serves one thread."""

    def __init__(self, url: str, silent_seconds: float = SILENT_SECONDS) -> None:
        headers = {"Content-Type": "application/json"}
        self._client = HttpClient(url, headers, silent_seconds=silent_seconds)
        self._ids = itertools.count(1)

    def close(self) -> None:
        self._client.close()

    def request(self, method: str, *parameters: Any) -> Any:
        """Return the result of a call; raise ChainUnavailable if there is none."""
        try:
            found = self.answer(method, *parameters)
        except NoAnswer as exc:
            raise ChainUnavailable("node-silent") from exc
        error = found.get("error")
        if error:
            message = error.get("message", error) if isinstance(error, dict) else error
            raise ChainUnavailable(
                "node-refuses", method=method, message=str(message)[:LONGEST_MESSAGE]
            )
        if "result" not in found:
            raise ChainUnavailable("no-evm-node")
        return found["result"]

    def answer(self, method: str, *parameters: Any) -> dict[str, Any]:
        """Return what the node answers a call with, a result or an error.

        Raises:
            NoAnswer: it gives none, which says nothing about what it did.
            ChainUnavailable: what it answers is no JSON-RPC.
        """
        call = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": parameters}
        body = json.dumps(call).encode()
        try:
            return self._posted(body)
        except NoAnswer as exc:
            # A node may close an idle connection while a request is on its way: what only asks is
            # asked once more.
            if "send" in method or not isinstance(exc.__cause__, ConnectionError):
                raise
        return self._posted(body)

    def _posted(self, body: bytes) -> dict[str, Any]:
        length = {"Content-Length": str(len(body))}
        with self._client.request("POST", "", body=[body], headers=length) as answer:
            if answer.status in BUSY:
                raise NoAnswer(f"the node answers with the status {answer.status}")
            try:
                found = answer.json()
            except InvalidJson as exc:
                raise ChainUnavailable("no-evm-node") from exc
        if not isinstance(found, dict):
            raise ChainUnavailable("no-evm-node")
        return found
