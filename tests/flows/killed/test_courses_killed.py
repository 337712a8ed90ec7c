"""`muhr serve` is killed while a course is granted and claimed: each member has one grant, and only one."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from ledger_service.adapters.sql.store import open_store, sqlite_url
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.ports.lending import ALL_GRANTS
from ledger_service.ports.paging import PageRequest
from ledger_service.services.people.grant_access import issue_token
from ledger_service.setup import clock
from scripts.harness.served_library import ServedLibrary
from scripts.harness.waiting import wait_until

pytestmark = pytest.mark.slow

KILLS, MEMBERS, DAY = 5, 12, 86_400
SECONDS_BETWEEN_KILLS = (0.2, 2.5)
PATIENCE_SECONDS = 180
OPERATOR = Caller.operator(StewardId.of_uri("https://library.test/"))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[ServedLibrary]:
    with ServedLibrary(
        tmp_path, "courses.test/muhr", settings={"MUHR_ANCHOR_SECONDS": "0"}
    ) as made:
        yield made


def ask(client: httpx.Client, method: str, path: str, **more: Any) -> httpx.Response:
    """Return the answer once the service is there to give one."""

    def answer() -> httpx.Response | None:
        try:
            found = client.request(method, path, **more)
        except httpx.HTTPError:  # it was killed just now
            return None
        return None if found.status_code == httpx.codes.SERVICE_UNAVAILABLE else found

    found: httpx.Response = wait_until(answer, f"{path} is not answered", PATIENCE_SECONDS)
    return found


def kill_and_serve(library: ServedLibrary) -> None:
    """Kill the service again and again, and start it anew."""
    draw = random.Random(19)
    for _ in range(KILLS):
        time.sleep(draw.uniform(*SECONDS_BETWEEN_KILLS))
        library.kill()
        library.serve()


def students(library: ServedLibrary) -> list[httpx.Client]:
    """Return a client of each reader whom the class list brought."""
    with closing(open_store(sqlite_url(library.home / "muhr.db"))) as store:
        with store.read() as transaction:
            names = [name for name, _ in transaction.access.readers("", 100)]
        tokens = [issue_token(store, clock, OPERATOR, Role.READER, name, DAY) for name in names]
    headers = [{"Authorization": f"Bearer {token}"} for token in tokens]
    base = library.url + "/api/v1"
    return [
        httpx.Client(base_url=base, headers=one, timeout=30, trust_env=False) for one in headers
    ]


def borrow(student: httpx.Client, book: str) -> str:
    """Return the grant by which a member opens the book, after asking until it is claimed."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (answer := ask(student, "POST", "/openings", json={"digest": book})).status_code != 201:
        assert answer.status_code == 202, answer.text
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.2)
    grant: str = answer.json()["grant"]
    return grant


def test_a_service_killed_amid_a_course_grants_each_member_once(library: ServedLibrary) -> None:
    library.license("course", seats=MEMBERS, longest_loan_seconds=7 * DAY)
    book = library.register(license="course")["digest"]
    cards = "".join(f"k{number}\n" for number in range(MEMBERS))
    asked = {"digest": book, "course": "Fizika", "until": int(time.time()) + 30 * DAY}
    headers = {"Content-Type": "text/csv"}
    sent = library.registrar.post(
        "/cohorts", params=asked, content=f"card\n{cards}", headers=headers
    )
    path = f"/cohorts/{sent.raise_for_status().json()['cohort']}"
    with ExitStack() as stack:
        killer, pool = (stack.enter_context(ThreadPoolExecutor(count)) for count in (1, MEMBERS))
        killed = killer.submit(kill_and_serve, library)
        granted = ask(library.registrar, "POST", f"{path}/grant")
        assert granted.status_code in (202, 409), (
            granted.text
        )  # 409: the answer to the first was lost
        shown: dict[str, Any] = {}
        while shown.get("state") != "open":
            time.sleep(0.2)
            shown = ask(library.registrar, "GET", path).json()
        members = [stack.enter_context(student) for student in students(library)]
        grants = list(pool.map(lambda student: borrow(student, book), members))
        while not killed.done():
            again = list(pool.map(lambda student: borrow(student, book), members))
            assert again == grants
        killed.result()
    library.at_rest()
    assert len(set(grants)) == MEMBERS
    shown = library.registrar.get(path).json()
    assert (shown["claimed"], shown["unclaimed"]) == (MEMBERS, 0)
    with (
        closing(open_store(sqlite_url(library.home / "muhr.db"))) as store,
        store.read() as transaction,
    ):
        kept = transaction.grants.page(ALL_GRANTS, PageRequest("", 100), clock()).items
    assert sorted(grant.id.hex() for grant in kept) == sorted(grants)
    library.muhr("audit")  # which fails unless it finds nothing
