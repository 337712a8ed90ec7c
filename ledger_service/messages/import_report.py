"""The report of an import as people get it: the stored lines, and what each reason says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from ledger_service import messages
from ledger_service.domain.csv_rows import format_rows
from ledger_service.domain.imports.import_report import COLUMNS, WITHOUT_REASON
from ledger_service.domain.reasons import Reason


def shown_lines(stored: str, language: str | None = None) -> str:
    """Return stored lines of JSON, with the detail of each reason; lines without one stay as they are."""
    return "".join(
        line
        if line.endswith(WITHOUT_REASON)
        else json.dumps(_shown(json.loads(line), language), ensure_ascii=False) + "\n"
        for line in stored.splitlines(keepends=True)
    )


def shown_rows(stored: str, language: str | None = None) -> str:
    """Return stored lines as rows of CSV; what is null or missing is empty."""
    shown = (_shown(json.loads(line), language) for line in stored.split("\n") if line)
    return format_rows([result.get(column) for column in COLUMNS] for result in shown)


def with_header(parts: Iterator[str], language: str | None = None) -> Iterator[str]:
    """Yield the whole report as CSV."""
    yield format_rows([COLUMNS])
    yield from map(partial(shown_rows, language=language), parts)


def _shown(result: dict[str, Any], language: str | None) -> dict[str, Any]:
    if not result["reason"]:
        return result
    if "values" not in result:  # of an earlier version: the error's slug and a sentence
        slug, _, detail = result["reason"].partition(": ")
        return {**result, "reason": slug, "values": {}, "detail": detail or slug}
    return {**result, "detail": messages.text(Reason.from_json(result), language)}
