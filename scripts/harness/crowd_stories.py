"""What a crowd of readers does to a library, and what must hold of it: the same on each database."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from sqlalchemy import delete

from ledger_service.adapters.sql import schema
from scripts.harness.api_process import ApiProcess
from scripts.harness.borrowing_crowd import (
    Borrower,
    all_at_once,
    book_of_seats,
    most_live,
    requests_of,
    settled,
)
from scripts.harness.processes import environment_of
from scripts.harness.running_library import RunningLibrary

ASKERS, SEATS = 64, 3
BORROWERS, FEW_SEATS = 10, 2
SECONDS_BETWEEN_KILLS = (0.3, 2.0)


class WorkerProcess:
    """A library's worker as a process of its own, which may be killed."""

    def __init__(self, library: RunningLibrary) -> None:
        self._library = library
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ledger_service.worker", self._library.chain.url],
            env=environment_of(self._library.environment),
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """Kill it, and end its lease, which else runs out in half a minute."""
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        with self._library.opened.store.engine.begin() as connection:
            connection.execute(delete(schema.chain.lease))


def many_ask_at_once(library: RunningLibrary) -> None:
    """Let 64 readers ask for 3 seats at once over two API processes; check who has what, and who waits where.

    library: its server and worker run.
    """
    processes = [ApiProcess(library.environment, library.chain.url) for _ in range(2)]
    try:
        digest = book_of_seats(library, SEATS)
        urls = [process.url for process in processes]
        borrowers = [
            Borrower(library, urls[number % 2 :] + urls[: number % 2]) for number in range(ASKERS)
        ]
        answers = all_at_once(borrowers, lambda borrower: borrower.ask(digest))
        again = all_at_once(borrowers, lambda borrower: borrower.ask(digest))
    finally:
        for process in processes:
            process.kill()
    kept = requests_of(library, digest)
    assert len({request["reader"] for request in kept}) == len(kept) == ASKERS
    assert [answer["request"] for answer in again] == [answer["request"] for answer in answers]
    states = [answer["state"] for answer in answers]
    assert (states.count("granted"), states.count("waiting")) == (SEATS, ASKERS - SEATS)
    # What each was told when the request was accepted is the order of the line.
    told = {answer["request"]: answer["place"] for answer in answers}
    waiting = [request for request in kept if request["state"] == "waiting"]
    assert [told[request["request"]] for request in waiting] == list(range(1, ASKERS - SEATS + 1))
    assert [request["place"] for request in waiting] == list(range(1, ASKERS - SEATS + 1))
    assert len(settled(library, digest, SEATS)) == SEATS
    library.at_rest()
    assert most_live(library.chain_events(), digest) == SEATS
    assert library.audit().findings == []


def borrow_while_parts_are_killed(library: RunningLibrary, kills: int, seed: int) -> int:
    """Let readers ask, wait, pick up and return while APIs and worker are killed; return how often they were.

    library: its server runs, and no worker of it. Each reader has the book once, in the order of asking.
    """
    draw, over = random.Random(seed), threading.Event()
    apis = [ApiProcess(library.environment, library.chain.url) for _ in range(2)]
    worker = WorkerProcess(library)
    done = 0
    try:
        while done < kills:
            digest = book_of_seats(library, FEW_SEATS)
            borrowers = [Borrower(library, [api.url for api in apis]) for _ in range(BORROWERS)]
            over.clear()
            with ThreadPoolExecutor(1) as killer:
                parts: list[ApiProcess | WorkerProcess] = [*apis, worker]
                killed = killer.submit(_kill_until, over, parts, draw, kills - done)
                try:
                    had = all_at_once(borrowers, partial(Borrower.borrow, digest=digest))
                finally:
                    over.set()
                done += killed.result()
            _check_borrowed(library, digest, [request["grant"] for request in had])
    finally:
        for part in [*apis, worker]:
            with suppress(ProcessLookupError):
                part.kill()
    library.start_worker()
    assert library.audit().findings == []
    return done


def _kill_until(
    over: threading.Event,
    parts: list[ApiProcess | WorkerProcess],
    draw: random.Random,
    most: int,
) -> int:
    """Kill a part after the other, and start each again, until it is over; return how many were killed."""
    killed = 0
    while killed < most and not over.wait(draw.uniform(*SECONDS_BETWEEN_KILLS)):
        part = draw.choice(parts)
        part.kill()
        part.start()
        killed += 1
    return killed


def _check_borrowed(library: RunningLibrary, digest: str, grants: list[str]) -> None:
    kept = requests_of(library, digest)
    assert [request["state"] for request in kept] == ["granted"] * BORROWERS
    assert sorted(str(request["grant"]) for request in kept) == sorted(grants)
    issued = [event.subject for event in settled(library, digest, BORROWERS)]
    assert sorted(issued) == sorted(grants)
    order = [str(request["grant"]) for request in kept]
    # As many are ready at once as there are seats, and may pick up in either order.
    assert all(abs(order.index(grant) - at) < FEW_SEATS for at, grant in enumerate(issued))
    assert most_live(library.chain_events(), digest) <= FEW_SEATS
