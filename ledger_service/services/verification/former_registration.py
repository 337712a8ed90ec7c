"""How a work stood on contracts that the library has left: what its ledger told of them then.

These contracts' dates are another chain's word. Here nothing of it is checked, and it counts for no verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.telling import name_of
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.consortium.former import FormerContracts
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library


@dataclass(frozen=True)
class FormerRegistration:
    """number: of the former contracts, from 1. entry: index of the one that told of it, at this time.

    block, transaction (64 hex): where it stood on that chain. moved_at: since when the library is elsewhere.
    """

    number: int
    chain_id: int
    contract: str
    entry: int
    at: int
    block: int
    transaction: str
    moved_at: int


def former_registration(
    transaction: Transaction, registration: Registration
) -> FormerRegistration | None:
    """Return how a registration stood on the oldest contracts that had it; None for one that never did."""
    told = transaction.former.told(name_of("registered", registration.claim()))
    if told is None:
        return None
    entry = Entry.parse(transaction.ledger.entries(told.entry, 1)[0])
    former = next(item for item in transaction.former.all() if item.number == told.number)
    deployment = Deployment.parse(former.deployment)
    return FormerRegistration(
        number=told.number,
        chain_id=deployment.chain_id,
        contract=deployment.contracts["ResourceRegistry"],
        entry=told.entry,
        at=entry.at,
        block=entry.number("block"),
        transaction=entry.text("transaction"),
        moved_at=former.moved_at,
    )


def find_former(library: Library, digest: Digest) -> FormerRegistration | None:
    """Return how this library's registration of a digest stood on contracts that it has left."""
    with library.store.read() as transaction:
        if transaction.former.newest() is None:
            return None
        held = transaction.registrations.find(digest, library.steward)
        return None if held is None else former_registration(transaction, held)


def list_former(library: Library) -> list[FormerContracts]:
    """Return the contracts that the library has left, the oldest first."""
    with library.store.read() as transaction:
        return transaction.former.all()
