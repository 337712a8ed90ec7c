"""The people of a library under a mixed load, each in a thread, and what they were promised.

Whoever reads knows the right answer beforehand, and says what is wrong with another one.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

import httpx

from scripts.faults.asking import Patient
from scripts.faults.kept_library import KeptLibrary
from scripts.faults.tally import Tally
from scripts.harness.acknowledged import Acknowledged
from scripts.harness.asked_library import some_bytes

LICENSE = "loans"
TERM_SECONDS = 12 * 3600  # between one hour, by which the clock moves, and the longest loan, a day
STANDING = 3  # books that were on chain, and lent, before the load began
LINES = 100  # of an import
BOOK_BYTES = 20_000

Act = Callable[[], None]


class People:
    """Visitors, readers, librarians, catalogers and a lender of one library.

    Attributes:
        taken: registrations and grants that were acknowledged.
        entries: entries that were acknowledged, by index: their kind and, if they tell it, their digest.
        imports: those that were acknowledged, with their digests.
        failures: tracebacks of people who could not go on, which is the program's fault.
    """

    def __init__(self, library: KeptLibrary, seed: int) -> None:
        self.reads, self.writes = Tally(), Tally()
        self.taken = Acknowledged()
        self.entries: dict[int, tuple[str, str | None]] = {}
        self.imports: dict[str, list[str]] = {}
        self.failures: list[str] = []
        self._library, self._seed = library, seed
        enrolled = library.registrar.post("/readers", json={}).raise_for_status().json()
        self.reader, self.reader_token = enrolled["reader"], enrolled["token"]
        self._serial = itertools.count()
        self._standing: dict[str, bytes] = {}
        self._size = 0  # the smallest that the ledger may be
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def prepare(self) -> None:
        """Register and lend the standing books, while there are no faults yet."""
        self._library.readers = [self.reader]
        self._library.license(LICENSE)
        for _ in range(STANDING):
            data = some_bytes(BOOK_BYTES)
            digest = self._library.register(data, license=LICENSE)["digest"]
            grant = self._library.grant(digest, until=int(time.time()) + TERM_SECONDS)
            self._standing[digest] = self.taken.books[digest] = data
            self.taken.grants[grant["grant"]] = False
        self._size = self._library.anchored()["ledger_size"]

    def __enter__(self) -> People:
        """Let everybody come."""
        acts: list[tuple[Act, float]] = [
            *[(self._visitor(), 0.05)] * 3,
            *[(self._opener(), 0.3)] * 2,
            *[(self._cataloger(), 0.1)] * 2,
            (self._librarian(), 0.7),
            (self._importer(), 4.0),
            (self._lender(), 1.0),
        ]
        for number, (act, pace) in enumerate(acts):
            draw = random.Random(f"{self._seed} {number}")
            thread = threading.Thread(target=self._live, args=(act, pace, draw), name=f"{number}")
            self._threads.append(thread)
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let everybody finish what they ask for, and go."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _live(self, act: Act, pace: float, draw: random.Random) -> None:
        """Act again and again, with pauses of so many seconds on the average."""
        while not self._stop.wait(2 * pace * draw.random()):
            try:
                act()
            except Exception:
                self.failures.append(traceback.format_exc())
                return

    def _asks(self, role: str | None = None) -> Patient:
        return Patient(self._library.client(role), self.reads, self.writes)

    def _remember(self, entry: int, kind: str, digest: str | None = None) -> None:
        self.entries[entry] = (kind, digest)
        self._size = max(self._size, entry + 1)

    # ---- who reads ----

    def _visitor(self) -> Act:
        client, books = self._asks(), itertools.cycle(self._standing)

        def act() -> None:
            digest, least = next(books), self._size
            client.get("/status", lambda answer: _grown(answer, least))
            client.get(f"/resources/{digest}/verdict", lambda answer: _verdict(answer, True))
            client.get(f"/resources/{digest}/proof", _status(200))
            unknown = hashlib.sha256(f"unknown {next(self._serial)}".encode()).hexdigest()
            client.get(f"/resources/{unknown}/verdict", lambda answer: _verdict(answer, False))
            newest = list(self.taken.books)[-1]
            client.get(f"/resources/{newest}", lambda answer: _shown(answer, newest))

        return act

    def _opener(self) -> Act:
        headers = {"Authorization": f"Bearer {self.reader_token}"}
        plain = httpx.Client(
            base_url=self._library.url + "/api/v1", headers=headers, trust_env=False
        )
        client, books = Patient(plain, self.reads, self.writes), itertools.cycle(self._standing)

        def act() -> None:
            digest, moves = next(books), self._library.clock_moves
            opening = client.post("/openings", _status(201), json={"digest": digest})
            if opening is None:
                return
            self._remember(opening.json()["entry"], "opened")
            data = self._standing[digest]
            content = "/openings/" + opening.json()["content"].split("/openings/")[1]

            def wrong(answer: httpx.Response) -> str:
                # By a clock that is an hour ahead, an opening of a minute ago has run out.
                has_run_out = answer.status_code == 404 and self._library.clock_moves > moves
                return "" if answer.content == data or has_run_out else "other bytes"

            client.get(content, wrong)

        return act

    # ---- who writes ----

    def _librarian(self) -> Act:
        client = self._asks("registrar")
        headers = {"Content-Type": "application/octet-stream"}

        def act() -> None:
            data = some_bytes(BOOK_BYTES)
            claim = {"title": "A book", "license": LICENSE}
            answer = client.post(
                "/resources", _status(202), params=claim, content=data, headers=headers
            )
            if answer is not None:
                self.taken.books[answer.json()["digest"]] = data

        return act

    def _cataloger(self) -> Act:
        client = self._asks("registrar")

        def act() -> None:
            digest = self._new_digest()
            claim = {"digest": digest, "cid": "f01551220" + digest, "size_bytes": 1}
            told = {"title": "A record", "license": "CC-BY-4.0", "media_type": "text/plain"}
            answer = client.post("/registrations", _status(202), json=claim | told)
            if answer is not None:
                self._remember(answer.json()["entry"], "accepted", digest)

        return act

    def _importer(self) -> Act:
        client = self._asks("registrar")
        headers = {"Content-Type": "application/jsonl"}

        def act() -> None:
            digests = [self._new_digest() for _ in range(LINES)]
            lines = [
                json.dumps({"digest": digest, "size_bytes": 7, "title": "A record"})
                for digest in digests
            ]
            answer = client.post(
                "/imports",
                _status(202),
                params={"license": "CC-BY-4.0"},
                content="\n".join(lines),
                headers=headers,
            )
            if answer is not None:
                self.imports[answer.json()["id"]] = digests

        return act

    def _lender(self) -> Act:
        client, seen = self._asks("registrar"), set(self._standing)
        turns = itertools.count()

        def act() -> None:
            book = next((book for book in list(self.taken.books) if book not in seen), None)
            shown = book and client.get(f"/resources/{book}", lambda found: _shown(found, book))
            if not shown or shown.json()[0]["state"] != "registered":
                return  # it can not be lent yet
            seen.add(book)
            until = int(time.time()) + TERM_SECONDS
            body = {"digest": book, "reader": self.reader, "until": until}
            answer = client.post("/grants", _status(200, 202), json=body)
            if answer is None:
                return
            grant = answer.json()["grant"]
            self.taken.grants[grant] = False
            # Sent again after its answer was lost, a revocation is a conflict: it was done.
            right = _status(200, 202, 409)
            if next(turns) % 2 and client.post(f"/grants/{grant}/revocation", right):
                self.taken.grants[grant] = True

        return act

    def _new_digest(self) -> str:
        return hashlib.sha256(f"{self._seed} record {next(self._serial)}".encode()).hexdigest()


# ---- what is right ----


def _status(*right: int) -> Callable[[httpx.Response], str]:
    return lambda answer: "" if answer.status_code in right else answer.text[:200]


def _grown(answer: httpx.Response, least: int) -> str:
    size = _json(answer).get("ledger_size", -1)
    return "" if size >= least else f"a ledger of {size} entries after one of {least}"


def _verdict(answer: httpx.Response, right: bool) -> str:
    found = _json(answer).get("authentic")
    return "" if found is right else f"authentic: {found} {answer.text[:200]}"


def _shown(answer: httpx.Response, digest: str) -> str:
    found = answer.json() if answer.status_code == 200 else []
    return "" if [item["digest"] for item in found] == [digest] else answer.text[:200]


def _json(answer: httpx.Response) -> Any:
    return answer.json() if answer.status_code == 200 else {}
