"""What a harvester asks for, read out of the query of its address.

What is not known or cannot be so is passed over, and told of in the report, as COUNTER has it; without who
asks and for which months, nothing is answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from ledger_service.domain.errors import InvalidDigest, InvalidInput
from ledger_service.domain.identifiers import Digest
from reading_room.usage.rules.counter.notices import Code, NotAnswered, Notice
from reading_room.usage.rules.counter.reports import (
    ALL_DATA_TYPES,
    METHODS,
    NOT_KNOWN,
    REGULAR,
    REPORTS,
    Report,
)
from reading_room.usage.rules.months import Access, Month, MonthLine

NAMESPACE = "Muhr"
MOST_VALUES = 50  # of a filter
ACCESS_TYPES = (*(access.value for access in Access), "Free_To_Read")
GRANULARITIES = ("Month",)  # totals over months are COUNTER's option
YES, NO = "true", "false"
_YEARS = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?\Z")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2})(-[0-9]{2})?\Z")


@dataclass(frozen=True)
class Asked:
    """A report that is asked for. metrics: those in it; filters: those that were asked for, by COUNTER's
    names, each with its values; attributes: what is shown as well; item: the only resource.
    """

    report: Report
    first: Month
    last: Month
    metrics: tuple[str, ...]
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    item: Digest | None = None
    with_parents: bool = False
    notices: tuple[Notice, ...] = ()

    def takes(self, line: MonthLine) -> bool:
        """Return whether the filters let this line in."""
        kinds = self.report.data_types or self.filters.get("Data_Type", ())
        accesses, years = self.filters.get("Access_Type", ()), self.filters.get("YOP", ())
        return (
            (not kinds or line.kind in kinds)
            and (not accesses or line.access.value in accesses)
            and (not years or any(_spans(span, line.year or 1) for span in years))
            and (self.item is None or line.digest == self.item)
            and self.is_regular
        )

    @property
    def is_regular(self) -> bool:
        """Whether what people read is asked for; nothing here is known to be text mining."""
        return REGULAR in self.filters.get("Access_Method", (REGULAR,))

    def shows(self, attribute: str) -> bool:
        """Return whether a number tells this of itself."""
        return attribute in self.report.shows or attribute in self.attributes


def find_report(name: str) -> Report:
    """Return the report of a path; raise NotAnswered."""
    report = REPORTS.get(name)
    if report is None:
        raise NotAnswered(Code.REPORT_UNKNOWN, ", ".join(REPORTS))
    return report


def read_asked(report: Report, query: Mapping[str, str], platform: str, now: int) -> Asked:
    """Return what is asked for.

    query: names and values, each name once. now: seconds since 1970 UTC.

    Raises:
        NotAnswered: a date is missing (1030), or none, or the first month is not over yet (3020).
    """
    reading = _Reading(report, query)
    first, last = _period(query, now)
    reading.check_platform(platform)
    filters = dict(reading.filters())
    metrics = filters.pop("Metric_Type", ())
    return Asked(
        report,
        first,
        last,
        tuple(name for name in report.metrics if not metrics or name in metrics),
        {"Metric_Type": metrics, **filters} if metrics else filters,
        reading.attributes(),
        reading.item(),
        report.tells_parent or reading.is_set("include_parent_details"),
        tuple(reading.notices()),
    )


def _period(query: Mapping[str, str], now: int) -> tuple[Month, Month]:
    missing = [name for name in ("begin_date", "end_date") if not query.get(name)]
    if missing:
        raise NotAnswered(Code.INSUFFICIENT, ", ".join(missing))
    first, last = (_month(name, query[name]) for name in ("begin_date", "end_date"))
    if first > last or first >= Month.of(now):
        raise NotAnswered(Code.DATES_INVALID, f"begin_date={first}, end_date={last}")
    return first, last


def _month(name: str, text: str) -> Month:
    found = _DATE.match(text)
    try:
        if found is None:
            raise ValueError(text)
        if found[2]:
            date.fromisoformat(text)
        return Month.parse(found[1])
    except (ValueError, InvalidInput) as exc:
        raise NotAnswered(Code.DATES_INVALID, f"{name}={text[:40]}") from exc


def _spans(span: str, year: int) -> bool:
    first, _, last = span.partition("-")
    return int(first) <= year <= int(last or first)


class _Reading:
    """Reads a query, and remembers what of it was passed over."""

    def __init__(self, report: Report, query: Mapping[str, str]) -> None:
        self._report = report
        self._query = query
        self._bad_filters: list[str] = []
        self._bad_attributes: list[str] = []
        self._has_components = False

    def filters(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the filters that apply."""
        known: dict[str, Collection[str]] = {
            "metric_type": (*self._report.metrics, *_platform_only(self._report)),
            "data_type": ALL_DATA_TYPES,
            "access_type": ACCESS_TYPES,
            "access_method": METHODS,
        }
        for name, values in known.items():
            found = self._chosen(name, values.__contains__)
            if found:
                yield "_".join(word.capitalize() for word in name.split("_")), found
        if years := self._chosen("yop", _are_years):
            yield "YOP", years

    def _chosen(self, name: str, is_known: Callable[[str], bool]) -> tuple[str, ...]:
        text = self._query.get(name, "") if name in self._report.takes else ""
        given = [value for value in text.split("|")[:MOST_VALUES] if value]
        self._bad_filters += [f"{name}={value[:40]}" for value in given if not is_known(value)]
        return tuple(dict.fromkeys(filter(is_known, given)))

    def attributes(self) -> tuple[str, ...]:
        """Return what is to be shown as well."""
        takes = self._report.takes
        text = self._query.get("attributes_to_show", "") if takes else ""
        given = [value for value in text.split("|")[:MOST_VALUES] if value]
        known = self._report.attributes
        self._bad_attributes += [value[:40] for value in given if value not in known]
        granularity = self._query.get("granularity", "") if takes else ""
        if granularity and granularity not in GRANULARITIES:
            self._bad_attributes.append(f"granularity={granularity[:40]}")
        self._has_components = self.is_set("include_component_details")
        return tuple(value for value in known if value in given)

    def is_set(self, name: str) -> bool:
        """Return whether a switch is on."""
        text = self._query.get(name, "").lower() if name in self._report.takes else ""
        if text not in ("", YES, NO):
            self._bad_attributes.append(f"{name}={text[:40]}")
        return text == YES

    def item(self) -> Digest | None:
        """Return the only resource that is asked for, None for all."""
        text = self._query.get("item_id", "") if "item_id" in self._report.takes else ""
        if not text:
            return None
        try:
            return Digest.parse(text.removeprefix(f"{NAMESPACE}:"))
        except InvalidDigest:
            self._bad_filters.append(f"item_id={text[:80]}")
            return None

    def check_platform(self, platform: str) -> None:
        """Pass over the name of another platform."""
        given = self._query.get("platform", "")
        if given and given != platform:
            self._bad_filters.append(f"platform={given[:80]}")

    def notices(self) -> Iterator[Notice]:
        """Yield what was passed over."""
        strange = [name[:40] for name in self._query if name not in self._report.parameters]
        if strange:
            yield Notice(Code.PARAMETER_UNKNOWN, "|".join(strange))
        if self._bad_filters:
            yield Notice(Code.FILTER_INVALID, ", ".join(self._bad_filters))
        if self._bad_attributes:
            yield Notice(Code.ATTRIBUTE_INVALID, ", ".join(self._bad_attributes))
        if self._has_components:
            yield Notice(Code.NO_COMPONENTS)


def _platform_only(report: Report) -> tuple[str, ...]:
    return () if report.is_by_item else NOT_KNOWN


def _are_years(text: str) -> bool:
    found = _YEARS.match(text)
    return found is not None and int(found[1]) <= int(found[2] or found[1])
