"""What anybody may ask the library's own chain node: the few reads that verifying a file takes.

Calls are JSON-RPC 2.0, one or a batch; a refusal is an error of JSON-RPC. Only the deployment's contracts can
be asked about, and logs either of one subject or of a short range. What is told this way is the library's own
word: docs/formats.md §11.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.errors import ChainUnavailable, LedgerError

MOST_CALLS = 20  # of a batch
MOST_SLOTS = 64  # of a proof
MOST_BLOCKS = 2000  # of a query for the logs of all subjects
CALLS_A_SECOND, MOST_AT_ONCE = 50, 200
INVALID, UNKNOWN_METHOD, BAD_PARAMETERS = -32600, -32601, -32602  # source: JSON-RPC 2.0, §5.1
UNAVAILABLE, LIMIT_EXCEEDED = -32002, -32005  # source: EIP-1474

Ask = Callable[..., Any]
"""(method, *parameters): the result of a JSON-RPC call; raises LedgerError."""


def no_node(method: str, *_: Any) -> Any:
    """Answer no call, where nobody gave a node."""
    raise ChainUnavailable("no-such-method", method=method)


class Refusal(Exception):
    """A call that is not passed on. code: of JSON-RPC."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class NodeReads:
    """Passes reads on to a node, so many a second for all callers together."""

    def __init__(
        self, ask: Ask, deployment: Deployment, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask, self._clock = ask, clock
        self._contracts = set(deployment.contracts.values())
        self._lock = threading.Lock()
        self._left, self._at = float(MOST_AT_ONCE), clock()

    def answer(self, body: Any) -> Any:
        """Return the answer to a call, or to a batch of them."""
        if not isinstance(body, list):
            return self._answer(body)
        if not 0 < len(body) <= MOST_CALLS:
            return _error(None, INVALID, f"A batch has 1 to {MOST_CALLS} calls.")
        return [self._answer(call) for call in body]

    def _answer(self, call: Any) -> dict[str, Any]:
        named = call.get("id") if isinstance(call, dict) else None
        if not isinstance(named, int | str):
            return _error(None, INVALID, "A call has an id, a method and a list of parameters.")
        try:
            self._take()
            method, parameters = call.get("method"), call.get("params", [])
            self._check(method, parameters)
            return {"jsonrpc": "2.0", "id": named, "result": self._ask(method, *parameters)}
        except Refusal as exc:
            return _error(named, exc.code, str(exc))
        except LedgerError as exc:
            return _error(named, UNAVAILABLE, str(exc))

    def _take(self) -> None:
        """Count one call; raise Refusal if there were too many."""
        with self._lock:
            now = self._clock()
            self._left = min(MOST_AT_ONCE, self._left + (now - self._at) * CALLS_A_SECOND)
            self._at = now
            if self._left < 1:
                raise Refusal(LIMIT_EXCEEDED, "Too many calls; try again in a moment.")
            self._left -= 1

    def _check(self, method: Any, parameters: Any) -> None:
        """Check that a call is one of the reads that are passed on; raise Refusal."""
        checks: dict[str, Callable[[list[Any]], bool]] = {
            "eth_chainId": lambda given: given == [],
            "eth_blockNumber": lambda given: given == [],
            "eth_syncing": lambda given: given == [],
            "eth_getBlockByNumber": lambda given: _is_texts(given[:1]) and given[1:] == [False],
            "eth_getCode": lambda given: len(given) == 2 and self._is_ours(given),
            "eth_getProof": lambda given: (
                len(given) == 3
                and self._is_ours([given[0], given[2]])
                and isinstance(given[1], list)
                and len(given[1]) <= MOST_SLOTS
                and _is_texts(given[1])
            ),
            "eth_call": lambda given: (
                len(given) == 2
                and isinstance(given[0], dict)
                and set(given[0]) == {"to", "data"}
                and self._is_ours([given[0]["to"], given[0]["data"], given[1]])
            ),
            "eth_getLogs": lambda given: len(given) == 1 and self._may_list(given[0]),
        }
        if not isinstance(method, str) or method not in checks:
            raise Refusal(UNKNOWN_METHOD, f"Here one may ask {', '.join(checks)}.")
        if not isinstance(parameters, list) or not checks[method](parameters):
            raise Refusal(BAD_PARAMETERS, f"{method} is not passed on with these parameters.")

    def _is_ours(self, given: list[Any]) -> bool:
        """Return whether the first is the address of a contract of the library, and the rest is text."""
        return _is_texts(given) and given[0].lower().removeprefix("0x") in self._contracts

    def _may_list(self, query: Any) -> bool:
        """Return whether a query is for logs of our contracts: of one subject, or of few blocks."""
        if (
            not isinstance(query, dict)
            or set(query) - {"topics", *_RANGE}
            or set(_RANGE) - set(query)
        ):
            return False
        addresses = query["address"] if isinstance(query["address"], list) else [query["address"]]
        if not addresses or not all(self._is_ours([item]) for item in addresses):
            return False
        try:
            first, last = int(query["fromBlock"], 16), int(query["toBlock"], 16)
        except (TypeError, ValueError):
            return False
        topics = query.get("topics", [])
        is_of_one = isinstance(topics, list) and len(topics) >= 2 and _is_texts(topics)
        return first <= last and (is_of_one or (topics == [] and last - first < MOST_BLOCKS))


def too_many() -> dict[str, Any]:
    """Return the answer to a body that is not passed on now."""
    return _error(None, LIMIT_EXCEEDED, "Too many calls; try again in a moment.")


_RANGE = ("address", "fromBlock", "toBlock")


def _is_texts(given: list[Any]) -> bool:
    return bool(given) and all(isinstance(item, str) for item in given)


def _error(named: int | str | None, code: int, message: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": named, "error": {"code": code, "message": message}}
