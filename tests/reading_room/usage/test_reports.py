"""COUNTER's API: who may have reports, what is passed over and told, and what stands in each report."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ledger_service.api.queries import ANY_QUERY
from ledger_service.app import make_app
from ledger_service.domain.chain.deployment import CONTRACTS, Deployment
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Role
from ledger_service.services.people.grant_access import issue_token
from reading_room import parts
from reading_room.usage.paths.description import describe
from reading_room.usage.rules.months import Month
from reading_room.usage.work import work
from tests.reading_room.usage import described
from tests.reading_room.usage.decided import Decided, decide
from tests.simulators.bench import BOOK, OPERATOR, ORIGIN, Bench

NOVEMBER, DECEMBER = Month(2026, 11), Month(2026, 12)
TITLE, SONG = Digest.of(BOOK), Digest.of(b"song")
PERIOD = {"begin_date": "2026-11", "end_date": "2026-12"}


class Counter:
    """A library with two closed months, and a harvester."""

    def __init__(self, folder: Path) -> None:
        self.bench = bench = Bench(folder)
        bench.registered()
        decide(
            bench.library,
            [
                *(Decided(NOVEMBER.begin + at, TITLE, "a") for at in (0, 20, 100)),
                Decided(NOVEMBER.begin + 7200, TITLE, "a"),
                Decided(NOVEMBER.begin + 50, SONG, "b", "seats-taken"),
                Decided(NOVEMBER.begin + 50, SONG, "b", "over-limit"),
                Decided(DECEMBER.begin + 50, TITLE, "b"),
                Decided(DECEMBER.begin + 60, TITLE, "c", "no-grant"),
            ],
        )
        bench.clock.now = DECEMBER.closes_at
        work(bench.library, lambda: False)
        self.key = self.token(Role.SERVICE, ["usage:report"])
        zeros = dict.fromkeys(CONTRACTS, "00" * 20)
        codes = dict.fromkeys(CONTRACTS, "00" * 32)
        made = Deployment(
            1, "00" * 32, 0, zeros, codes, "00" * 32, "00" * 32, bench.library.key.format()
        )
        self.app = make_app(bench.library, made, "https://library.example.uz")

    def token(self, role: Role, scopes: list[str]) -> str:
        library = self.bench.library
        return issue_token(library.store, library.clock, OPERATOR, role, "koha", 3600, scopes)

    def ask(self, path: str, **query: str) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://library") as client:
                return await client.get(f"/r51{path}", params=query)

        return asyncio.run(send())

    def report(self, name: str, **query: str) -> dict[str, Any]:
        """Return a report, which is as the description says."""
        who = {"customer_id": ORIGIN, "api_key": self.key}
        answer = self.ask(f"/reports/{name}", **{**who, **PERIOD, **query})
        assert answer.status_code == 200, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.content.startswith(b'{"Report_Header"')  # no byte-order mark
        check(answer.json(), f"/r51/reports/{name}")
        return answer.json()


def check(told: Any, path: str, status: str = "200") -> None:
    """Check an answer by the description of its path."""
    document = describe("https://library.example.uz")
    shape = document["paths"][path]["get"]["responses"][status]["content"]["application/json"]
    described.check(document["components"]["schemas"], shape["schema"], told)


@pytest.fixture(scope="module")
def counter(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    folder = tmp_path_factory.mktemp("counter")
    shutil.copy(empty_database, folder / "muhr.db")
    made = Counter(folder)
    yield made
    made.bench.release()


def numbers(item: dict[str, Any]) -> dict[str, dict[str, int]]:
    [performance] = item["Attribute_Performance"]
    return dict(performance["Performance"])


def test_the_platform_report_has_requests_and_investigations_by_month(counter: Counter) -> None:
    told = counter.report("pr")
    [item] = told["Report_Items"]
    total, unique = {"2026-11": 3, "2026-12": 1}, {"2026-11": 2, "2026-12": 1}
    assert item["Platform"] == ORIGIN
    assert numbers(item) == {
        "Total_Item_Investigations": total,
        "Total_Item_Requests": total,
        "Unique_Item_Investigations": unique,
        "Unique_Item_Requests": unique,
    }
    assert "Exceptions" not in told["Report_Header"]
    assert told["Report_Header"]["Report_Filters"] == {
        "Begin_Date": "2026-11-01",
        "End_Date": "2026-12-31",
    }
    [view] = counter.report("pr_p1")["Report_Items"]
    assert numbers(view) == {"Total_Item_Requests": total, "Unique_Item_Requests": unique}


def test_the_item_report_has_each_resource_and_who_was_refused(counter: Counter) -> None:
    [group] = counter.report("ir", attributes_to_show="YOP|Access_Type|Authors")["Report_Items"]
    items = {item["Item_ID"]["Proprietary"]: item for item in group["Items"]}
    assert set(items) == {f"Muhr:{TITLE}", f"Muhr:{SONG}"}
    refused = items[f"Muhr:{SONG}"]
    assert refused["Item"] == str(SONG)  # of which the library has no record
    assert numbers(refused) == {"Limit_Exceeded": {"2026-11": 1}}
    used = items[f"Muhr:{TITLE}"]
    assert numbers(used)["No_License"] == {"2026-12": 1}
    [performance] = used["Attribute_Performance"]
    told = {name: performance[name] for name in ("Data_Type", "YOP", "Access_Type")}
    assert told == {"Data_Type": "Unspecified", "YOP": "0001", "Access_Type": "Controlled"}
    assert used["Item_ID"]["URI"] == f"https://library.example.uz/resources/{TITLE}"
    assert (
        counter.report("ir_a1")["Report_Items"] == []
    )  # no usage is an empty list, and no exception
    assert "Exceptions" not in counter.report("ir_m1")["Report_Header"]


def test_nothing_of_readers_is_in_a_report(counter: Counter) -> None:
    said = json.dumps([counter.report(name) for name in ("pr", "pr_p1", "ir", "ir_a1", "ir_m1")])
    for reader in "abc":
        assert Digest.of(reader.encode()).hex() not in said


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"metric_type": "No_License|Limit_Exceeded"}, {"No_License", "Limit_Exceeded"}),
        ({"item_id": f"Muhr:{SONG}"}, {"Limit_Exceeded"}),
        ({"access_type": "Open"}, set()),
        ({"access_method": "TDM"}, set()),
        ({"data_type": "Book_Segment"}, set()),
        ({"yop": "1990-2020"}, set()),
        ({"yop": "0001", "metric_type": "No_License"}, {"No_License"}),
        ({"end_date": "2026-11", "metric_type": "No_License"}, set()),
        (
            {"begin_date": "2026-12-01", "end_date": "2026-12-31", "metric_type": "Limit_Exceeded"},
            set(),
        ),
        ({"begin_date": "2001-01", "end_date": "2001-02"}, set()),
    ],
)
def test_filters_let_in_what_they_name(
    counter: Counter, query: dict[str, str], found: set[str]
) -> None:
    told = counter.report("ir", **query)
    items = [item for group in told["Report_Items"] for item in group["Items"]]
    assert set().union(*(numbers(item) for item in items)) == found
    assert "Exceptions" not in told["Report_Header"]


@pytest.mark.parametrize(
    ("report", "query", "code", "data"),
    [
        ("pr", {"color": "red"}, 3050, "color"),
        ("pr", {"yop": "2020"}, 3050, "yop"),
        ("pr_p1", {"metric_type": "No_License"}, 3050, "metric_type"),
        ("ir", {"author": "x"}, 3050, "author"),
        ("ir", {"metric_type": "Total_Item_Requests|Sales"}, 3060, "metric_type=Sales"),
        ("ir", {"data_type": "Poem"}, 3060, "data_type=Poem"),
        ("ir", {"yop": "2020-1990"}, 3060, "yop=2020-1990"),
        ("ir", {"item_id": "ISBN:1"}, 3060, "item_id=ISBN:1"),
        ("ir", {"platform": "Elsewhere"}, 3060, "platform=Elsewhere"),
        ("ir", {"attributes_to_show": "YOP|Mood"}, 3062, "Mood"),
        ("ir", {"granularity": "Totals"}, 3062, "granularity=Totals"),
        ("ir", {"include_component_details": "True"}, 3063, None),
        ("pr", {"end_date": "2027-01"}, 3031, "2027-01"),
        ("pr", {"end_date": "2027-05"}, 3031, "2027-01/2027-05"),
    ],
)
def test_what_is_not_known_is_passed_over_and_told(
    counter: Counter, report: str, query: dict[str, str], code: int, data: str | None
) -> None:
    told = counter.report(report, **query)
    [exception] = told["Report_Header"]["Exceptions"]
    assert (exception["Code"], exception.get("Data")) == (code, data)
    assert told["Report_Items"]  # the rest is answered
    assert told["Report_Header"]["Report_Filters"]["End_Date"] == "2026-12-31"


@pytest.mark.parametrize(
    ("query", "code", "status"),
    [
        ({"customer_id": ""}, 1030, 400),
        ({"api_key": ""}, 1030, 400),
        ({"begin_date": ""}, 1030, 400),
        ({"customer_id": "0000000000000000"}, 2011, 403),
        ({"customer_id": "other/library"}, 2010, 403),
        ({"api_key": "muhr_wrong"}, 2020, 401),
        ({"api_key": "wrong"}, 2020, 401),
        ({"api_key": "", "requestor_id": "wrong"}, 2000, 401),
        ({"begin_date": "2026-13"}, 3020, 400),
        ({"begin_date": "november"}, 3020, 400),
        ({"end_date": "2026-12-32"}, 3020, 400),
        ({"begin_date": "2026-12", "end_date": "2026-11"}, 3020, 400),
        ({"begin_date": "2027-01", "end_date": "2027-01"}, 3020, 400),
        ({"begin_date": "1969-12"}, 3020, 400),
    ],
)
def test_what_cannot_be_answered_is_one_exception_with_its_status(
    counter: Counter, query: dict[str, str], code: int, status: int
) -> None:
    who = {"customer_id": ORIGIN, "api_key": counter.key}
    answer = counter.ask("/reports/ir", **{**who, **PERIOD, **query})
    assert (answer.json()["Code"], answer.status_code) == (code, status)
    check(answer.json(), "/r51/reports/ir", str(status))
    assert counter.key not in answer.text


def test_a_key_is_a_token_for_reports_and_nothing_else(counter: Counter) -> None:
    who = {"customer_id": ORIGIN}
    assert counter.ask("/members", **who, requestor_id=counter.key).status_code == 200
    assert (
        counter.ask("/members", **who, requestor_id="koha", api_key=counter.key).status_code == 200
    )
    for role, scopes in (
        (Role.REGISTRAR, []),
        (Role.REGISTRAR, ["usage:report", "grant:read"]),
        (Role.AUDITOR, ["grant:read"]),
    ):
        wide = counter.token(role, scopes)
        assert counter.ask("/reports", **who, api_key=wide).json()["Code"] == 2020
    narrow = counter.token(Role.REGISTRAR, ["usage:report"])
    assert counter.ask("/reports", **who, api_key=narrow).status_code == 200


def test_a_name_that_comes_twice_is_refused(counter: Counter) -> None:
    query = f"?customer_id={ORIGIN}&customer_id=x&api_key={counter.key}"
    assert counter.ask(f"/members{query}").json()["Code"] == 1030


def test_anybody_sees_the_status_and_the_description(counter: Counter) -> None:
    [told] = counter.ask("/status", color="red").json()
    assert told["Service_Active"] is True
    check([told], "/r51/status")
    assert counter.ask("/openapi.json").json()["openapi"] == "3.1.0"


def test_the_lists_say_what_there_is(counter: Counter) -> None:
    who = {"customer_id": ORIGIN, "api_key": counter.key}
    told = counter.ask("/reports", **who, color="red").json()
    check(told, "/r51/reports")
    assert [one["Report_ID"] for one in told] == ["PR", "PR_P1", "IR", "IR_A1", "IR_M1"]
    assert {(one["First_Month_Available"], one["Last_Month_Available"]) for one in told} == {
        ("2026-11", "2026-12")
    }
    members = counter.ask("/members", **who).json()
    check(members, "/r51/members")
    assert [one["Customer_ID"] for one in members] == [ORIGIN]
    unknown = counter.ask("/reports/tr", **who, **PERIOD)
    assert (unknown.status_code, unknown.json()["Code"]) == (404, 3000)


def test_no_other_route_passes_over_what_it_does_not_know() -> None:
    routes = [
        route for kind in ("api", "paths") for room in parts(kind) for route in room.router.routes
    ]
    extras = {
        getattr(route, "path", ""): getattr(route, "openapi_extra", None) or {} for route in routes
    }
    passing = {path for path, extra in extras.items() if ANY_QUERY.items() <= extra.items()}
    own = {path for path in extras if path.startswith("/r51")}
    assert len(own) == 5
    assert passing - own <= {"/oai"}  # which answers badArgument
    assert own <= passing
