"""What it costs to know who calls, by a token and by the cookie of a session, and to decide what they may."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from http.cookies import SimpleCookie
from pathlib import Path

import httpx

from ledger_service.adapters.sql.store import open_store, sqlite_url
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.people.permission import Permission, Thing, decide
from ledger_service.services.people.grant_access import authenticate
from ledger_service.setup import clock
from scripts.bench.page import Ratio, Section
from scripts.bench.rounds import Figures, Side, interleave
from scripts.bench.wrk import load
from scripts.harness.served_library import ServedLibrary

COOKIE = "__Host-muhr"
NEEDS_ROLE, PUBLIC = "/api/v1/imports?limit=1", "/api/v1/licenses?limit=1"
CONNECTIONS, SECONDS, ROUNDS = 8, 3, 5
CHECKS = 2000
LEAST_RATE, MOST_DECISION = 0.85, 2.0


def run() -> Section:
    """Return rates of reads by token, by cookie and by nobody, and the times of checks and decisions."""
    section = Section("people", "Who calls")
    section.lines.append(
        f"`muhr serve`; wrk with {CONNECTIONS} connections asks a list that needs a role, by a token as "
        "every version could, and by the cookie of a session; and a list that everybody may read, with "
        f"and without that cookie. Then {CHECKS} times in one process: who holds a token, as `authenticate` "
        "finds out, and the same with the decision about a thing. A figure is that of a round."
    )
    with tempfile.TemporaryDirectory() as folder:
        with ServedLibrary(Path(folder), "library.test/people") as served:
            token = served.kept_token("registrar")
            cookie = _signed_in(served.url, token)
            found = interleave(
                {
                    "token": _rate(served.url, NEEDS_ROLE, token=token),
                    "cookie": _rate(served.url, NEEDS_ROLE, cookie=cookie),
                    "nobody": _rate(served.url, PUBLIC),
                    "known": _rate(served.url, PUBLIC, cookie=cookie),
                },
                ROUNDS,
            )
            checks = _checks(served.home / "muhr.db", token)
    rate = found["cookie"].median / found["token"].median
    known = found["known"].median / found["nobody"].median
    decided = checks["decided"].median / checks["checked"].median
    section.ratios += [
        Ratio("read by cookie / read by token, requests a second", rate, LEAST_RATE),
        Ratio("public read with a session / without, requests a second", known, LEAST_RATE),
        Ratio("token check and decision / token check, p50", decided, MOST_DECISION, False),
    ]
    names = {
        "token": "list by token",
        "cookie": "list by cookie",
        "nobody": "public list, nobody signed in",
        "known": "public list, signed in",
    }
    for side, name in names.items():
        section.figure(name, found[side], "requests/s")
    section.figure("token check", checks["checked"], "µs")
    section.figure("token check and decision", checks["decided"], "µs")
    return section


def _signed_in(url: str, token: str) -> str:
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = httpx.post(
        f"{url}/sign-in/token", data={"token": token}, headers=headers, trust_env=False
    )
    return SimpleCookie(answer.headers["set-cookie"])[COOKIE].value


def _rate(url: str, path: str, *, token: str | None = None, cookie: str | None = None) -> Side:
    def ask() -> float:
        seen = load(
            url,
            [path],
            connections=CONNECTIONS,
            seconds=SECONDS,
            token=token,
            cookie=None if cookie is None else f"{COOKIE}={cookie}",
        )
        assert seen.failed == 0
        return seen.rate

    return ask


def _checks(database: Path, token: str) -> dict[str, Figures]:
    steward, thing = StewardId(bytes(32)), Thing.of_reader("0" * 32)
    store = open_store(sqlite_url(database))

    def check() -> None:
        authenticate(store, clock, steward, token)

    def check_and_decide() -> None:
        caller = authenticate(store, clock, steward, token)
        decide(caller, Permission.GRANT_READ, thing)

    try:
        return dict(
            interleave({"checked": _median(check), "decided": _median(check_and_decide)}, ROUNDS)
        )
    finally:
        store.close()


def _median(do: Callable[[], None]) -> Side:
    def measure() -> float:
        times = []
        for _ in range(CHECKS):
            begun = time.perf_counter()
            do()
            times.append(time.perf_counter() - begun)
        return 1e6 * statistics.median(times)

    return measure
