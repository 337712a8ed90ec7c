"""What the chain says, in the words of ledger entries, so that an auditor can compare the two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from ledger_service.domain.chain.history import ChainEvent, ChainHistory, Position
from ledger_service.domain.chain.telling import TELLINGS
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.identifiers import GrantId, StewardId
from ledger_service.domain.ledger.entry import ON_CHAIN, Entry
from ledger_service.domain.reasons import Reason
from ledger_service.services.audit.faults import Fault

Identity = tuple[str, frozenset[tuple[str, str | int]]]
"""Kind and facts of an entry, but for the place on chain, which a reorganization may change."""
Places = frozenset[tuple[int, str]]
"""Blocks and transactions, 64 hex."""


class Deed(NamedTuple):
    """Something a steward did on chain. unrecorded: the fault if no entry tells of it."""

    unrecorded: Reason
    at: Position
    transaction: str
    identity: Identity | None


def identity_of(entry: Entry) -> Identity:
    """Return what an entry tells of the chain, but for the place where it was seen."""
    facts = entry.facts.items()
    return entry.kind, frozenset((name, value) for name, value in facts if name not in ON_CHAIN)


def identity_of_event(event: ChainEvent) -> Identity | None:
    """Return the identity of the entry that would tell of an event; None if no entry can."""
    telling = TELLINGS.get(event.name)
    if telling is None:
        return None
    with suppress(InvalidInput):  # terms of a license that no library can have
        return telling.kind, frozenset(telling.facts_of_event(event).items())
    return None


def places_by_identity(events: Iterable[ChainEvent]) -> Mapping[Identity, Places]:
    """Return where on chain each thing stands that an entry can tell of."""
    found: dict[Identity, Places] = {}
    for event in events:
        identity = identity_of_event(event)
        if identity is not None:
            place = (event.block, event.transaction)
            found[identity] = found.get(identity, frozenset()) | {place}
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
        yield Deed(unrecorded, event.position, event.transaction, identity_of_event(event))


def _steward_of(event: ChainEvent, history: ChainHistory) -> StewardId:
    """Return whose deed an event is: it says so, or the grant that it is about does."""
    if "steward" in event.arguments:
        return StewardId.parse(event.text("steward"))
    return history.grants[GrantId.parse(event.subject)].steward
