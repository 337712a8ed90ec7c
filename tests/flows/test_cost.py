"""A bill is split and attested by one library, and checked by another that has its own report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_a_bill_is_counted_split_attested_and_checked(
    muhr: Callable[..., Any], library: Any, tmp_path: Path
) -> None:
    settings = {
        "MUHR_HOME": "/nonexistent",
        "MUHR_API": library.url,
        "MUHR_TOKEN": library.token("registrar"),
    }
    bill, report = tmp_path / "bill.json", tmp_path / "report.json"
    members = [{"id": "tdu", "name": "Toshkent"}, {"id": "bdu", "name": "Buxoro"}]
    members[1]["quantities"] = {"uses": 3}
    bill.write_text(
        json.dumps(
            {
                "format": "muhr-cost/1",
                "invoice": f"of {tmp_path.name}",
                "currency": "UZS",
                "decimals": 2,
                "amount": 1000,
                "months": {"from": "2026-01", "to": "2026-01"},
                "formula": {"weights": {"uses": 1000}, "least": 100},
                "members": members,
            }
        )
    )
    filters = {"Begin_Date": "2026-01-01", "End_Date": "2026-01-31"}
    performance = {
        "Attribute_Performance": [{"Performance": {"Total_Item_Requests": {"2026-01": 7}}}]
    }
    report.write_text(
        json.dumps({"Report_Header": {"Report_Filters": filters}, "Report_Items": [performance]})
    )

    lacking = muhr(settings, "cost", "split", str(bill))
    assert (lacking.status, "“tdu” has none" in lacking.err) == (2, True)
    bill.write_text(muhr(settings, "cost", "count", str(bill), "tdu", str(report)).out)
    unattested = muhr(settings, "cost", "check", str(bill))
    assert (unattested.status, "does not attest" in unattested.out) == (1, True)

    split = muhr(settings, "cost", "split", str(bill), "--attest", "--format", "json")
    assert [row["amount"] for row in split.json["shares"]] == ["7.00", "3.00"]
    assert [row["per_use"] for row in split.json["shares"]] == ["1.00", "1.00"]
    assert "1.00 UZS for each use" in muhr(settings, "cost", "split", str(bill)).out
    assert "The ledger attests this bill" in split.err
    library.anchored()

    command = ["cost", "check", str(bill), "--member", "tdu", "--report", str(report)]
    checked = muhr(settings, *command)
    assert checked.status == 0, checked.err
    assert "anchored in block" in checked.out
    assert "Toshkent: the report counts 7, as the bill says." in checked.out
    differs = muhr(settings, *command[:3], "--member", "bdu", "--report", str(report))
    assert (differs.status, "counts 7, and the bill says 3" in differs.out) == (1, True)

    bill.write_text(bill.read_text().replace("Buxoro", "Xiva"))
    assert muhr(settings, "cost", "check", str(bill)).status == 1
