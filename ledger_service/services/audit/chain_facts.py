"""What the chain says, in the words of ledger entries, so that an auditor can compare the two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from ledger_service.domain.chain.block import Position
from ledger_service.domain.chain.history import ChainEvent, ChainHistory
from ledger_service.domain.chain.telling import TELLINGS
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.identifiers import GrantId, StewardId
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.reasons import Reason
from ledger_service.services.audit.faults import Fault

Identity = tuple[str, frozenset[tuple[str, str | int]]]
"""Kind and facts of an entry, but for the place on chain, which a reorganization may change."""
Place = tuple[int, str]
"""Block and transaction, 64 hex."""


class Deed(NamedTuple):
    """Something a steward did on chain. unrecorded: the fault if no entry tells of it."""

    unrecorded: Reason
    at: Position
    identity: Identity | None


def identity_of(entry: Entry) -> Identity:
    """Return what an entry tells of the chain, but for the place where it was seen."""
    return entry.kind, frozenset(entry.without_place().items())


def identity_of_event(event: ChainEvent) -> Identity | None:
    """Return the identity of the entry that would tell of an event; None if no entry can."""
    telling = TELLINGS.get(event.name)
    if telling is None:
        return None
    with suppress(InvalidInput):  # terms of a license that no library can have
        return telling.kind, frozenset(telling.facts_of_event(event).items())
    return None


def places_by_identity(events: Iterable[ChainEvent]) -> Mapping[Identity, set[Place]]:
    """Return where on chain each thing stands that an entry can tell of."""
    found: dict[Identity, set[Place]] = {}
    for event in events:
        identity = identity_of_event(event)
        if identity is not None:
            found.setdefault(identity, set()).add((event.block, event.transaction))
    return found


def told_by_identity(entries: Mapping[int, Entry]) -> Mapping[Identity, dict[int, Place]]:
    """Return the places that entries name, by their indexes, of each thing that they tell of the chain."""
    told: dict[Identity, dict[int, Place]] = {}
    for index, entry in entries.items():
        if entry.place is not None:
            told.setdefault(identity_of(entry), {})[index] = entry.place
    return told


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
        yield Deed(unrecorded, event.position, identity_of_event(event))


def _steward_of(event: ChainEvent, history: ChainHistory) -> StewardId:
    """Return whose deed an event is: it says so, or the grant that it is about does."""
    if "steward" in event.arguments:
        return StewardId.parse(event.text("steward"))
    return history.grants[GrantId.parse(event.subject)].steward
