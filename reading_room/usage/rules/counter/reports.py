"""The five reports: what each counts, what may be asked of it, and which of it is fixed.

Source: COUNTER Code of Practice 5.1, §4.1 and §4.4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reading_room.usage.rules.data_types import MULTIMEDIA
from reading_room.usage.rules.months import Counts

RELEASE = "5.1"
TOTAL, UNIQUE = "Total_Item_Requests", "Unique_Item_Requests"
METRICS: Mapping[str, Callable[[Counts], int]] = {
    "Total_Item_Investigations": lambda counts: counts.requests,
    TOTAL: lambda counts: counts.requests,
    "Unique_Item_Investigations": lambda counts: counts.unique,
    UNIQUE: lambda counts: counts.unique,
    "Limit_Exceeded": lambda counts: counts.limit_exceeded,
    "No_License": lambda counts: counts.no_license,
}
"""How each metric is had; views of records are not counted, so that investigations are requests."""
NOT_KNOWN = ("Searches_Platform", "Unique_Title_Investigations", "Unique_Title_Requests")
"""Metrics of platforms that may be asked for and are in no report: nothing is known of them here."""
REGULAR = "Regular"
METHODS = (REGULAR, "TDM")
WHO = ("customer_id", "requestor_id", "api_key")
PERIOD = ("platform", "begin_date", "end_date")
_CHOICES = ("metric_type", "data_type", "access_method", "attributes_to_show", "granularity")
_OF_ITEMS = (
    "access_type",
    "yop",
    "item_id",
    "include_parent_details",
    "include_component_details",
)


@dataclass(frozen=True)
class Report:
    """takes: parameters beside WHO and PERIOD; shows: of each number, what is told of it in any case;
    attributes: what may be shown as well; data_types: the only ones, none for all.
    """

    id: str
    name: str
    says: str
    metrics: tuple[str, ...]
    takes: tuple[str, ...] = ()
    shows: tuple[str, ...] = ("Data_Type",)
    attributes: tuple[str, ...] = ()
    data_types: tuple[str, ...] = ()
    is_by_item: bool = False
    tells_work: tuple[str, ...] = ()
    tells_parent: bool = False

    @property
    def is_view(self) -> bool:
        """Whether its filters are fixed."""
        return not self.takes

    @property
    def parameters(self) -> tuple[str, ...]:
        """All that it takes."""
        return (*WHO, *PERIOD, *self.takes)


_PLATFORM_METRICS = tuple(METRICS)[:4]
PR = Report(
    "PR",
    "Platform Report",
    "Activity on the platform, by Data_Type, with filters to choose.",
    _PLATFORM_METRICS,
    takes=_CHOICES,
    attributes=("Access_Method",),
)
PR_P1 = Report("PR_P1", "Platform Usage", "Requests on the platform.", (TOTAL, UNIQUE))
IR = Report(
    "IR",
    "Item Report",
    "Activity by resource, with filters to choose, and who was refused.",
    tuple(METRICS),
    takes=(*_CHOICES, *_OF_ITEMS),
    attributes=(
        "Authors",
        "Publication_Date",
        "Article_Version",
        "YOP",
        "Access_Type",
        "Access_Method",
    ),
    is_by_item=True,
)
IR_A1 = Report(
    "IR_A1",
    "Journal Article Requests",
    "Requests for articles of journals.",
    (TOTAL, UNIQUE),
    shows=("Access_Type",),
    data_types=("Article",),
    is_by_item=True,
    tells_work=("Authors", "Publication_Date"),
    tells_parent=True,
)
IR_M1 = Report(
    "IR_M1",
    "Multimedia Item Requests",
    "Requests for pictures, sound and film.",
    (TOTAL, UNIQUE),
    data_types=MULTIMEDIA,
    is_by_item=True,
)
REPORTS: Mapping[str, Report] = {
    report.id.lower(): report for report in (PR, PR_P1, IR, IR_A1, IR_M1)
}
ALL_DATA_TYPES = frozenset(
    {
        "Article",
        "Audiovisual",
        "Book",
        "Book_Segment",
        "Conference",
        "Conference_Item",
        "Database_Full_Item",
        "Dataset",
        "Image",
        "Interactive_Resource",
        "Journal",
        "Multimedia",
        "News_Item",
        "Newspaper_or_Newsletter",
        "Other",
        "Patent",
        "Platform",
        "Reference_Item",
        "Reference_Work",
        "Report",
        "Software",
        "Sound",
        "Standard",
        "Thesis_or_Dissertation",
        "Unspecified",
    }
)
"""Values that COUNTER has, also those that no resource here has."""
