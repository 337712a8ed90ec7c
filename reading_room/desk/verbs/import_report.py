"""What an import could not take, to be looked at first."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from ledger_service.domain import canonical_json
from ledger_service.domain.imports.import_job import ImportJob
from ledger_service.domain.imports.prepared_claim import REFUSED
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.reasons import Reason
from ledger_service.services.imports.find_imports import report_parts
from ledger_service.services.library import Library

MOST_SHOWN = 100
MOST_LINES = 200_000  # of the report that are looked through for one page


@dataclass(frozen=True)
class RefusedItem:
    """An item that was refused: where it stands in its source, its digest in hex, and why."""

    place: str
    digest: str
    reason: Reason


def refused_items(library: Library, caller: Caller, job: ImportJob) -> list[RefusedItem]:
    """Return the first items of an import that were refused, in its order; raise as `report_parts`."""
    check_permitted(caller, Permission.IMPORT_READ)
    wanted, found = min(job.refused, MOST_SHOWN), list[RefusedItem]()
    if not wanted:
        return found
    parts = report_parts(library, caller, job)
    lines = chain.from_iterable(part.splitlines() for part in parts)
    for number, line in enumerate(lines):
        if len(found) == wanted or number == MOST_LINES:
            break
        if f'"result": "{REFUSED}"' in line:
            told = canonical_json.parse(line.encode())
            found.append(RefusedItem(told["place"], told["digest"], Reason.from_json(told)))
    return found
