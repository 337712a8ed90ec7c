"""What the feed says of the library itself."""

from __future__ import annotations

from ledger_service.services.library import Library


def steward_name(library: Library) -> str:
    """Return the name of the institution that lends."""
    with library.store.read() as transaction:
        steward = transaction.stewards.find(library.steward)
    assert steward is not None  # written by the set-up
    return steward.name
