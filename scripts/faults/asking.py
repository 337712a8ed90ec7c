"""A client that asks as HTTP says: after 503 it waits as it is told, and a broken connection is made anew."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

from scripts.faults.tally import Tally

PATIENCE_SECONDS = 60
TIMEOUT_SECONDS = 20  # for one try
RECONNECT_SECONDS = 0.5
FULL_SECONDS = 5  # until a full disk is tried again; 507 names no time

Wrong = Callable[[httpx.Response], str]
"""Returns what is wrong with an answer; nothing if it is right."""


class Patient:
    """Asks until it is answered, or its patience is over.

    Args:
        reads, writes: where GET and POST are counted.
    """

    def __init__(self, client: httpx.Client, reads: Tally, writes: Tally) -> None:
        self._client = client
        self._client.timeout = httpx.Timeout(TIMEOUT_SECONDS)
        self._tallies = {"GET": reads, "POST": writes}

    def get(self, path: str, wrong: Wrong) -> httpx.Response | None:
        """Return the right answer; None if there was none, which is counted."""
        return self._ask("GET", path, wrong)

    def post(self, path: str, wrong: Wrong, **request: Any) -> httpx.Response | None:
        """Return the right answer; None if there was none, which is counted."""
        return self._ask("POST", path, wrong, **request)

    def _ask(self, method: str, path: str, wrong: Wrong, **request: Any) -> httpx.Response | None:
        tally, begun, tries = self._tallies[method], time.monotonic(), 0
        while True:
            tries += 1
            try:
                answer = self._client.request(method, path, **request)
            except httpx.TransportError as exc:
                why, wait = type(exc).__name__, RECONNECT_SECONDS
            else:
                why, wait = _told_to_wait(answer)
                if not why:
                    found = wrong(answer)
                    told = f"{method} {path}: {answer.status_code} {found}" if found else ""
                    tally.end(time.monotonic() - begun, tries, told)
                    return None if found else answer
            waited = time.monotonic() - begun
            if waited + wait > PATIENCE_SECONDS:
                tally.end(waited, tries, f"{method} {path}: {why} for {waited:.0f} s")
                return None
            tally.wait(why)
            threading.Event().wait(wait)


def _told_to_wait(answer: httpx.Response) -> tuple[str, float]:
    """Return why an honest answer says that it can not be done now, and for how many seconds to wait."""
    if answer.status_code == 503 and "Retry-After" in answer.headers:
        return _slug(answer), int(answer.headers["Retry-After"])
    if answer.status_code == 507:
        return _slug(answer), FULL_SECONDS
    return "", 0


def _slug(answer: httpx.Response) -> str:
    is_problem = answer.headers.get("Content-Type", "").startswith("application/problem+json")
    return answer.json()["type"].rsplit("/", 1)[1] if is_problem else str(answer.status_code)
