"""JSON-RPC for driving nodes of the test bed: by the standard library, apart from what is tested."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Mapping
from typing import Any

TIMEOUT_SECONDS = 20.0


class Refused(Exception):
    """The node answered with an error. error: as the node gave it."""

    def __init__(self, method: str, error: Any) -> None:
        super().__init__(f"{method}: {error}")
        self.error = error


class JsonRpc:
    """A connection to one node. secret: of the Engine API (its JWT of HS256), None for the public one."""

    def __init__(self, port: int, secret: bytes | None = None) -> None:
        self.port = port
        self._secret = secret
        self._connection: http.client.HTTPConnection | None = None

    def __call__(self, method: str, *parameters: Any) -> Any:
        """Return the result of a call.

        Raises:
            Refused: the node answered with an error.
            OSError: there is no answer.
        """
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        answer = json.loads(self._post(json.dumps(request).encode()))
        if "error" in answer:
            raise Refused(method, answer["error"])
        return answer["result"]

    def answers(self) -> bool:
        """Return whether the node answers at all."""
        try:
            self("eth_chainId")
        except (OSError, ValueError, http.client.HTTPException, Refused):
            return False
        return True

    def close(self) -> None:
        """Close the connection; the next call opens one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _post(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json"}
        if self._secret is not None:
            headers["Authorization"] = f"Bearer {_token(self._secret)}"
        was_idle = self._connection is not None
        try:
            return self._answer_to(body, headers)
        except (OSError, http.client.HTTPException) as exc:
            self.close()
            # A node hangs up on a connection that was long idle, and reads nothing more from it.
            if was_idle and isinstance(exc, (BrokenPipeError, http.client.RemoteDisconnected)):
                return self._post(body)
            raise ConnectionError(str(exc)) from exc

    def _answer_to(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=TIMEOUT_SECONDS
            )
        self._connection.request("POST", "/", body, headers)
        return self._connection.getresponse().read()


def _token(secret: bytes) -> str:
    def part(data: bytes) -> bytes:
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    issued = json.dumps({"iat": int(time.time())}).encode()
    text = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(issued)
    return (text + b"." + part(hmac.new(secret, text, hashlib.sha256).digest())).decode()
