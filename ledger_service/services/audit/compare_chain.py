"""Compare what entries tell with what stands on chain, both ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ledger_service.domain.chain.history import AnchorFact, ChainEvent
from ledger_service.services.audit.chain_facts import Deed, Identity, Place, places_by_identity
from ledger_service.services.audit.faults import Fault, Report


def compare_entries(
    told: Mapping[Identity, dict[int, Place]], events: Iterable[ChainEvent], add: Report
) -> int:
    """Return how many entries name a place from which a fork has moved what they tell.

    Every public fact in the ledger that names a transaction stands on chain as it is told. Where it stood
    when it was told is evidence, and no fact. But what stands once is told once, wherever the other entry
    says that it stood.
    """
    moved = 0
    found = places_by_identity(events)
    for identity, named in told.items():
        places = found.get(identity, set())
        elsewhere = sorted(index for index, place in named.items() if place not in places)
        untold = len(places - set(named.values()))
        moved += len(elsewhere[:untold])
        for index in elsewhere[untold:]:
            add(Fault.ENTRY_NOT_ON_CHAIN.of(entry=index, kind=identity[0]))
    return moved


def compare_deeds(
    told: Mapping[Identity, dict[int, Place]],
    deeds: Iterable[Deed],
    anchors: Sequence[AnchorFact],
    add: Report,
) -> None:
    """Everything that a steward has done on chain, long enough ago, is in the ledger."""
    if len(anchors) < 2:
        return
    settled_before = anchors[-2].block  # what is younger may still be on its way into the ledger
    for unrecorded, at, identity in deeds:
        if at.block < settled_before and identity not in told:
            add(unrecorded)
