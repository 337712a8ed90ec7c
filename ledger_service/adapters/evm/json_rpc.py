"""JSON-RPC to an EVM node: without web3, which takes longer to load than to ask.

A node is a stranger: what it answers is bounded in size, depth and time.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from typing import Any

from ledger_service.adapters.http_client import SILENT_SECONDS, HttpClient
from ledger_service.adapters.publication.no_answer import AnswerTooLong, NoAnswer
from ledger_service.domain import foreign_json
from ledger_service.domain.errors import ChainUnavailable, InvalidJson

LONGEST_MESSAGE = 200  # of a refusal, in characters
BATCHES = (100, 20, 1)  # calls of one request: the most, and what is tried where a node takes fewer
LARGEST_ANSWER_BYTES = 8 * 1024 * 1024  # parsed, it takes several times as much memory
ON_THIS_MACHINE = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:|/|$)")
"""Where to compress an answer takes longer than to send it."""
BUSY = (429, 502, 503, 504)  # what stands before a node says so in its stead


Call = tuple[str, Sequence[Any]]
"""A method and its parameters."""


class _NodeBusy(NoAnswer):
    """What stands before the node says that it cannot answer."""


class JsonRpc:
    """Calls one node over one connection that is kept. Serves one thread."""

    def __init__(self, url: str, silent_seconds: float = SILENT_SECONDS) -> None:
        headers = {"Content-Type": "application/json"}
        if ON_THIS_MACHINE.match(url):
            headers["Accept-Encoding"] = "identity"
        self._client = HttpClient(url, headers, silent_seconds=silent_seconds)
        self._ids = itertools.count(1)
        self._batches, self._takes_batches = list(BATCHES), False

    def close(self) -> None:
        self._client.close()

    def request(self, method: str, *parameters: Any) -> Any:
        """Return the result of a call; raise ChainUnavailable if there is none."""
        return self.requests([(method, parameters)])[0]

    def requests(self, calls: Sequence[Call]) -> list[Any]:
        """Return the results of calls in their order; raise ChainUnavailable if one has none."""
        try:
            answers = self.answers(calls)
        except NoAnswer as exc:
            raise ChainUnavailable("node-silent") from exc
        return [_result(call[0], found) for call, found in zip(calls, answers, strict=True)]

    def answers(self, calls: Sequence[Call]) -> list[dict[str, Any]]:
        """Return what the node answers each call with, asked in as few requests as it takes.

        Raises:
            NoAnswer, ChainUnavailable: as `answer`.
        """
        found: list[dict[str, Any]] = []
        while len(found) < len(calls):
            some = calls[len(found) : len(found) + self._batches[0]]
            if len(some) == 1:
                found.append(self._single(some[0]))
            elif (told := self._batch(some)) is not None:
                found += told
            else:
                del self._batches[0]
        return found

    def _single(self, call: Call) -> dict[str, Any]:
        try:
            return self.answer(call[0], *call[1])
        except NoAnswer:
            # That it took no batch may have been because it was away.
            self._batches = self._batches if self._takes_batches else list(BATCHES)
            raise

    def _batch(self, calls: Sequence[Call]) -> list[dict[str, Any]] | None:
        """Return the answers to a batch; None if the node does not take it."""
        batch = [_call(next(self._ids), method, parameters) for method, parameters in calls]
        try:
            told = self._asked(json.dumps(batch).encode())
        except (AnswerTooLong, ChainUnavailable):
            return None
        except NoAnswer:
            if self._takes_batches:
                raise
            return None
        if not isinstance(told, list) or not all(isinstance(answer, dict) for answer in told):
            return None
        by_id = {answer.get("id"): answer for answer in told if isinstance(answer.get("id"), int)}
        if not by_id.keys() >= {call["id"] for call in batch}:
            return None
        self._takes_batches = True
        return [by_id[call["id"]] for call in batch]

    def answer(self, method: str, *parameters: Any) -> dict[str, Any]:
        """Return what the node answers a call with, a result or an error.

        Raises:
            NoAnswer: it gives none, which says nothing about what it did.
            ChainUnavailable: what it answers is no JSON-RPC.
        """
        body = json.dumps(_call(next(self._ids), method, parameters)).encode()
        found = self._posted(body) if "send" in method else self._asked(body)
        if not isinstance(found, dict):
            raise ChainUnavailable("no-evm-node")
        return found

    def _asked(self, body: bytes) -> Any:
        """Return the answer to what only asks, which is asked again if the connection broke, wherever.

        A node closes an idle connection at any moment, also when half of an answer is out. A node that is
        silent, or says too much or that it is busy, is not asked again.
        """
        try:
            return self._posted(body)
        except (AnswerTooLong, _NodeBusy):
            raise
        except NoAnswer as exc:
            if isinstance(exc.__cause__, TimeoutError):
                raise
        return self._posted(body)

    def _posted(self, body: bytes) -> Any:
        length = {"Content-Length": str(len(body))}
        with self._client.request("POST", "", body=[body], headers=length) as answer:
            if answer.status in BUSY:
                raise _NodeBusy(f"the node answers with the status {answer.status}")
            try:
                return foreign_json.parse(answer.read(LARGEST_ANSWER_BYTES))
            except InvalidJson as exc:
                raise ChainUnavailable("no-evm-node") from exc


def message_of(error: Any) -> str:
    """Return what a node says in an answer's error, not too long."""
    message = error.get("message", error) if isinstance(error, dict) else error
    return str(message)[:LONGEST_MESSAGE]


def _call(number: int, method: str, parameters: Sequence[Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}


def _result(method: str, answer: dict[str, Any]) -> Any:
    error = answer.get("error")
    if error:
        raise ChainUnavailable("node-refuses", method=method, message=message_of(error))
    if "result" not in answer:
        raise ChainUnavailable("no-evm-node")
    return answer["result"]
