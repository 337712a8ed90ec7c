"""The report of an import: what became of each item, as JSON Lines or CSV. Source: docs/formats.md §14."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ledger_service.domain.canonical_json import quote
from ledger_service.domain.imports.prepared_claim import ImportResult
from ledger_service.domain.reasons import Reason

COLUMNS = ("place", "digest", "index", "result", "reason", "detail")
WITHOUT_REASON = '"reason": ""}\n'
"""How a line ends whose item has no reason: it was registered, or was there already."""


def report_lines(results: Iterable[ImportResult]) -> str:
    """Return a line of JSON for each result, in order; every line ends with a line feed."""
    # Written by hand, since imports do it by the million while they hold the write lock.
    return "".join(
        f'{{"place": {quote(place)}, "digest": "{digest}", "index": '
        f'{"null" if index is None else index}, "result": "{outcome}", '
        f"{_told(reason) if reason else WITHOUT_REASON}"
        for place, digest, index, outcome, reason in map(_values, results)
    )


def _told(reason: str) -> str:
    """Return the end of a line with a reason, its values beside it."""
    return json.dumps(Reason.parse(reason).to_json(), ensure_ascii=False)[1:] + "\n"


def _values(result: ImportResult) -> tuple[str, str, int | None, str, str]:
    """Return the values of the columns; what no file can hold, such as half a surrogate, is a “?”."""
    place, reason = result.place, result.reason
    if not (place.isascii() and reason.isascii()):
        place, reason = (text.encode("utf-8", "replace").decode() for text in (place, reason))
    return place, result.digest.hex(), result.entry, result.outcome, reason
