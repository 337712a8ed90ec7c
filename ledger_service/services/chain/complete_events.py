"""Read the events of a chain, and show that none is missing: for whoever folds them all at once."""

from __future__ import annotations

from ledger_service.domain.chain.history import ChainEvent
from ledger_service.ports.chain import ChainReader, EventTotals


def complete_events(
    chain: ChainReader, first: int, last: int, before: EventTotals
) -> tuple[list[ChainEvent], EventTotals]:
    """Return all events of the contracts in blocks `first` to `last`, in order, and the totals after.

    before: the totals after block `first` - 1; empty at the deployment. The node needs the state of `last`.

    Raises:
        ChainEvidenceMissing: the node left events out, made some up or changed some.
        ChainUnavailable: it does not answer, or has no state of `last`.
    """
    parts = list(chain.read_events(first, last, before))
    events, totals = [event for some, _ in parts for event in some], parts[-1][1]
    chain.check_totals(last, totals)
    return events, totals
