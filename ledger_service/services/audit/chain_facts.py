"""What the chain says, in the words of ledger entries, so that an auditor can compare the two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from ledger_service.domain.chain.history import ChainEvent, ChainHistory, Position
from ledger_service.domain.chain.telling import TELLINGS, place_of
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.identifiers import GrantId, StewardId
from ledger_service.domain.ledger.entry import Entry, Facts
from ledger_service.domain.reasons import Reason
from ledger_service.services.audit.faults import Fault

EventsByTransaction = Mapping[str, list[ChainEvent]]


class Deed(NamedTuple):
    """Something a steward did on chain. finding: the name of the fault if no entry tells of it."""

    unrecorded: Reason
    at: Position
    transaction: str


def by_transaction(events: Iterable[ChainEvent]) -> EventsByTransaction:
    """Return events by the transactions, 64 hex, that made them."""
    grouped: dict[str, list[ChainEvent]] = {}
    for event in events:
        grouped.setdefault(event.transaction, []).append(event)
    return grouped


def facts_on_chain(entry: Entry, events: EventsByTransaction) -> list[Facts]:
    """Return what an entry that names a transaction could tell of it, as facts of the entry's kind."""
    found: list[Facts] = []
    for event in events.get(entry.text("transaction"), ()):
        telling = TELLINGS.get(event.name)
        if telling is not None and telling.kind == entry.kind:
            with suppress(InvalidInput):  # terms of a license that no library can have
                place = place_of(event.block, event.transaction)
                found.append(telling.facts_of_event(event) | place)
    return found


def deeds_of(
    steward: StewardId, events: Iterable[ChainEvent], history: ChainHistory
) -> Iterator[Deed]:
    """Yield what a steward did on chain, each of which must have an entry in its ledger."""
    for event in events:
        telling = TELLINGS.get(event.name)
        if telling is None or not telling.missing or _steward_of(event, history) != steward:
            continue
        if event.name == "GrantIssued" and history.grants[GrantId.parse(event.subject)].claimed:
            continue  # by a member of a cohort, with nobody's leave but the cohort's
        unrecorded = Fault(telling.missing).of(subject=event.subject)
        yield Deed(unrecorded, event.position, event.transaction)


def _steward_of(event: ChainEvent, history: ChainHistory) -> StewardId:
    """Return whose deed an event is: it says so, or the grant that it is about does."""
    if "steward" in event.arguments:
        return StewardId.parse(event.text("steward"))
    return history.grants[GrantId.parse(event.subject)].steward
