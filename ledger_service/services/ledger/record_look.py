"""Write down that an auditor is about to be shown private parts: durable before anything is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.case import Case
from ledger_service.domain.people.look import Look, Shown
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.append_entry import append_private_entries
from ledger_service.services.library import Library

Ranges = Sequence[tuple[int, int]]


class Asked(NamedTuple):
    """What an auditor is about to be shown, by the case in which they look."""

    caller: Caller
    shown: Shown
    ranges: Mapping[Case, Ranges]


def record_look(
    library: Library, caller: Caller, shown: Shown, ranges: Mapping[Case, Ranges]
) -> None:
    """Return once an entry for each case, mostly one, tells what is shown in it; nothing shown is no look.

    ranges: first and last entry of each, rising; all private parts within are shown.
    """
    check_permitted(caller, Permission.PRIVATE_PART_READ)
    asked = Asked(caller, shown, {case: some for case, some in ranges.items() if some})
    if asked.ranges:
        library.append(_write_down, asked)


def _write_down(
    library: Library, transaction: Transaction, requests: Sequence[Asked]
) -> list[None]:
    now = library.clock()
    looks = [
        Look(now, case.id, case.auditor, asked.caller.actor_class, asked.shown, tuple(ranges))
        for asked in requests
        for case, ranges in asked.ranges.items()
    ]
    parts = [("looked", look.at, look.private_part()) for look in looks]
    first = append_private_entries(transaction, parts)
    for entry, look in enumerate(looks, first):
        transaction.looks.add(entry, look.entries)
    return [None] * len(requests)
