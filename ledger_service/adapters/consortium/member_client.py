"""Asks the services of other members: strangers, of whom each answer is bounded in bytes and in time."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ledger_service.adapters.http_client import Answer, HttpClient
from ledger_service.adapters.publication.guarded import Guard
from ledger_service.adapters.publication.no_answer import NoAnswer
from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson, ServiceUnavailable


class HttpMembers:
    """Implements ports.MemberClient. allowed: hosts that may be anywhere; see Guard."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._guard = Guard(allowed)

    def check(self, url: str) -> None:
        self._guard.check(url)

    def get_json(self, url: str, path: str, *, most_bytes: int, seconds: float) -> Any:
        with self._asked("GET", url, path, b"", {}, seconds) as answer:
            if answer.status != 200:
                raise ServiceUnavailable("member-status", url=url, status=answer.status)
            return _json(url, answer.read(most_bytes), most_bytes)

    def post_json(
        self, url: str, path: str, value: object, *, most_bytes: int, seconds: float
    ) -> Any:
        body = json.dumps(value, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        with self._asked("POST", url, path, body, headers, seconds) as answer:
            if not 200 <= answer.status < 300:
                raise ServiceUnavailable("member-status", url=url, status=answer.status)
            data = answer.read(most_bytes)
            return _json(url, data, most_bytes) if data else None

    @contextmanager
    def _asked(
        self,
        method: str,
        url: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        seconds: float,
    ) -> Iterator[Answer]:
        self.check(url)
        until = time.monotonic() + seconds
        if cause := self._guard.refusal(url, seconds):
            raise ServiceUnavailable("member", url=url, cause=cause)
        client = HttpClient(
            url,
            silent_seconds=seconds,
            check_address=self._guard.address_check(url),
            until=until,
        )
        try:
            with client.request(
                method, path, body=[body] if body else [], headers=headers
            ) as answer:
                yield answer
        except NoAnswer as exc:
            raise ServiceUnavailable("member", url=url, cause=exc.reason) from exc
        finally:
            client.close()


def _json(url: str, data: bytes, most_bytes: int) -> Any:
    try:
        return foreign_json.parse(data, most_bytes)
    except InvalidJson as exc:
        raise ServiceUnavailable("member-form", url=url) from exc
