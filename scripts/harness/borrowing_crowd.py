"""A crowd of readers who ask for one book of few seats at once, over API processes that may be killed."""

from __future__ import annotations

import itertools
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from ledger_service.domain.chain.history import ChainEvent
from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until

PATIENCE_SECONDS = 240
POLL_SECONDS = 0.2
SHORTEST_LOAN_SECONDS = 86_400


def book_of_seats(library: RunningLibrary, seats: int) -> str:
    """Return the digest of a new book of so many seats, which readers take themselves."""
    license_name = f"crowd-{uuid.uuid4().hex[:8]}"
    loan = SHORTEST_LOAN_SECONDS + secrets.randbelow(10**6)  # terms stand for one name
    library.license(license_name, seats=seats, self_service=True, longest_loan_seconds=loan)
    digest: str = library.register(license=license_name)["digest"]
    return digest


class Borrower:
    """A new reader's program, which asks again under the same key until it is answered."""

    def __init__(self, library: RunningLibrary, urls: Sequence[str]) -> None:
        enrolled = library.registrar.post("/readers").raise_for_status().json()
        self.reader: str = enrolled["reader"]
        self._urls = itertools.cycle(urls)
        self._headers = {"Authorization": f"Bearer {enrolled['token']}"}

    def ask(self, digest: str) -> dict[str, Any]:
        """Return the answer to a request for the book."""
        return self._send("POST", "/requests", {"digest": digest})

    def borrow(self, digest: str) -> dict[str, Any]:
        """Return the request, after the book was had and given back; wait in line for it."""
        request = self.ask(digest)
        path = f"/requests/{request['request']}"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while request["state"] != "granted":
            assert time.monotonic() < deadline, request
            time.sleep(POLL_SECONDS)
            request = self._send("GET", path)
            if request["state"] == "ready":
                request = self._send("POST", f"{path}/pick-up")
        self._wait_for_grant(path, "issued", deadline)
        grant = self._send("GET", path)["grant"]
        self._send("POST", f"/grants/{grant}/return")
        return {**request, "grant": grant}

    def _wait_for_grant(self, path: str, state: str, deadline: float) -> None:
        found: dict[str, Any] = {}
        while found.get("state") != state:
            assert time.monotonic() < deadline, found
            time.sleep(POLL_SECONDS)
            grant = self._send("GET", path)["grant"]
            found = self._send("GET", f"/grants/{grant}") if grant else {}

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the answer of whichever API answers, to a request that is done once."""
        headers = dict(self._headers)
        if method == "POST":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        deadline = time.monotonic() + PATIENCE_SECONDS
        for url in self._urls:
            assert time.monotonic() < deadline, f"{method} {path} is not answered"
            try:
                answer = httpx.request(
                    method, f"{url}/api/v1{path}", json=body, headers=headers, timeout=30
                )
            except httpx.HTTPError:  # it was killed just now
                time.sleep(POLL_SECONDS)
                continue
            if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                time.sleep(POLL_SECONDS)
                continue
            assert answer.is_success, answer.text
            found: dict[str, Any] = answer.json()
            return found
        raise AssertionError("there is no API")


def all_at_once(borrowers: Sequence[Borrower], do: Callable[[Borrower], Any]) -> list[Any]:
    """Return what `do` returned for each, when all began at the same moment."""
    barrier = threading.Barrier(len(borrowers))

    def begin(borrower: Borrower) -> Any:
        barrier.wait()
        return do(borrower)

    with ThreadPoolExecutor(len(borrowers)) as pool:
        return list(pool.map(begin, borrowers))


def most_live(events: Iterable[ChainEvent], digest: str) -> int:
    """Return how many grants of the book were live on the chain at most, at any time."""
    live, most = set[str](), 0
    for event in sorted(events, key=lambda event: event.position):
        if event.name == "GrantIssued" and event.text("digest") == digest:
            live.add(event.subject)
        elif event.name in ("GrantReturned", "GrantRevoked"):
            live.discard(event.subject)
        most = max(most, len(live))
    return most


def requests_of(library: RunningLibrary, digest: str) -> list[dict[str, Any]]:
    """Return all requests for a book in their order, as a registrar sees them."""
    found, cursor = [], ""
    while cursor is not None:
        wanted = {"digest": digest, "limit": "100", "cursor": cursor}
        page = library.registrar.get("/requests", params=wanted).raise_for_status().json()
        found += page["items"]
        cursor = page["next"]
    return found


def settled(library: RunningLibrary, digest: str, count: int) -> list[ChainEvent]:
    """Return the issues of the book's grants once there are so many on chain."""

    def found() -> list[ChainEvent] | None:
        issued = [
            event for event in library.chain_events("GrantIssued") if event.text("digest") == digest
        ]
        return issued if len(issued) >= count else None

    issued: list[ChainEvent] = wait_until(found, "the grants do not come to the chain")
    return issued
