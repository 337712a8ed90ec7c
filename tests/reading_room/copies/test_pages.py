"""The page and the routes of an open work of members, where a copy is kept and where none is."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ledger_service.app import make_app
from ledger_service.domain.identifiers import Digest
from ledger_service.services.consortium.copies import keep_copies
from tests.simulators.bench import Bench
from tests.simulators.consortium import CHARTER
from tests.simulators.copies.circle import LARGE, Circle

Ask = Callable[..., httpx.Response]
DIGEST = Digest.of(LARGE)


@pytest.fixture
def circle(
    empty_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Circle]:
    monkeypatch.setattr(keep_copies, "SECONDS_BETWEEN", 0)
    monkeypatch.setattr(keep_copies, "LEAST_FREE_BYTES", 0)
    (tmp_path / "own").mkdir()
    shutil.copy(empty_database, tmp_path / "own" / "muhr.db")
    made = Circle(Bench(tmp_path / "own"), tmp_path)
    yield made
    made.bench.release()


@pytest.fixture
def ask(circle: Circle) -> Ask:
    library = circle.bench.library
    app = make_app(library, CHARTER.deployment(library.steward, library.key), "https://own.example")

    def get(path: str, **options: Any) -> httpx.Response:
        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://own") as client:
                spoken = {"Accept-Language": "en", **options.pop("headers", {})}
                return await client.get(path, headers=spoken, **options)

        return asyncio.run(sent())

    return get


def test_a_work_that_nobody_stands_by_is_not_there(circle: Circle, ask: Ask) -> None:
    for path in (
        f"/copies/{DIGEST}",
        f"/api/v1/copies/{DIGEST}",
        f"/api/v1/copies/{DIGEST}/content",
    ):
        assert ask(path).status_code == 404
    closed = circle.bench.license("house").id
    circle.bench.settle()
    circle.a.registers(LARGE, closed)
    circle.work()
    assert ask(f"/copies/{DIGEST}").status_code == 404
    assert ask("/copies/xyz").status_code == 422


def test_who_has_it_is_told_where_no_copy_is(circle: Circle, ask: Ask) -> None:
    circle.a.registers(LARGE, circle.license)
    circle.a.fault = "away"
    circle.work()
    page = ask(f"/copies/{DIGEST}")
    assert page.status_code == 200
    assert f"{circle.a.who.url}/resources/{DIGEST}" in page.text
    assert f"{circle.b.who.url}/copies/{DIGEST}" in page.text
    assert "/content" not in page.text
    told = ask(f"/api/v1/copies/{DIGEST}").json()
    assert (told["is_kept"], told["size_bytes"]) == (False, None)
    assert ask(f"/api/v1/copies/{DIGEST}/content").status_code == 404
    status = ask("/status")
    assert "could not be got" in status.text
    assert ask("/api/v1/status").json()["copies"]["lacking"] == 1


def test_a_copy_is_read_whole_or_in_part(circle: Circle, ask: Ask) -> None:
    circle.a.registers(LARGE, circle.license)
    circle.work()
    page = ask(f"/copies/{DIGEST}")
    assert f"/api/v1/copies/{DIGEST}/content" in page.text
    told = ask(f"/api/v1/copies/{DIGEST}").json()
    assert (told["is_kept"], told["size_bytes"]) == (True, len(LARGE))
    assert [one["name"] for one in told["owners"]] == ["University a"]
    whole = ask(f"/api/v1/copies/{DIGEST}/content")
    assert (whole.status_code, whole.content) == (200, LARGE)
    assert whole.headers["Content-Disposition"].startswith("attachment")
    part = ask(f"/api/v1/copies/{DIGEST}/content", headers={"Range": "bytes=-7"})
    assert (part.status_code, part.content) == (206, b"the end")
    assert ask(f"/ipfs/{told['cid']}?format=raw").status_code == 200
    assert "muhr_copies 1.0" in ask("/metrics").text
