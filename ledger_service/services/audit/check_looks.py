"""Check what entries of kind `looked` commit to: who looked is the library's word, its form is not."""

from __future__ import annotations

from typing import Any

from ledger_service.domain.ledger.entry import SECONDS_PER_HOUR, Entry
from ledger_service.domain.people.look import Look
from ledger_service.domain.reasons import Reason
from ledger_service.services.audit.faults import Fault


def look_fault(index: int, entry: Entry, private: dict[str, Any]) -> Reason | None:
    """Return what is wrong with a look, or None: its hour, or that it is at what came later.

    Raises:
        InvalidInput, KeyError, TypeError, ValueError: it has not the form of a look.
    """
    look = Look.of(private)
    if look.at - look.at % SECONDS_PER_HOUR != entry.at:
        return Fault.PRIVATE_PART_OF_OTHER_HOUR.of(entry=index)
    if look.entries[-1][1] >= index:
        return Fault.LOOK_AHEAD.of(entry=index, last=look.entries[-1][1])
    return None
