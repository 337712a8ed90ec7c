"""The auditor's desk: how the ledger stands, who was let in or refused, and each down to its entry."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import time
from collections import Counter
from dataclasses import dataclass

import httpx
import pypdf
import pytest

from ledger_service.domain.lending.decision import DecisionFilter
from ledger_service.ports.paging import PageRequest
from reading_room.desk.chart import draw
from reading_room.desk.decisions_asked import DAY_SECONDS, Asked, Counts, Step
from reading_room.desk.verbs.decisions import count_decisions, first_entry, list_decisions
from scripts.harness.running_library import RunningLibrary
from tests.simulators.auditors import auditor as an_auditor

MONDAY = 4 * DAY_SECONDS  # 5 January 1970


@dataclass(frozen=True)
class Lent:
    """A resource that one reader opened twice and another was refused three times."""

    digest: str
    license: str


@pytest.fixture(scope="module")
def lent(library: RunningLibrary) -> Lent:
    library.license("audited-at-desk", longest_loan_seconds=691_397)
    digest = library.register(license="audited-at-desk", title="=HYPERLINK(1) <b>audited")["digest"]
    library.grant(digest)
    for place, times, status in ((0, 2, 201), (1, 3, 403)):
        client = library.client("reader", library.readers[place])
        for _ in range(times):
            assert client.post("/openings", json={"digest": digest}).status_code == status
    return Lent(digest, "audited-at-desk")


def test_it_tells_how_the_ledger_stands_and_that_this_is_the_librarys_word(
    inspector: httpx.Client, library: RunningLibrary
) -> None:
    library.anchored()
    before = library.status()["ledger_size"]
    page = inspector.get("/desk/audit").text
    after = library.status()["ledger_size"]  # what others do meanwhile may add entries
    sizes = range(before, after + 1)
    assert any(f"<dt>Entries</dt><dd>{size:,}</dd>" in page for size in sizes)
    assert f"muhr audit --api {library.url} --rpc" in page
    assert "the library&#39;s own word" in page


def test_what_was_asked_for_is_counted_and_listed_down_to_the_entry(
    inspector: httpx.Client, lent: Lent
) -> None:
    page = inspector.get("/desk/audit", params={"resource": lent.digest}).text
    assert "Let in: 2. Refused: 3." in page
    assert page.count("<b>audited") == 0
    entries = re.findall(r'data-label="Entry"><a href="/desk/audit/entries/(\d+)"', page)
    assert len(entries) == 5
    shown = inspector.get(f"/desk/audit/entries/{entries[0]}").text
    assert "It fits the entry" in shown
    assert "is not told (<code>" in shown
    assert lent.digest in shown
    assert "commitment" in shown


@pytest.mark.parametrize(
    ("asked", "opened", "refused"),
    [
        ({"outcome": "opened"}, 2, 0),
        ({"outcome": "denied"}, 0, 3),
        ({"outcome": "no-grant"}, 0, 3),
        ({"outcome": "expired"}, 0, 0),
        ({"step": "week"}, 2, 3),
        ({"from": "2001-01-01", "to": "2001-01-31"}, 0, 0),
        ({"license": "CC0-1.0"}, 0, 0),
    ],
)
def test_filters_hold_for_chart_table_and_exports(
    inspector: httpx.Client, lent: Lent, asked: dict[str, str], opened: int, refused: int
) -> None:
    params = {"resource": lent.digest, "license": lent.license, **asked}
    page = inspector.get("/desk/audit", params=params)
    assert f"Let in: {opened}. Refused: {refused}." in page.text
    lines = inspector.get("/desk/audit/decisions.jsonl", params=params).text.splitlines()
    counted = Counter(json.loads(line)["outcome"] for line in lines)
    assert (counted["opened"], counted["denied"]) == (opened, refused)
    assert page.text.count('<td data-label="Entry">') == opened + refused


def test_the_csv_runs_no_formula(inspector: httpx.Client, lent: Lent) -> None:
    answer = inspector.get("/desk/audit/decisions.csv", params={"resource": lent.digest})
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 5
    assert {row["title"] for row in rows} == {"'=HYPERLINK(1) <b>audited"}
    assert {row["reason"] for row in rows} == {"", "no-grant"}


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "yesterday"},
        {"from": "2026-02-30"},
        {"from": "2026-02-02", "to": "2026-02-01"},
        {"from": "1970-01-01", "to": "2026-02-01"},
        {"resource": "x"},
        {"outcome": "no such"},
        {"license": "no-such"},
        {"cursor": "!"},
    ],
)
def test_what_nobody_can_ask_for_is_told_above_the_form(
    inspector: httpx.Client, asked: dict[str, str]
) -> None:
    page = inspector.get("/desk/audit", params=asked)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert inspector.get("/desk/audit/decisions.csv", params=asked).status_code in (200, 422)


def test_a_librarian_sees_no_private_parts(librarian: httpx.Client, lent: Lent) -> None:
    paths = ("", "/decisions.csv", "/decisions.jsonl", "/entries/0")
    for path in paths:
        answer = librarian.get(f"/desk/audit{path}")
        assert answer.status_code == 403
        assert lent.digest not in answer.text


def test_an_entry_that_is_not_there_is_not_found(inspector: httpx.Client) -> None:
    assert inspector.get("/desk/audit/entries/99999999").status_code == 404
    assert inspector.get("/desk/audit/entries/x").status_code == 422


def test_the_first_entry_of_a_period_leaves_none_out(library: RunningLibrary, lent: Lent) -> None:
    entries = [json.loads(text) for text in library.entries()]
    times = sorted({entry["at"] for entry in entries})
    with library.opened.store.read() as transaction:
        for since in (0, times[len(times) // 2], times[-1], times[-1] + 10_000):
            first = first_entry(transaction, since)
            left_out = [entry for entry in entries[:first] if entry["at"] >= since]
            assert left_out == []


def test_a_long_period_is_counted_in_part_and_says_so(
    library: RunningLibrary, lent: Lent, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor = an_auditor()
    now = int(time.time())
    asked = Asked(DecisionFilter(since=now - 3600, until=now + 3600))
    whole = count_decisions(library.opened.library, auditor, asked, Step.DAY)
    monkeypatch.setattr("reading_room.desk.verbs.decisions.MOST_COUNTED", 2)
    part = count_decisions(library.opened.library, auditor, asked, Step.DAY)
    assert whole.is_whole
    assert not part.is_whole
    assert part.total.total() <= 2 < whole.total.total()
    assert list_decisions(library.opened.library, auditor, PageRequest("", 2), asked).next


def test_weeks_begin_on_monday_and_bars_stand_in_their_places() -> None:
    assert Step.WEEK.begin(MONDAY + 6 * DAY_SECONDS + 5) == MONDAY
    assert Step.WEEK.begin(MONDAY - 1) == MONDAY - 7 * DAY_SECONDS
    counts = Counts()
    for outcome in ("opened", "opened", "no-grant"):
        counts.add(Step.DAY.begin(MONDAY + 60), outcome)
    chart = draw(counts, Step.DAY, MONDAY - 3 * DAY_SECONDS, MONDAY + 4 * DAY_SECONDS)
    [bar] = chart.bars
    assert (counts.opened(MONDAY), counts.refused(MONDAY)) == (2, 1)
    assert bar.opened_height == pytest.approx(2 * bar.refused_height, abs=0.2)
    assert bar.refused_y + bar.refused_height == pytest.approx(bar.opened_y, abs=0.2)
    assert [number for _, number in chart.lines] == [0, 2, 5]


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw(Counts(), Step.DAY, MONDAY, MONDAY + DAY_SECONDS).bars == []


def test_a_report_is_attested_by_the_ledger_and_read_by_others(
    inspector: httpx.Client, library: RunningLibrary, lent: Lent
) -> None:
    for language in ("en", "ru", "uz", "uz-Cyrl"):
        asked = {"resource": lent.digest, "lang": language}
        answer = inspector.post("/desk/audit/reports", params=asked)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/pdf"
        digest = hashlib.sha256(answer.content).hexdigest()
        found = library.client().get("/ledger/statements", params={"statement": digest}).json()
        [stated] = found["items"]
        assert stated["type"] == "report"
        assert f"muhr-report-{stated['entry']}.pdf" in answer.headers["content-disposition"]
        text = "".join(
            page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages
        )
        assert "muhr audit --api" in text
        if language == "en":
            assert "Report on the public register" in text
            assert "let in 2" in " ".join(text.split())
    acts = library.client("auditor").get("/acts", params={"about": digest}).json()["items"]
    assert [act["act"] for act in acts] == ["attested"]


def test_only_auditors_have_reports_made(librarian: httpx.Client, inspector: httpx.Client) -> None:
    assert librarian.post("/desk/audit/reports").status_code == 403
    assert inspector.post("/desk/audit/reports", params={"from": "never"}).status_code == 422
