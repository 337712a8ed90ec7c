"""Asks servers of others with patience: busy ones again, and those that moved where they are now."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import quote, urlencode, urlsplit

from ledger_service.adapters.http_client import Answer, HttpClient
from ledger_service.adapters.imports.sources.fetching.hosts import (
    Hosts,
    host_of,
    joined,
)
from ledger_service.adapters.publication.no_answer import NoAnswer
from ledger_service.domain.errors import ServiceUnavailable
from ledger_service.domain.publication.public_address import without_password

MOST_WAITS, LONGEST_WAIT_SECONDS, WAIT_SECONDS = 5, 60, 5
MOST_REDIRECTS = 5
MOST_DIGITS = 10  # of Retry-After that are read: more are no shorter wait
LATER, ELSEWHERE = frozenset({429, 503}), frozenset({301, 302, 303, 307, 308})

Taken = TypeVar("Taken")


class Asker:
    """Asks those hosts that it may. It keeps one connection, to the host that was asked last."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._origin = ""
        self._client: HttpClient | None = None

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client, self._origin = None, ""

    def get(
        self,
        url: str,
        take: Callable[[str, Answer], Taken],
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Taken:
        """Return what `take` makes of the answer and of the URL that it comes from.

        take: may be called twice, if an answer breaks off. query: beside the URL, which has none then; a
        redirect without a query keeps it.

        Raises:
            ServiceUnavailable: there is no answer. InvalidManifest: nobody allowed a host.
        """
        waits = redirects = lost = 0
        while True:
            try:
                client, target = self._connected(url), _target(url, query)
                with client.request("GET", target, headers=headers) as answer:
                    status, told = answer.status, answer.headers
                    if status not in LATER | ELSEWHERE:
                        return take(url, answer)
            except NoAnswer as exc:
                lost += 1
                if lost > 1:
                    raise ServiceUnavailable(
                        "address", url=without_password(url), cause=str(exc)
                    ) from exc
                continue
            if status in LATER and waits < MOST_WAITS:
                waits += 1
                time.sleep(_seconds(told.get("Retry-After", "")))
            elif status in ELSEWHERE and redirects < MOST_REDIRECTS:
                redirects += 1
                url, query = _moved(url, told.get("Location", ""), query)
            else:
                raise ServiceUnavailable("not-now", url=without_password(url))

    def _connected(self, url: str) -> HttpClient:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if self._client is None or origin != self._origin:
            self.close()
            self._client, self._origin = self._hosts.client(url), origin
        return self._client


def _target(url: str, query: Mapping[str, str] | None) -> str:
    parts = urlsplit(url)
    text = urlencode(query, quote_via=quote) if query else parts.query
    return (parts.path or "/") + (f"?{text}" if text else "")


def _moved(
    url: str, location: str, query: Mapping[str, str] | None
) -> tuple[str, Mapping[str, str] | None]:
    """Return where an answer sends us, and with what query."""
    found = joined(url, location)
    if not location or not host_of(found):
        raise ServiceUnavailable("not-now", url=without_password(url))
    return found, None if urlsplit(found).query else query


def _seconds(after: str) -> float:
    """Return how long to wait, as Retry-After says in seconds or as a date (OAI-PMH §3.1.2.2)."""
    if after.isdecimal():
        return min(int(after[:MOST_DIGITS]), LONGEST_WAIT_SECONDS)
    try:
        left = (parsedate_to_datetime(after) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return WAIT_SECONDS
    return min(max(left, 0), LONGEST_WAIT_SECONDS)
