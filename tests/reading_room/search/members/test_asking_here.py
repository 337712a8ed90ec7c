"""The search in all libraries as it is asked for: over HTTP, on the page, and by the command."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from ledger_service.app import make_app
from reading_room.me.pages.way_back import way_back
from reading_room.search.cli.together import find_together
from reading_room.search.verbs.members import patience as patiences
from tests.reading_room.search.members.conftest import Consortium, without_charter
from tests.simulators.consortium import CHARTER

Ask = Callable[..., httpx.Response]
EVIL = '<img src=x onerror="x">&\u200f"'


@pytest.fixture
def ask(consortium: Consortium, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Return what asks the library that is searched at; whoever asks has as many turns as anybody."""
    monkeypatch.setattr(patiences, "_TURNS", patiences.Turns())
    first, second, _ = consortium.others
    first.claim(f"Daraxt {EVIL}", creator=EVIL)
    second.claim("Daraxt", creator="Hamid Olimjon")
    second.copy_to(consortium.bench.library)
    consortium.bench.license("lent", seats=2)
    consortium.bench.registered(title="Daraxt va barg", license_name="lent")
    bench = consortium.bench
    limits = replace(bench.library.limits, searches_a_minute=4)
    bench.library = library = replace(bench.library, limits=limits)
    app = make_app(library, CHARTER.deployment(library.steward, library.key), "https://own.example")

    def send(path: str, **query: object) -> httpx.Response:
        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(app)
            headers = {"Accept-Language": "en"}
            async with httpx.AsyncClient(
                transport=transport, base_url="http://own", headers=headers
            ) as client:
                return await client.get(path, params=query)

        return asyncio.run(sent())

    return send


def test_over_http_each_says_whose_it_is_and_how_it_was_checked(ask: Ask) -> None:
    told = ask("/api/v1/search", q="daraxt", members="true").json()
    by = {one["library"]["name"]: one for one in told["items"]}
    assert by["University tashkent"]["title"] == f"Daraxt {EVIL}"
    assert by["University tashkent"]["verified"] == "not_checked"
    samarkand = by["University samarkand"]
    assert (samarkand["verified"], samarkand["creator"]) == ("held", "Hamid Olimjon")
    assert samarkand["page"].endswith("/resources/" + samarkand["digest"])
    [own] = [one for one in told["items"] if one["library"]["url"] is None]
    assert own["lent_at"] == f"/me/requests/new?digest={own['digest']}"
    assert [one["missing"] for one in told["libraries"]] == [None] * 4
    assert (told["total"], told["next"]) == (3, None)


def test_here_alone_is_what_is_asked_if_nothing_is_said(ask: Ask, consortium: Consortium) -> None:
    told = ask("/api/v1/search", q="daraxt").json()
    assert [one["title"] for one in told["items"]] == ["Daraxt va barg"]
    assert "Daraxt va barg" in ask("/search", q="daraxt").text
    assert [other.asked for other in consortium.others] == [[], [], []]


def test_the_page_shows_whose_each_is_and_nothing_of_strangers_as_markup(ask: Ask) -> None:
    page = ask("/search", q="daraxt", members="1")
    assert page.status_code == 200
    assert "<img" not in page.text
    assert f"<bdi>Daraxt {html.escape(EVIL, quote=False)}".split("&")[0] in page.text
    assert "<bdi>University tashkent</bdi>" in page.text
    assert "as its ledger has it" in page.text
    assert "3 works were found" in page.text
    assert "The words that you type go to these libraries" in page.text
    assert re.search(r'id="in-all"[^>]* checked', page.text)
    assert "<script" not in page.text


def test_who_is_missing_is_told_on_the_page(ask: Ask, consortium: Consortium) -> None:
    consortium.others[2].end()
    page = html.unescape(ask("/search", q="daraxt", members="1").text)
    assert "1 library could not be asked" in page
    assert "<bdi>University bukhara</bdi>: it gave no answer" in page


def test_whoever_asks_too_often_gets_what_is_here(ask: Ask) -> None:
    for _ in range(4):
        assert ask("/api/v1/search", q="daraxt", members="true").status_code == 200
    refused = ask("/api/v1/search", q="daraxt", members="true")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert refused.json()["type"].endswith("/problems/too-many-searches")
    page = ask("/search", q="daraxt", members="1")
    assert page.status_code == 200
    assert "from your address within a minute" in page.text
    assert "Daraxt va barg" in page.text


def test_wrong_cursors_are_refused(ask: Ask) -> None:
    assert ask("/api/v1/search", members="true", cursor="x").status_code == 422
    page = ask("/search", members="1", cursor="x")
    assert page.status_code == 422
    assert "There is no such page" in page.text


def test_a_library_that_is_alone_offers_no_others(ask: Ask, consortium: Consortium) -> None:
    without_charter(consortium.bench)
    app_library = consortium.bench.library
    app = make_app(
        app_library, CHARTER.deployment(app_library.steward, app_library.key), "https://own.example"
    )

    async def sent(path: str) -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://own"
        ) as client:
            return await client.get(path)

    refused = asyncio.run(sent("/api/v1/search?q=daraxt&members=true"))
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (
        404,
        "no-consortium",
    )
    page = asyncio.run(sent("/search?q=daraxt&members=1"))
    assert (page.status_code, 'name="members"' in page.text) == (200, False)


def test_a_way_back_leads_to_what_a_member_announced_and_nowhere_else(
    consortium: Consortium,
) -> None:
    library, other = consortium.bench.library, consortium.others[0]
    told = way_back(library, other.institution.steward.hex())
    assert told == ("University tashkent", f"http://{other.host}/search?members=1")
    for steward in ("", "ab" * 32, "https://evil.example", library.steward.hex()):
        assert way_back(library, steward) is None


class Service:
    """Asks the library as the command's service does."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def get(self, path: str, **query: object) -> Any:
        return self._ask("/api/v1" + path, **query).json()


def test_the_command_tells_whose_each_is(
    ask: Ask, consortium: Consortium, capsys: pytest.CaptureFixture[str]
) -> None:
    consortium.others[2].end()
    asked = {"q": "daraxt", "sort": "relevance"}
    assert find_together(Service(ask), asked, 20, "table") == 0
    told = capsys.readouterr()
    assert "held        Daraxt, Hamid Olimjon · University samarkand" in told.out
    assert "University bukhara could not be asked: it gave no answer" in told.err
    assert find_together(Service(ask), asked, 20, "json") == 0
    assert {one["library"] for one in json.loads(capsys.readouterr().out)} == {
        "University tashkent",
        "University samarkand",
        "Example library",
    }
    for other in consortium.others[:2]:
        other.items.clear()
    assert find_together(Service(ask), {"q": "zzzzz", "sort": "date"}, 20, "table") == 3
    assert "Nothing has these words" in capsys.readouterr().err
