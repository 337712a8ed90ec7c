"""Settle how claims were made of which that was not written down in its time; for the operator."""

from __future__ import annotations

from collections.abc import Collection

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.registration import Route
from ledger_service.ports.store import Store


def settle_routes(
    store: Store, caller: Caller, route: Route, digests: Collection[Digest] | None = None
) -> int:
    """Return how many claims of an unknown route have this one now: all, or those on these digests."""
    check_permitted(caller, Permission.CLAIM_SETTLE)
    with store.write() as transaction:
        return transaction.registrations.settle_routes(caller.steward, route, digests)


def count_unsettled(store: Store, caller: Caller) -> int:
    """Return how many claims are not used before somebody tells how they were made."""
    check_permitted(caller, Permission.CLAIM_SETTLE)
    with store.read() as transaction:
        return transaction.registrations.count_unknown_routes(caller.steward)
