"""List what changed, newest first, in parts that never change once they are full."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger_service.domain.errors import RouteNotFound
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import check_told
from reading_room.tidings.ports import ChangeTable
from reading_room.tidings.rules.change import PART, Change, part_of

Tables = Callable[[Any], ChangeTable]


@dataclass(frozen=True)
class Titled:
    """A change, and the registration whose record tells what it is about."""

    change: Change
    registration: Registration


@dataclass(frozen=True)
class Part:
    """A part of the list, newest first. number: None for the newest changes.

    older, newer: the numbers of the parts that follow and are full, None where there is none. stewards: the
    names of the institutions, by id.
    """

    number: int | None
    items: list[Titled]
    older: int | None
    newer: int | None
    stewards: Mapping[StewardId, str]


def list_newest(library: Library, tables: Tables, steward: StewardId | None = None) -> Part:
    """Return the newest changes, of a steward if given: those of the last part and of the one before.

    Raises:
        MetadataMismatch: a record is not told as its entry commits to it.
    """
    with library.store.read() as transaction:
        room = transaction.room(tables)
        last = part_of(max(room.newest(steward), 1))
        first = (last - 2) * PART + 1
        items = titled(transaction, room.between(first, last * PART, steward))
        older = _part(room.newest(steward, first - 1))
        return Part(None, items, older, None, _names(transaction))


def list_part(
    library: Library, tables: Tables, number: int, steward: StewardId | None = None
) -> Part:
    """Return a part of the list, from 1; raise as `list_newest`.

    Raises:
        RouteNotFound: there is no such part, or it is not full yet.
    """
    first, last = (number - 1) * PART + 1, number * PART
    with library.store.read() as transaction:
        room = transaction.room(tables)
        newest = room.newest()
        if not 0 < last <= newest:
            raise RouteNotFound(path=f"/changes-{number}.atom")
        items = titled(transaction, room.between(first, last, steward))
        newer = _part(room.next_after(last, steward))
        if newer is not None and newer * PART > newest:
            newer = None
        older = _part(room.newest(steward, first - 1))
        return Part(number, items, older, newer, _names(transaction))


def titled(transaction: Transaction, changes: Sequence[Change]) -> list[Titled]:
    """Return changes with their registrations; a rejected one that was forgotten is left out.

    Raises:
        MetadataMismatch: a record is not told as its entry commits to it.
    """
    found = transaction.registrations.of_entries(sorted({item.place for item in changes}))
    check_told(transaction, found)
    known = {item.accepted_entry: item for item in found}
    return [Titled(item, known[item.place]) for item in changes if item.place in known]


def _part(number: int) -> int | None:
    return part_of(number) if number > 0 else None


def _names(transaction: Transaction) -> dict[StewardId, str]:
    return {row.id: row.name for row in transaction.stewards.all()}
