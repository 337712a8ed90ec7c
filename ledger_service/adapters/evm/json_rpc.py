"""JSON-RPC to an EVM node for whoever only reads: without web3, which takes longer to load than to ask."""

from __future__ import annotations

import itertools
import json
from typing import Any

from ledger_service.adapters.http_client import HttpClient, NoAnswer
from ledger_service.domain.errors import ChainUnavailable

LONGEST_MESSAGE = 200  # of a refusal, in characters


class JsonRpc:
    """Calls one node over one connection that is kept. Serves one thread."""

    def __init__(self, url: str) -> None:
        self._client = HttpClient(url, {"Content-Type": "application/json"})
        self._ids = itertools.count(1)

    def close(self) -> None:
        self._client.close()

    def request(self, method: str, *parameters: Any) -> Any:
        """Return the result of a call; raise ChainUnavailable if there is none."""
        call = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": parameters}
        body = json.dumps(call).encode()
        length = {"Content-Length": str(len(body))}
        try:
            with self._client.request("POST", "", body=[body], headers=length) as answer:
                found = answer.json()
        except (NoAnswer, ValueError) as exc:
            raise ChainUnavailable("node-silent") from exc
        if not isinstance(found, dict):
            raise ChainUnavailable("no-evm-node")
        error = found.get("error")
        if error:
            message = error.get("message", error) if isinstance(error, dict) else error
            raise ChainUnavailable(
                "node-refuses", method=method, message=str(message)[:LONGEST_MESSAGE]
            )
        if "result" not in found:
            raise ChainUnavailable("no-evm-node")
        return found["result"]
