"""Reports of use as harvesters of others fetch and read them: celus-nigiri, celus-nibbler, schemathesis.

Their totals are what this test counts by itself, one by one, of the private parts that an auditor reads.
"""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from ledger_service.domain.identifiers import Digest
from ledger_service.services.ledger.append_entry import append_private_entries
from reading_room.usage.cli import usage
from reading_room.usage.rules.hours import Actor, Cell
from reading_room.usage.rules.months import Month
from reading_room.usage.sql import SqlUsage
from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until
from tests.reading_room.usage.decided import Decided, recount

SCHEMATHESIS = Path(__file__).parents[3] / "build/env/schemathesis/bin/schemathesis"
FIRST, LAST = Month(2026, 9), Month(2026, 10)
REPORTS = ("pr", "pr_p1", "ir", "ir_a1", "ir_m1")
OPEN_USES, OPEN_FIRSTS = 7, 5
NIGIRI = """
import json, pathlib, sys
from celus_nigiri.client import Sushi51Client
from celus_nigiri.counter51 import Counter51IRM1Report, Counter51IRReport, Counter51PRReport
url, customer, key, folder = sys.argv[1:]
classes = {"pr": Counter51PRReport, "pr_p1": Counter51PRReport, "ir": Counter51IRReport,
           "ir_a1": Counter51IRReport, "ir_m1": Counter51IRM1Report}
client = Sushi51Client(url, customer_id=customer, requestor_id="koha", extra_params={"api_key": key})
told = {}
for name, kind in classes.items():
    with open(pathlib.Path(folder, name + ".json"), "w+b") as file:
        more = dict(kind.extra_params) if "_" not in name else {}
        client.fetch_report_data(name, "2026-09-01", "2026-10-31", dump_file=file, params=more)
        report = kind(file)
        assert not report.errors and not report.warnings, (report.errors, report.warnings)
        header, items = report.fd_to_dicts(file)
        told[name] = [
            [r.metric, r.start.isoformat()[:7], getattr(r.item_ids, "Proprietary", "") or "", r.value]
            for r in report.read_report(header, items)
        ]
status, listed = client.get_reports(extra_params={"api_key": key})
print(json.dumps({"records": told, "status": status, "listed": [one["Report_ID"] for one in listed]}))
"""

NIBBLER = """
import json, pathlib, sys
from celus_nibbler import Poop, eat
told = {}
for name, parser in {"pr": "PR", "pr_p1": "PR", "ir": "IR", "ir_a1": "IR", "ir_m1": "IR_M1"}.items():
    file = pathlib.Path(sys.argv[1], name + ".json")
    is_known = name not in ("pr_p1", "ir_a1")  # of these views it has no parser of their own
    parsers = ["static.counter51." + parser + ".Json"]
    [poop] = eat(file, "any", parsers=parsers, check_platform=False, use_heuristics=is_known)
    assert isinstance(poop, Poop), poop
    told[name] = sum(record.value for _, record in poop.records_basic())
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def counted(
    blank_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RunningLibrary, dict[str, str]]]:
    """Yield a library with two months of use, and its works by what they are."""
    library = RunningLibrary(tmp_path_factory.mktemp("counter") / "home", blank_home).start()
    works = {
        "article": library.register(title="Maqola — статья"),
        "film": library.register(title="Film", media_type="video/mp4"),
        "book": library.register(title="Xamsa"),
    }
    named = {kind: str(work["digest"]) for kind, work in works.items()}
    host = {"title": "Journal", "issue": "2", "identifier": "2181-1234"}
    doi = {"scheme": "doi", "value": "10.1000/182"}
    issued = {"kind": "issued", "edtf": "1983", "text": "1983"}
    records = {
        "article": {"part_of": [host], "identifiers": [doi], "publisher": "FAN"},
        "book": {"publisher": "Sharq", "dates": [issued]},
    }
    for kind, record in records.items():
        path = f"/resources/{named[kind]}/descriptions"
        answer = library.registrar.post(path, json=record)
        assert answer.is_success, answer.text
    fill(library, [Digest.parse(digest) for digest in named.values()])
    months = {str(FIRST), str(LAST)}
    wait_until(
        lambda: months <= {month["month"] for month in library.get("/usage/months")},
        "the months are not closed",
        90,
    )
    yield library, named
    library.stop()


def fill(library: RunningLibrary, works: list[Digest]) -> None:
    """Let readers have opened the works and been refused, and one be used under an open license."""
    chosen = random.Random(7)
    decided = []
    for _ in range(250):
        one = Decided(
            chosen.randrange(FIRST.begin, LAST.end),
            chosen.choice(works),
            f"reader {chosen.randrange(5)}",
            chosen.choice(["", "", "", "no-grant", "seats-taken", "over-limit", "withdrawn"]),
        )
        decided += [one, one._replace(at=one.at + chosen.choice([5, 30, 31, 600]))]
    store, own = library.opened.store, library.opened.library
    parts = [
        ("denied" if one.why else "opened", one.at, one.part(own))
        for one in sorted(decided, key=lambda one: one.at)
    ]
    cell = Cell(LAST.begin, works[0], Actor.HUMAN)
    robots = cell._replace(actor=Actor.ROBOT)
    with store.write() as transaction:
        append_private_entries(transaction, parts)
        transaction.room(SqlUsage).add({cell: OPEN_USES, robots: 90}, {cell: OPEN_FIRSTS})


def audited(library: RunningLibrary) -> list[Decided]:
    """Return the decisions that an auditor reads, each of which an entry commits to."""
    told = RunningLibrary.client(library, "auditor")
    found, cursor = [], ""
    while cursor is not None:
        page = told.get("/ledger/private-parts", params={"limit": 500, "cursor": cursor}).json()
        for part in page["items"]:
            body = json.loads(part["body"]) if isinstance(part["body"], str) else part["body"]
            if body["kind"] != "looked":
                digest = Digest.parse(body["digest"])
                found.append(Decided(body["at"], digest, body["reader"], body["reason"]))
        cursor = page["next"]
    return found


def expected(library: RunningLibrary) -> Counter[tuple[str, str, str]]:
    """Return the numbers by metric, month and resource."""
    numbers = Counter[tuple[str, str, str]]()
    decided = audited(library)
    for month in (FIRST, LAST):
        for digest, counts in recount(decided, month.begin, month.end).items():
            named = f"Muhr:{digest}"
            for metric, name in (
                ("Total_Item_Requests", "requests"),
                ("Total_Item_Investigations", "requests"),
                ("Unique_Item_Requests", "unique_requests"),
                ("Unique_Item_Investigations", "unique_requests"),
                ("No_License", "no_license"),
                ("Limit_Exceeded", "limit_exceeded"),
            ):
                numbers[metric, str(month), named] += counts[name]
    return numbers


@pytest.fixture(scope="module")
def key(counted: tuple[RunningLibrary, dict[str, str]]) -> str:
    library, _ = counted
    body = {"scopes": ["usage:report"], "days": 1}
    answer = library.registrar.post("/tokens", json=body)
    assert answer.is_success, answer.text
    return str(answer.json()["token"])


@pytest.fixture(scope="module")
def fetched(
    new_clients: Path,
    counted: tuple[RunningLibrary, dict[str, str]],
    key: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[dict[str, Any], Path]:
    """Return what nigiri tells of the five reports, and the folder in which they are."""
    library, folder = counted[0], tmp_path_factory.mktemp("reports")
    customer = library.opened.library.key.name
    done = subprocess.run(
        [new_clients / "python", "-c", NIGIRI, library.url, customer, key, folder],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), folder


def test_nigiri_reads_what_somebody_else_counts(
    counted: tuple[RunningLibrary, dict[str, str]], fetched: tuple[dict[str, Any], Path]
) -> None:
    library, works = counted
    told = fetched[0]
    assert (told["status"], told["listed"]) == (200, [name.upper() for name in REPORTS])
    numbers = expected(library)
    article = f"Muhr:{works['article']}"
    for metric in ("Requests", "Investigations"):
        numbers[f"Total_Item_{metric}", str(LAST), article] += OPEN_USES
        numbers[f"Unique_Item_{metric}", str(LAST), article] += OPEN_FIRSTS
    read = Counter[tuple[str, str, str]]()
    for metric, month, named, value in told["records"]["ir"]:
        read[metric, month, named] += value
    assert read == +numbers
    views = {"ir_a1": {article}, "ir_m1": {f"Muhr:{works['film']}"}}
    for name, items in views.items():
        seen = Counter[tuple[str, str, str]]()
        for metric, month, named, value in told["records"][name]:
            seen[metric, month, named] += value
        assert {named for _, _, named in seen} == items
        wanted = ("Total_Item_Requests", "Unique_Item_Requests")
        assert seen == {at: n for at, n in read.items() if at[0] in wanted and at[2] in items}
    for name in ("pr", "pr_p1"):
        sums, of_items = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        for metric, month, _, value in told["records"][name]:
            sums[metric, month] += value
        for (metric, month, _), value in read.items():
            of_items[metric, month] += value
        assert sums
        assert all(of_items[at] == value for at, value in sums.items())


def test_nibbler_eats_each_report(new_clients: Path, fetched: tuple[dict[str, Any], Path]) -> None:
    told, folder = fetched
    done = subprocess.run(
        [new_clients / "python", "-c", NIBBLER, folder], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    sums = {name: sum(one[3] for one in records) for name, records in told["records"].items()}
    assert json.loads(done.stdout) == sums
    assert min(sums.values()) > 0


def test_koha_asks_it_as_it_asks_others(
    counted: tuple[RunningLibrary, dict[str, str]], key: str
) -> None:
    """By the base address with /r51, with every parameter that it sends, and no exception in the header."""
    library, _ = counted
    who = {"customer_id": library.opened.library.key.name, "requestor_id": "koha", "api_key": key}
    with httpx.Client(base_url=f"{library.url}/r51", trust_env=False) as koha:
        [status] = koha.get("/status").json()
        assert status["Service_Active"]
        report = koha.get(
            "/reports/ir_a1", params={**who, "begin_date": "2026-09", "end_date": "2026-10"}
        ).json()
    assert "Exceptions" not in report["Report_Header"]
    assert report["Report_Items"][0]["Title"] == "Journal"


def test_an_auditor_counts_a_month_again(counted: tuple[RunningLibrary, dict[str, str]]) -> None:
    library, _ = counted
    with_token = CliRunner(env={"MUHR_API": library.url, "MUHR_TOKEN": library.token("auditor")})
    for month in (FIRST, LAST):
        done = with_token.invoke(usage, ["recompute", str(month), "--json"])
        assert done.exit_code == 0, done.output
        told = json.loads(done.stdout)
        assert told["is_same"]
        assert told["parts"] == told["there"] > 100
    listed = with_token.invoke(usage, ["months"]).stdout
    assert str(LAST) in listed
    refused = with_token.invoke(usage, ["turnaways", "--from", "2026-09", "--json"])
    assert len(json.loads(refused.stdout)) == 3


def test_schemathesis_finds_no_answer_that_is_not_as_described(
    counted: tuple[RunningLibrary, dict[str, str]], key: str, tmp_path: Path
) -> None:
    library, _ = counted
    assert SCHEMATHESIS.exists(), "run make build/env/schemathesis/.done"
    settings = {"customer_id": library.opened.library.key.name, "api_key": key}
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    (tmp_path / "schemathesis.toml").write_text("[parameters]\n" + "\n".join(lines) + "\n")
    done = subprocess.run(
        [
            *(SCHEMATHESIS, "run", f"{library.url}/r51/openapi.json"),
            *("--phases", "coverage", "--max-examples", "4", "--seed", "1"),
            *("--checks", "not_a_server_error,status_code_conformance,content_type_conformance"),
            *("--checks", "response_schema_conformance", "--warnings", "off"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
