"""Bills as files: what they must have, what is refused, and how uses are counted in a report."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger_service.domain.errors import InvalidBill, InvalidJson
from reading_room.cost.rules.bill import read_bill
from reading_room.cost.rules.counted import count_uses

YEAR = ("2026-01", "2026-12")


def bill(**changed: Any) -> dict[str, Any]:
    """Return a bill of two members."""
    return {
        "format": "muhr-cost/1",
        "invoice": "2026/117, journals",
        "currency": "UZS",
        "decimals": 2,
        "amount": 100_000,
        "months": {"from": "2026-01", "to": "2026-12"},
        "formula": {"weights": {"equal": 500, "uses": 500}},
        "members": [
            {"id": "https://ror.org/01", "name": "Toshkent", "quantities": {"uses": 30}},
            {"id": "https://ror.org/02", "name": "Buxoro", "quantities": {"uses": 10}},
        ],
    } | changed


def read(said: object, *, checked: bool = True) -> Any:
    return read_bill(json.dumps(said).encode(), checked=checked)


def test_a_bill_is_split() -> None:
    found = read(bill())
    assert found.shares() == {"https://ror.org/01": 62_500, "https://ror.org/02": 37_500}
    assert found.money(62_500) == "625.00"
    assert found.money(7) == "0.07"
    assert read(bill(decimals=0)).money(7) == "7"


def test_a_use_costs_what_a_member_pays_by_its_uses_and_nothing_is_told_without_any() -> None:
    found = read(bill())
    shares = found.shares()
    costs = [found.per_use(id, share) for id, share in shares.items()]
    assert costs == [2083, 3750]  # 62,500 / 30 and 37,500 / 10
    assert found.per_use("https://ror.org/02", 37_505) == 3751  # halves upward
    equal = bill(formula={"weights": {"equal": 1000}})
    equal["members"][0]["quantities"] = {"uses": 0}
    equal["members"][1]["quantities"] = {}
    assert [read(equal).per_use(id, 50_000) for id in read(equal).shares()] == [None, None]


def test_the_digest_is_of_what_is_said_and_not_of_how_it_is_laid_out() -> None:
    said = bill()
    turned = dict(reversed(said.items()))
    assert read_bill(json.dumps(turned, indent=7).encode()).digest == read(said).digest
    said["members"][0]["quantities"]["uses"] += 1
    assert read(said).digest != read(bill()).digest
    assert read(said).formula_digest == read(bill()).formula_digest


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"format": "x"}, "format"),
        ({"amount": 1.5}, "member-of-kind"),
        ({"amount": True}, "member-of-kind"),
        ({"amount": -1}, "member-of-kind"),
        ({"amount": 2**53}, "member-of-kind"),
        ({"decimals": 5}, "member-of-kind"),
        ({"currency": "sum"}, "member-of-kind"),
        ({"invoice": "a\u202eb\n"}, "member-of-kind"),
        ({"months": {"from": "2026-13", "to": "2026-12"}}, "member-of-kind"),
        ({"months": {"from": "2026-12", "to": "2026-01"}}, "months"),
        ({"formula": {"weights": {"equal": 999}}}, "weights"),
        ({"formula": {"weights": {"equal": 1000}, "lest": 5}}, "member-unknown"),
        ({"formula": {"weights": {"equal": 1000}, "least": 50_001}}, "least"),
        ({"formula": []}, "member-of-kind"),
        ({"least": 7}, "member-unknown"),
        ({"members": []}, "member-of-kind"),
        ({"members": [{"id": "a", "name": "A"}]}, "quantity-missing"),
        ({"members": [{"id": "a", "name": "A", "quantities": {"uses": "1"}}]}, "member-of-kind"),
        ({"members": [{"id": "a", "name": "A", "quantities": {"uses": 1}}] * 2}, "twice"),
        ({"members": [7]}, "member-of-kind"),
        (
            {
                "members": [
                    {"id": "a", "name": "A", "quantities": {"uses": 1}, "sources": {"uses": "x"}}
                ]
            },
            "member-of-kind",
        ),
    ],
)
def test_what_is_wrong_is_named(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(InvalidBill) as caught:
        read(bill(**changed))
    assert caught.value.reason.name == f"invalid-bill.{why}"


def test_each_member_must_be_there() -> None:
    for name in bill():
        said = bill()
        del said[name]
        with pytest.raises(InvalidBill, match=name):
            read(said)


@pytest.mark.parametrize("data", [b"", b"[", b"\xff", b"[" * 100])
def test_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidJson):
        read_bill(data)


@pytest.mark.parametrize("data", [b"[]", b"7", b'"x"', b"null"])
def test_other_json_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidBill):
        read_bill(data)


def report(**changed: Any) -> dict[str, Any]:
    """Return a report of COUNTER 5.1 of a year, of which a month has uses of two items."""
    counts = {
        "Total_Item_Requests": {"2026-01": 3, "2026-02": 4},
        "Unique_Item_Requests": {"2026-01": 2},
    }
    return {
        "Report_Header": {
            "Release": "5.1",
            "Report_ID": "PR",
            "Report_Filters": {"Begin_Date": "2026-01-01", "End_Date": "2026-12-31"},
        },
        "Report_Items": [
            {"Attribute_Performance": [{"Data_Type": "Book", "Performance": counts}]},
            {"Attribute_Performance": [{"Data_Type": "Article", "Performance": counts}]},
        ],
    } | changed


def counted(said: object, months: tuple[str, str] = YEAR, **more: Any) -> int:
    return count_uses(json.dumps(said).encode(), months, **more)


def test_uses_are_counted_by_metric_and_month() -> None:
    assert counted(report()) == 14
    assert counted(report(), metric="Unique_Item_Requests") == 4
    assert counted(report(), metric="No_License") == 0
    assert counted(report(), months=("2026-02", "2026-12")) == 8


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ([], "no-report"),
        ({"Report_Header": {}}, "no-report"),
        (report(Report_Items=[{"Attribute_Performance": [{"Performance": []}]}]), "no-report"),
        (
            report(
                Report_Items=[
                    {
                        "Attribute_Performance": [
                            {"Performance": {"Total_Item_Requests": {"2026-01": "7"}}}
                        ]
                    }
                ]
            ),
            "no-report",
        ),
        (
            report(Report_Header={**report()["Report_Header"], "Exceptions": [{"Code": 3031}]}),
            "report-lacks",
        ),
    ],
)
def test_a_report_that_is_none_or_not_whole_is_refused(said: object, why: str) -> None:
    with pytest.raises(InvalidBill) as caught:
        counted(said)
    assert caught.value.reason.name == f"invalid-bill.{why}"


def test_a_report_of_other_months_is_refused() -> None:
    with pytest.raises(InvalidBill, match="report-of-other-months"):
        counted(report(), months=("2025-12", "2026-12"))
