"""The services of members in memory: each answers as its library's application does, or is away, or lies."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from fastapi import FastAPI

from ledger_service.app import make_app
from ledger_service.domain import foreign_json
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.errors import InvalidJson, ServiceUnavailable

if TYPE_CHECKING:
    from tests.simulators.bench import Bench


@dataclass
class MemberServices:
    """Implements ports.MemberClient.

    benches: by the address of the service. away: addresses that do not answer. lies: JSON values by address
    and path, told instead of what the library would say. asked: addresses with paths, in order.
    """

    charter: Charter
    benches: dict[str, Bench] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    lies: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    _apps: dict[str, FastAPI] = field(default_factory=dict)

    def check(self, url: str) -> None:
        """Let every address pass."""

    def get_json(self, url: str, path: str, *, most_bytes: int, seconds: float) -> Any:
        return self._answer("GET", url, path, None, most_bytes, seconds)

    def post_json(
        self, url: str, path: str, value: object, *, most_bytes: int, seconds: float
    ) -> Any:
        return self._answer("POST", url, path, value, most_bytes, seconds)

    def request(self, method: str, url: str, path: str, **options: Any) -> httpx.Response:
        """Return how the application of the library at this address answers."""

        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(self._app(url))
            async with httpx.AsyncClient(transport=transport, base_url=url) as client:
                return await client.request(method, path, **options)

        return asyncio.run(sent())

    def _answer(
        self, method: str, url: str, path: str, value: object, most_bytes: int, seconds: float
    ) -> Any:
        assert seconds > 0
        self.asked.append(url + path)
        if url in self.away or url not in self.benches:
            raise ServiceUnavailable("member", url=url, cause="timed out")
        if url + path in self.lies:
            return self.lies[url + path]
        options = {} if value is None else {"json": value}
        answer = self.request(method, url, path, **options)
        if not answer.is_success:
            raise ServiceUnavailable("member-status", url=url, status=answer.status_code)
        try:
            return foreign_json.parse(answer.content, most_bytes) if answer.content else None
        except InvalidJson as exc:
            raise ServiceUnavailable("member-form", url=url) from exc

    def _app(self, url: str) -> FastAPI:
        if url not in self._apps:
            library = self.benches[url].library
            deployment = self.charter.deployment(library.steward, library.key)
            self._apps[url] = make_app(library, deployment, url)
        return self._apps[url]
