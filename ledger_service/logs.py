"""What the processes of a service log: one JSON document a line, of fields that are named here.

No reader, no token and no query is among the fields. What others wrote is escaped as on terminals. A line
that comes again and again is told a few times a minute, and then how often it came.
"""

from __future__ import annotations

import json
import logging
import time
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

from ledger_service.domain.printable_text import escaped_json, shown

REQUEST: ContextVar[str] = ContextVar("muhr_request", default="")
"""The id of the request that is being answered, as its answer tells it; empty outside of requests."""
LONGEST_LINE = 2000  # characters
LONGEST_TRACEBACK = 20_000  # characters
LINES_A_WINDOW = 5  # of one place in the code
WINDOW_SECONDS = 60
MOST_PLACES = 1000  # remembered at a time
_TOLD = "_muhr_told"  # of an exception: a line has told of it


class JsonLines(logging.Formatter):
    """Formats a record as {at, level, part, line} and, where there are, {request, repeated, traceback}."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of JSON."""
        fields: dict[str, str | int] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "part": record.name,
            "line": shown(record.getMessage(), LONGEST_LINE),
        }
        if request := REQUEST.get():
            fields["request"] = request
        if repeated := getattr(record, "repeated", 0):
            fields["repeated"] = repeated
        if record.exc_info and record.exc_info[0] is not None:
            told = "".join(traceback.format_exception(*record.exc_info))
            fields["traceback"] = told[-LONGEST_TRACEBACK:]
        return escaped_json(json.dumps(fields, ensure_ascii=False))


class Repeats(logging.Filter):
    """Passes a failure once, and of each place in the code a few lines a minute.

    The first line of the next minute says how many were not told.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[tuple[str, int, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is told."""
        failure = record.exc_info[1] if record.exc_info else None
        if failure is not None:
            if hasattr(failure, _TOLD):  # by us, before the server of HTTP saw it
                return False
            setattr(failure, _TOLD, True)
        place = record.pathname, record.lineno, record.name
        now = time.monotonic()
        begun, count = self._told.get(place, (now, 0))
        if now - begun >= WINDOW_SECONDS:
            record.repeated = max(0, count - LINES_A_WINDOW)
            begun, count = now, 0
        if place not in self._told and len(self._told) >= MOST_PLACES:
            self._told.clear()
        self._told[place] = begun, count + 1
        return count < LINES_A_WINDOW


def write_logs() -> None:
    """Let this process log warnings and errors to standard error, also those of its libraries."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    handler.addFilter(Repeats())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.captureWarnings(True)
