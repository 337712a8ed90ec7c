"""Routes by which a consortium's members tell who they are, over HTTP to a library on a bench."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from ledger_service.app import make_app
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.consortium.announce_self import announce_self
from tests.simulators.bench import Bench
from tests.simulators.chain import DEPLOYED_AT
from tests.simulators.consortium import CHARTER, Institution, make_member

A, B = Institution("a"), Institution("b")
MEMBERS = "/api/v1/consortium/members"

Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def bench(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("consortium")
    (folder / "muhr.db").write_bytes(empty_database.read_bytes())
    made = Bench(folder)
    announcer = make_member(made)
    A.join(made.chain)
    follow_chain(made.library, DEPLOYED_AT)
    announce_self(made.library, announcer)
    yield made
    made.release()


@pytest.fixture(scope="module")
def ask(bench: Bench) -> Ask:
    library = bench.library
    app = make_app(library, CHARTER.deployment(library.steward, library.key), "https://own.example")

    def send(method: str, path: str, **options: Any) -> httpx.Response:
        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://own") as client:
                return await client.request(method, path, **options)

        return asyncio.run(sent())

    return send


def test_the_charter_and_its_rules_are_told(ask: Ask) -> None:
    told = ask("GET", "/api/v1/consortium").json()
    assert told["digest"] == CHARTER.digest.hex()
    assert (told["quorum"], told["copies"]) == (0, 1)
    assert told["charter"] == json.loads(CHARTER.format())


def test_a_member_is_announced_and_listed(ask: Ask, bench: Bench) -> None:
    value = json.loads(A.says(bench.clock()))
    first = ask("POST", MEMBERS, json=value)
    assert first.status_code == 200, first.text
    assert ask("POST", MEMBERS, json=value).json() == first.json()
    listed = ask("GET", MEMBERS).json()
    assert listed["own"] == bench.library.steward.hex()
    assert [one["is_own"] for one in listed["members"]] == [True, False]
    assert listed["members"][1] == first.json()
    assert listed["members"][1]["announcement"] == value


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        (B.says(1), "invalid-member"),
        (B.signed(A.member(2**33)).format(), "invalid-member"),
        (A.says(1, charter=B.member(0).steward), "invalid-member"),
    ],
)
def test_a_liar_is_refused(ask: Ask, text: str, slug: str) -> None:
    answer = ask("POST", MEMBERS, content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["type"].endswith(f"/problems/{slug}")


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"5", b"{", b"[" * 9000, b" " * 70_000])
def test_what_is_no_announcement_is_refused(ask: Ask, body: bytes) -> None:
    answer = ask("POST", MEMBERS, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)


def test_a_library_that_is_alone_says_so(library: Any, problem: Any) -> None:
    with httpx.Client(base_url=library.url, trust_env=False) as site:
        problem(site.get("/api/v1/consortium"), 404, "no-consortium")
        problem(site.get(MEMBERS), 404, "no-consortium")
        problem(site.post(MEMBERS, json=json.loads(A.says(1))), 404, "no-consortium")
