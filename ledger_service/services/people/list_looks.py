"""List who looked at private parts: to a reader, at those that are about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_service.domain import canonical_json
from ledger_service.domain.lending.commitment import pseudonyms
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.look import Look
from ledger_service.domain.people.permission import Permission, Reach, reach
from ledger_service.ports.ledger import PrivatePart
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.store import Clock, Store, Transaction


@dataclass(frozen=True)
class ToldLook:
    """A look as it is told. entry: that says so; case: its name; at: entries that it was at, some or all.

    To a reader, at are the entries about them that were looked at.
    """

    entry: int
    look: Look
    case: str
    at: tuple[tuple[int, int], ...]


def list_looks(store: Store, clock: Clock, caller: Caller, request: PageRequest) -> Page[ToldLook]:
    """Return a page of looks, newest first; raise InvalidCursor.

    An auditor and an admin see all, a reader those at what is about them. What was erased is not listed.
    """
    is_own = reach(caller, Permission.LOOK_READ) is Reach.OWN
    with store.read() as transaction:
        if not is_own:
            page = transaction.looks.page(request)
            return Page([_told(transaction, part, None) for part in page.items], page.next)
        entries = _about(transaction, caller, clock())
        page = transaction.looks.page_at(entries, request)
        return Page([_told(transaction, part, entries) for part in page.items], page.next)


def _about(transaction: Transaction, caller: Caller, now: int) -> list[int]:
    """Return the entries whose private parts name the calling reader."""
    key = transaction.access.reader_key(caller.subject)
    if key is None:
        return []
    names = {*pseudonyms(key, caller.steward, now).values()}
    return [part.entry for part in transaction.ledger.private_parts_of(names)]


def _told(transaction: Transaction, part: PrivatePart, entries: Sequence[int] | None) -> ToldLook:
    look = Look.of(canonical_json.parse(part.body or b""))
    case = transaction.cases.find(look.case)
    at = look.entries
    if entries is not None:
        at = tuple(
            (entry, entry)
            for entry in entries
            if any(first <= entry <= last for first, last in look.entries)
        )
    return ToldLook(part.entry, look, "" if case is None else case.name, at)
