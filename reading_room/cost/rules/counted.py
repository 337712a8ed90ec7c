"""How much was used, by a report of COUNTER 5.1 in JSON as a member's platform gives it.

Source: COUNTER Code of Practice 5.1, §3.2: the performance of an item is a count by month, by metric.
"""

from __future__ import annotations

from typing import Any

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidBill, InvalidJson

METRIC = "Total_Item_Requests"
LARGEST_REPORT_BYTES = 32 * 1024 * 1024


def count_uses(data: bytes, months: tuple[str, str], metric: str = METRIC) -> int:
    """Return how much a report counts of a metric in these months, the last included.

    Raises:
        InvalidBill: it is no such report, it says itself that something lacks, or it begins later or ends
            earlier than these months.
    """
    try:
        report = foreign_json.parse(data, LARGEST_REPORT_BYTES)
        header = report["Report_Header"]
        told = {item["Name"]: item["Value"] for item in _filters(header)}
        covered = str(told["Begin_Date"])[:7], str(told["End_Date"])[:7]
        exceptions = header.get("Exceptions") or []
        counts = [
            (month, count)
            for item in report["Report_Items"]
            for attributes in item["Attribute_Performance"]
            for month, count in attributes["Performance"].get(metric, {}).items()
        ]
    except (InvalidJson, LookupError, TypeError, AttributeError) as exc:
        raise InvalidBill("no-report") from exc
    if exceptions:
        raise InvalidBill("report-lacks", count=len(exceptions))
    if covered[0] > months[0] or covered[1] < months[1]:
        raise InvalidBill("report-of-other-months", begin=covered[0], end=covered[1])
    if any(type(count) is not int or count < 0 for _, count in counts):
        raise InvalidBill("no-report")
    return sum(count for month, count in counts if months[0] <= str(month)[:7] <= months[1])


def _filters(header: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the filters as 5.0 writes them; 5.1 has an object of them."""
    filters = header["Report_Filters"]
    if isinstance(filters, dict):
        return [{"Name": name, "Value": value} for name, value in filters.items()]
    return list(filters)
