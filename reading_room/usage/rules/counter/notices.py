"""What COUNTER calls exceptions: why nothing is answered, or how a report is not what was asked for.

Source: COUNTER Code of Practice 5.1, Appendix D.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Code(IntEnum):
    """The numbers by which harvesters know them."""

    NOT_AVAILABLE = 1000
    BUSY = 1010
    TOO_MANY_REQUESTS = 1020
    INSUFFICIENT = 1030
    REQUESTOR_UNKNOWN = 2000
    NOT_OF_INSTITUTION = 2010
    NO_GLOBAL_REPORTS = 2011
    KEY_INVALID = 2020
    REPORT_UNKNOWN = 3000
    DATES_INVALID = 3020
    NOT_READY = 3031
    PARAMETER_UNKNOWN = 3050
    FILTER_INVALID = 3060
    ATTRIBUTE_INVALID = 3062
    NO_COMPONENTS = 3063


_TOLD: dict[Code, tuple[int, str]] = {
    Code.NOT_AVAILABLE: (503, "Service Not Available"),
    Code.BUSY: (503, "Service Busy"),
    Code.TOO_MANY_REQUESTS: (429, "Client has made too many requests"),
    Code.INSUFFICIENT: (400, "Insufficient Information to Process Request"),
    Code.REQUESTOR_UNKNOWN: (401, "Requestor Not Authorized to Access Service"),
    Code.NOT_OF_INSTITUTION: (
        403,
        "Requestor is Not Authorized to Access Usage for Institution",
    ),
    Code.NO_GLOBAL_REPORTS: (403, "Global Reports Not Supported"),
    Code.KEY_INVALID: (401, "APIKey Invalid"),
    Code.REPORT_UNKNOWN: (404, "Report Not Supported"),
    Code.DATES_INVALID: (400, "Invalid Date Arguments"),
    Code.NOT_READY: (200, "Usage Not Ready for Requested Dates"),
    Code.PARAMETER_UNKNOWN: (200, "Parameter Not Recognized in this Context"),
    Code.FILTER_INVALID: (200, "Invalid ReportFilter Value"),
    Code.ATTRIBUTE_INVALID: (200, "Invalid ReportAttribute Value"),
    Code.NO_COMPONENTS: (200, "Components Not Supported"),
}
HELP = "https://cop5.countermetrics.org/en/latest/appendices/d-handling-errors-and-exceptions.html"
LONGEST_DATA = 500  # characters


@dataclass(frozen=True)
class Notice:
    """One exception. data: what it is about, in COUNTER's words and those of the request."""

    code: Code
    data: str = ""

    @property
    def status(self) -> int:
        """The HTTP status with which it is answered."""
        return _TOLD[self.code][0]

    def to_json(self) -> dict[str, object]:
        """Return it as reports and refusals have it."""
        told: dict[str, object] = {"Code": int(self.code), "Message": _TOLD[self.code][1]}
        told["Help_URL"] = HELP
        if self.data:
            told["Data"] = self.data[:LONGEST_DATA]
        return told


class NotAnswered(Exception):
    """Nothing but this exception is answered."""

    def __init__(self, code: Code, data: str = "") -> None:
        super().__init__(code)
        self.notice = Notice(code, data)
