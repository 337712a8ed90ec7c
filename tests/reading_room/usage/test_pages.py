"""The page that says what to buy: who sees it, what stands in it, and its chart."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import delete

from ledger_service.adapters.sql.store import SqlStore
from ledger_service.domain.identifiers import Digest
from reading_room.usage.rules.chart import HEIGHT, MOST_MONTHS, draw
from reading_room.usage.rules.months import Counts, Month
from reading_room.usage.sql.months import SqlMonths
from reading_room.usage.sql.schema import month, month_line
from scripts.harness.running_library import RunningLibrary
from tests.simulators.people.browser import BrowserSimulator

LONG_AGO = Month(1987, 5)


@pytest.fixture
def registrar_at(library: RunningLibrary) -> Iterator[BrowserSimulator]:
    with BrowserSimulator(library.url) as browser:
        assert browser.sign_in(library.token("registrar")).status_code == 303
        yield browser


@contextmanager
def counted(library: RunningLibrary, counts: dict[Digest, Counts]) -> Iterator[None]:
    """Let a month long ago have these counts, and none again afterwards."""
    store = library.opened.store
    assert isinstance(store, SqlStore)
    with store.write() as transaction:
        transaction.room(SqlMonths).add(LONG_AGO, LONG_AGO.end, 1300, counts)
    try:
        yield
    finally:
        with store.engine.begin() as connection:
            for table in (month, month_line):
                connection.execute(delete(table).where(table.c.month == str(LONG_AGO)))


def test_it_says_which_titles_lack_seats_or_rights(
    library: RunningLibrary, registrar_at: BrowserSimulator
) -> None:
    title = "<b>Xamsa</b> & others"
    seats, right = Digest.parse(library.register(title=title)["digest"]), Digest.of(b"nowhere")
    counts = {
        seats: Counts(requests=1200, unique=900, no_license=1, limit_exceeded=40),
        right: Counts(no_license=7),
    }
    with counted(library, counts):
        page = registrar_at.get(
            "/desk/usage", params={"since": str(LONG_AGO), "until": str(LONG_AGO)}
        )
    assert page.status_code == 200
    rows = re.findall(r"<tr>(.*?)</tr>", page.text, re.DOTALL)
    [first, second] = [row for row in rows if "/resources/" in row]
    assert html.escape(title, quote=False) in first
    assert "More seats" in first
    assert "A right to lend it" in second
    assert page.headers["Cache-Control"] == "no-store"
    assert "<script" not in page.text.replace("</main>", "<main>").split("<main")[1]
    assert f"{library.url}/r51" in page.text
    assert library.opened.library.key.name in page.text


@pytest.mark.parametrize("query", ["since=2026-13", "since=x", "since=2026-05&until=2026-04"])
def test_what_is_no_month_is_told_on_the_page(registrar_at: BrowserSimulator, query: str) -> None:
    page = registrar_at.get(f"/desk/usage?{query}")
    assert page.status_code == 422
    assert "is no month" in page.text


def test_readers_and_strangers_do_not_see_it(library: RunningLibrary) -> None:
    with BrowserSimulator(library.url) as browser:
        assert browser.get("/desk/usage").status_code in (303, 401)
        assert browser.sign_in(library.token("reader")).status_code == 303
        assert browser.get("/desk/usage").status_code == 403


def test_the_desk_leads_there(registrar_at: BrowserSimulator) -> None:
    assert 'href="/desk/usage"' in registrar_at.get("/desk").text


def test_a_chart_has_a_place_for_each_month_and_its_highest_bar_within() -> None:
    first, last = Month(2026, 1), Month(2026, 12)
    chart = draw([(Month(2026, 3), Counts(90, 80, 3, 4)), (last, Counts(3))], first, last)
    assert len(chart.bars) == 12
    march, december = chart.bars[2], chart.bars[-1]
    assert march.used_height > march.refused_height > december.used_height > 0
    assert 0 < march.used_y < HEIGHT
    assert [number for _, number in chart.lines] == [0, 50, 100]
    assert [str(month) for _, month in chart.labels] == ["2026-01", "2026-07", "2026-12"]
    assert len(draw([], Month(1990, 1), last).bars) == MOST_MONTHS
    assert len(draw([], last, last).labels) == 1
