"""Five thousand people check in within a minute, over HTTP, and are counted by one root; none is lost."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import httpx

from ledger_service import config as configuration
from ledger_service.domain.people.caller import Role as TokenRole
from ledger_service.ports.people import Token
from ledger_service.services.content.seal_small import new_small_key, open_small_key
from ledger_service.services.people.grant_access import TOKEN_PREFIX, secret_digest
from ledger_service.setup import clock, open_library
from reading_room.events.rules.event import Event, EventKind, EventState, Told, key_bound_to
from reading_room.events.rules.place import Place, PlaceState, Role
from reading_room.events.sql import SqlEvents
from reading_room.events.verbs.places import NAME
from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import Figures
from scripts.harness.served_library import ServedLibrary

PEOPLE, PACED_SECONDS, CONNECTIONS = 5000, 60, 32
EVENT = "a1" * 8
HOUR = 3600
CODE_SECONDS = 10  # after which the code is asked for anew; it is valid for two steps of 30
MOST_SECONDS = 60


class Outcome(NamedTuple):
    """seconds: from the first to the last answer; times: of each check-in, in milliseconds."""

    accepted: int
    seconds: float
    times: list[float]


def run() -> Section:
    """Return how long 5,000 check-ins take, paced over a minute and as fast as they go."""
    section = Section("attendance", "Attendance")
    section.lines.append(
        f"`muhr serve` with an event and {PEOPLE:,} people who have a place there. Each checks in once, with "
        f"a token of their own, by `POST /events/…/check-ins` over {CONNECTIONS} connections: first paced "
        f"evenly over {PACED_SECONDS} s, then, with the next code, as fast as one client sends. Each answer "
        "comes after a commit with the disk's word, of which many share one. Then the desk closes, and all "
        "are counted by one root in one entry. Client and service share the machine."
    )
    with tempfile.TemporaryDirectory() as folder:
        tokens: list[str] = []
        with ServedLibrary(
            Path(folder), "library.test/attendance", lambda served: tokens.extend(_fill(served))
        ) as served:
            registrar = served.client("registrar")
            registrar.post(f"/events/{EVENT}/attendance/opening", json={}).raise_for_status()
            paced = asyncio.run(_check_in(served, tokens, PACED_SECONDS))
            _next_code(registrar)
            burst = asyncio.run(_check_in(served, tokens, 0))
            begun = time.perf_counter()
            closed = registrar.post(f"/events/{EVENT}/attendance/closing").raise_for_status().json()
            closing = time.perf_counter() - begun
    counted = closed["attendance"]["size"]
    section.ratios += [
        Ratio("check-ins accepted, paced over a minute", paced.accepted, PEOPLE),
        Ratio("check-ins accepted, as fast as they go", burst.accepted, PEOPLE),
        Ratio("counted by the one root", counted, PEOPLE),
        Ratio("seconds for all, as fast as they go", burst.seconds, MOST_SECONDS, False),
    ]
    for name, found in (("paced", paced), ("as fast as they go", burst)):
        ranked = sorted(found.times)
        for part in (0.5, 0.99):
            value = ranked[int(part * (len(ranked) - 1))]
            section.figure(f"a check-in, {name}, p{part * 100:.0f}", Figures([value]), "ms")
    rate = Figures([burst.accepted / burst.seconds])
    section.figure("check-ins, as fast as they go", rate, "a second")
    section.figure(f"closing and attesting {PEOPLE:,}", Figures([closing]), "s")
    return section


def _fill(served: ServedLibrary) -> list[str]:
    """Put the event and the people into a library that is not served yet; return their tokens."""
    config = configuration.load({"MUHR_HOME": str(served.home)})
    opened = open_library(config, "http://127.0.0.1:1")
    now, library = clock(), opened.library
    bound_to = key_bound_to(library.key.name, EVENT)
    wrapped = new_small_key(library.keeper, bound_to)
    key = open_small_key(library.keeper, wrapped, bound_to)
    told = Told("A day of open doors", "All come.", "en")
    states = EventKind.CONFERENCE, EventState.ANNOUNCED
    event = Event(EVENT, *states, told, now, now + 2 * HOUR, 0, now, now, wrapped)
    tokens = [TOKEN_PREFIX + secrets.token_urlsafe(32) for _ in range(PEOPLE)]
    readers = [(secrets.token_hex(16), secrets.token_bytes(32)) for _ in range(PEOPLE)]
    with opened.store.write() as transaction:
        transaction.access.add_readers(readers)
        room = transaction.room(SqlEvents)
        room.add_event(event)
        for number, (secret, (reader, _)) in enumerate(zip(tokens, readers, strict=True)):
            token = Token(TokenRole.READER, reader, now + 24 * HOUR, made_at=now)
            transaction.access.add_token(secret_digest(secret), token)
            sealed = key.seal(f"Guest {number}".encode(), NAME)
            place = secrets.token_hex(16), EVENT, Role.PARTICIPANT, PlaceState.TAKEN, 0, now, now
            room.add_place(Place(*place, reader, sealed))
    opened.store.close()
    return tokens


async def _check_in(served: ServedLibrary, tokens: Sequence[str], seconds: float) -> Outcome:
    """Let everybody check in, evenly over so many seconds; 0: as fast as the connections answer."""
    registrar, code = served.client("registrar"), [""]
    waiting = asyncio.Queue[tuple[float, str]]()
    times: list[float] = []
    begun = time.perf_counter()
    for number, token in enumerate(tokens):
        waiting.put_nowait((begun + number * seconds / len(tokens), token))

    async def keep_code() -> None:
        while True:
            answer = await asyncio.to_thread(registrar.get, f"/events/{EVENT}/attendance/code")
            code[0] = answer.json()["code"]
            await asyncio.sleep(CODE_SECONDS)

    async def work(client: httpx.AsyncClient) -> None:
        while not waiting.empty():
            at, token = waiting.get_nowait()
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            asked = time.perf_counter()
            headers = {"Authorization": f"Bearer {token}"}
            path = f"/events/{EVENT}/check-ins"
            answer = await client.post(path, json={"code": code[0]}, headers=headers)
            if answer.status_code == 200:
                times.append(1000 * (time.perf_counter() - asked))

    keeping = asyncio.create_task(keep_code())
    while not code[0]:
        await asyncio.sleep(0.05)
    begun = time.perf_counter()
    async with httpx.AsyncClient(
        base_url=served.url + "/api/v1", trust_env=False, timeout=60
    ) as client:
        await asyncio.gather(*(work(client) for _ in range(CONNECTIONS)))
    keeping.cancel()
    return Outcome(len(times), time.perf_counter() - begun, times)


def _next_code(registrar: httpx.Client) -> None:
    """Wait until nobody has checked in by the code of now, nor by the one before."""
    left = registrar.get(f"/events/{EVENT}/attendance/code").json()["left"]
    time.sleep(left + 1)
