"""A course of 5,000 from its list to claimable, beside granting readers one by one; and claims."""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import httpx

from ledger_service.domain.people.local_account import card_identity
from ledger_service.services.people.identities import find_identity
from scripts.bench.measure_memory import MIB, peak_of, reset_peak
from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import Figures
from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until

MEMBERS = 5_000
SINGLY = 50
AT_ONCE = 20
ROUNDS = 3
DAY = 86_400
_courses = count(1)


def run() -> Section:
    """Return how long a course takes, and how much memory, beside grants one by one."""
    section = Section("cohorts", "A course of 5,000")
    section.lines.append(
        f"A class list of {MEMBERS:,} card numbers that the library does not know, sent, read and granted "
        "over HTTP until the embedded chain has its one transaction and members can claim. Beside it "
        f"stand {SINGLY} grants to readers who are known, asked for one after the other, until the chain has "
        f"them all. Then {AT_ONCE} members open the book at once, each for the first time and once a second, "
        "until each has their opening. Library, worker and client share one process."
    )
    with tempfile.TemporaryDirectory(prefix="muhr-cohorts-") as name:
        library = RunningLibrary(Path(name, "home")).start()
        try:
            _measure(section, library)
        finally:
            library.stop()
    return section


def _measure(section: Section, library: RunningLibrary) -> None:
    library.license("course", longest_loan_seconds=30 * DAY)
    digest = library.register(license="course")["digest"]
    _course(library, digest, 10)  # what is loaded once is loaded
    rounds: list[tuple[float, float, float]] = []
    singly: list[float] = []
    claims: list[float] = []
    growth = 0.0
    for _ in range(ROUNDS):
        before = reset_peak(os.getpid())
        number, *seconds = _course(library, digest, MEMBERS)
        growth = max(growth, (peak_of(os.getpid()) - before) / MIB)
        rounds.append((seconds[0], seconds[1], seconds[2]))
        singly.append(_singly(library))
        claims.append(_claims(library, digest, int(number)))
    whole = Figures([MEMBERS / sum(seconds) for seconds in rounds])
    alone = Figures([SINGLY / seconds for seconds in singly])
    section.ratios += [
        Ratio("members a second, a course / one by one", whole.median / alone.median, 20),
        Ratio("growth of the peak memory by a course, MiB", growth, 64, at_least=False),
    ]
    for what, place in (("to read the list", 0), ("to grant it", 1), ("until it is claimable", 2)):
        section.figure(what, Figures([seconds[place] for seconds in rounds]), "s")
    section.figure("in a course", whole, "members/s")
    section.figure("one by one", alone, "grants/s")
    section.figure(f"{AT_ONCE} first openings at once, all through", Figures(claims), "s")


def _course(library: RunningLibrary, digest: str, members: int) -> tuple[float, ...]:
    """Return the number of a course, and the seconds to read its list, to grant it, and until it is open."""
    number = next(_courses)
    rows = "".join(f"Name {place};{_card(number, place)};3\n" for place in range(members))
    asked = {
        "digest": digest,
        "course": f"Course {number}",
        "until": int(time.time()) + 20 * DAY,
    }
    begun = time.perf_counter()
    seen = library.registrar.post(
        "/cohorts",
        params=asked,
        content=f"Name;Card number;Group\n{rows}".encode(),
        headers={"Content-Type": "text/csv"},
    ).raise_for_status()
    assert seen.json()["new"] == members
    read = time.perf_counter()
    name = seen.json()["cohort"]
    library.registrar.post(f"/cohorts/{name}/grant").raise_for_status()
    granted = time.perf_counter()
    wait_until(lambda: _is_open(library, name), "the course is not granted")
    ended = time.perf_counter()
    return number, read - begun, granted - read, ended - granted


def _is_open(library: RunningLibrary, name: str) -> bool:
    found = library.registrar.get(f"/cohorts/{name}").raise_for_status().json()
    return bool(found["state"] == "open")


def _singly(library: RunningLibrary) -> float:
    """Return how long so many grants take, each of a resource of its own reader, until all are issued."""
    digest = library.register(license="course")["digest"]
    readers = [
        library.registrar.post("/readers").raise_for_status().json()["reader"]
        for _ in range(SINGLY)
    ]
    begun = time.perf_counter()
    until = int(time.time()) + DAY
    grants = [
        library.registrar.post("/grants", json={"digest": digest, "reader": reader, "until": until})
        .raise_for_status()
        .json()["grant"]
        for reader in readers
    ]
    for grant in grants:
        library.granted(grant, "issued")
    return time.perf_counter() - begun


def _claims(library: RunningLibrary, digest: str, number: int) -> float:
    """Return how long it takes until members who open at once have all opened."""
    clients = [_member(library, _card(number, place)) for place in range(AT_ONCE)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda client: _open(client, digest), clients))
    return time.perf_counter() - begun


def _member(library: RunningLibrary, card: str) -> httpx.Client:
    found = find_identity(library.opened.library, card_identity(card))
    assert found is not None
    return library.client("reader", found.name)


def _open(client: httpx.Client, digest: str) -> None:
    while client.post("/openings", json={"digest": digest}).raise_for_status().status_code != 201:
        time.sleep(1)  # as `muhr open` does


def _card(number: int, place: int) -> str:
    return f"{number:04}{place:06}"
