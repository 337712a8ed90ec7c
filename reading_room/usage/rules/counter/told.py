"""A report as JSON: its header, and the numbers of platforms and items.

There is nothing in it of who used what. Source: COUNTER Code of Practice 5.1, §3.2, and its API.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ledger_service.domain.exports.cited_work import Work, work_of
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.instant import instant
from ledger_service.domain.resources.registration import Registration
from reading_room.usage.rules.counter.asked import NAMESPACE, Asked
from reading_room.usage.rules.counter.notices import Notice
from reading_room.usage.rules.counter.reports import METRICS, REGULAR, RELEASE
from reading_room.usage.rules.months import Counts, Month, MonthLine

MOST_AUTHORS = 3
UNKNOWN_YEAR = 1  # 0001
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_ISBN = re.compile(r"97[89][0-9]{10}\Z")
_ISSN = re.compile(r"[0-9]{4}-[0-9]{3}[0-9X]\Z")
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.[0-9]{4,9}/\S+)\Z", re.IGNORECASE)
Json = dict[str, Any]


@dataclass(frozen=True)
class Platform:
    """Who reports. name: of the platform, and the customer's id; institution: its name; address: of pages."""

    name: str
    institution: str
    address: str

    @property
    def ids(self) -> dict[str, list[str]]:
        """The identifiers of the institution."""
        return {"Proprietary": [f"{NAMESPACE}:{self.name}"]}


def header(asked: Asked, platform: Platform, now: int, notices: Iterable[Notice]) -> Json:
    """Return the header of a report; without exceptions there is no word of them."""
    report = asked.report
    told: Json = {
        "Release": RELEASE,
        "Report_ID": report.id,
        "Report_Name": report.name,
        "Created": instant(now),
        "Created_By": "Muhr",
        "Institution_ID": platform.ids,
        "Institution_Name": platform.institution,
        "Report_Filters": _filters(asked),
    }
    if attributes := _attributes(asked):
        told["Report_Attributes"] = attributes
    if exceptions := [notice.to_json() for notice in notices]:
        told["Exceptions"] = exceptions
    return told


def _filters(asked: Asked) -> Json:
    told: Json = {
        "Begin_Date": f"{asked.first}-01",
        "End_Date": f"{asked.last}-{asked.last.last_day:02}",
    }
    if asked.report.is_view:
        fixed = {"Data_Type": list(asked.report.data_types), "Access_Method": [REGULAR]}
        told |= {"Metric_Type": list(asked.metrics)}
        told |= {name: values for name, values in fixed.items() if values}
    told |= {name: list(values) for name, values in asked.filters.items()}
    if asked.item is not None:
        told["Item_ID"] = f"{NAMESPACE}:{asked.item}"
    return told


def _attributes(asked: Asked) -> Json:
    told: Json = {}
    if asked.attributes:
        told["Attributes_To_Show"] = list(asked.attributes)
    if asked.with_parents and not asked.report.is_view:
        told["Include_Parent_Details"] = "True"
    return told


def platform_item(
    asked: Asked, platform: Platform, sums: Iterable[tuple[Month, str, Counts]]
) -> list[Json]:
    """Return the one item of a platform's report; none if nothing is counted. sums: by Data_Type, month."""
    kinds = asked.filters.get("Data_Type", ())
    grouped: dict[tuple[str, ...], list[tuple[Month, Counts]]] = defaultdict(list)
    for month, kind, counts in sums:
        if asked.is_regular and (not kinds or kind in kinds):
            grouped[(kind,)].append((month, counts))
    found = []
    for (kind,), counted in grouped.items():
        if performance := _performance(asked, counted):
            found.append({"Data_Type": kind, **_method(asked), "Performance": performance})
    return [{"Platform": platform.name, "Attribute_Performance": found}] if found else []


def item(
    asked: Asked,
    platform: Platform,
    digest: Digest,
    lines: Iterable[tuple[Month, MonthLine]],
    registration: Registration | None,
) -> tuple[Json, Json] | None:
    """Return what an item is part of, empty for nothing, and the item; None if nothing is counted of it."""
    grouped: dict[tuple[tuple[str, str], ...], list[tuple[Month, Counts]]] = defaultdict(list)
    for month, line in lines:
        if asked.takes(line):
            grouped[tuple(_shown(asked, line).items())].append((month, line.counts))
    found = []
    for shown, counted in grouped.items():
        if performance := _performance(asked, counted):
            found.append({**dict(shown), "Performance": performance})
    if not found:
        return None
    work = _work(registration, platform)
    named = _named(asked, platform, digest, work)
    return _parent(asked, work), {**named, "Attribute_Performance": found}


def _shown(asked: Asked, line: MonthLine) -> dict[str, str]:
    told = {
        "Data_Type": line.kind,
        "YOP": f"{line.year or UNKNOWN_YEAR:04}",
        "Access_Type": line.access.value,
        "Access_Method": REGULAR,
    }
    return {name: value for name, value in told.items() if asked.shows(name)}


def _method(asked: Asked) -> dict[str, str]:
    return {"Access_Method": REGULAR} if asked.shows("Access_Method") else {}


def _performance(asked: Asked, counted: Iterable[tuple[Month, Counts]]) -> Json:
    """Return the numbers by metric and month, without zeros."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for month, counts in counted:
        for name in asked.metrics:
            if number := METRICS[name](counts):
                by_month = found[name]
                by_month[str(month)] = by_month.get(str(month), 0) + number
    return dict(found)


def _work(registration: Registration | None, platform: Platform) -> Work | None:
    if registration is None:
        return None
    return work_of(
        registration,
        platform.address,
        license=("", ""),
        steward="",
        changed_at=0,
        is_open=False,
    )


def _named(asked: Asked, platform: Platform, digest: Digest, work: Work | None) -> Json:
    told: Json = {
        "Item": work.title if work else str(digest),
        "Publisher": work.publisher if work else "",
        "Platform": platform.name,
        "Item_ID": {"Proprietary": f"{NAMESPACE}:{digest}", **(_ids(asked, work) if work else {})},
    }
    if work is None:
        return told
    wanted = (*asked.attributes, *asked.report.tells_work)
    if "Authors" in wanted and work.authors:
        told["Authors"] = [
            {"Name": person.name, **({"ORCID": person.orcid} if person.orcid else {})}
            for person in work.authors[:MOST_AUTHORS]
        ]
    if "Publication_Date" in wanted and _DAY.match(work.issued):
        told["Publication_Date"] = work.issued
    return told


def _ids(asked: Asked, work: Work) -> dict[str, str]:
    told = {"URI": work.address}
    if found := _DOI.match(work.identifier("doi")):
        told["DOI"] = found[1]
    isbn = work.identifier("isbn").replace("-", "").replace(" ", "")
    if not asked.report.is_view and _ISBN.match(isbn):
        told["ISBN"] = isbn
    return told


def _parent(asked: Asked, work: Work | None) -> Json:
    if not asked.with_parents or work is None or work.host is None or work.kind != "article":
        return {}
    told: Json = {"Title": work.host.title}
    if not asked.report.is_view:
        told["Data_Type"] = "Journal"
    if _ISSN.match(work.host.identifier):
        told["Item_ID"] = {"Online_ISSN": work.host.identifier}
    return told


def as_key(parent: Mapping[str, Any]) -> str:
    """Return by what two parents are the same."""
    return repr(sorted(parent.items()))
