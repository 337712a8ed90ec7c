"""What chain and ledger tell of a resource since it was taken in; of the latter, receipts carry entries."""

from __future__ import annotations

from ledger_service.domain.chain.history import ChainEvent, ChainHistory
from ledger_service.domain.chain.telling import TELLINGS, name_of
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.resources.registration import Description
from ledger_service.domain.verification.later import MOST_LATER, is_about
from ledger_service.ports.store import Transaction


def told_later(
    transaction: Transaction, index: int, size: int, newest: Description | None
) -> tuple[list[int], Description | None]:
    """Return where a ledger of this size told of what an entry took in, and the corrected record.

    newest: the newest correction, anchored or not. Of more entries than a receipt takes, the newest are told.
    """
    told = [at for at in _of_links(transaction, index) if at < size]
    described = _corrected(transaction, newest, index, size)
    if described is None:
        return told[-MOST_LATER:], None
    return sorted([*told[-MOST_LATER + 1 :], described.entry]), described


def registry_events(transaction: Transaction, digests: list[str]) -> list[ChainEvent]:
    """Return what the chain says of resources: a digest may also be that which names something else."""
    found = transaction.chain_index.events_of(digests)
    return [event for event in found if event.contract == "ResourceRegistry"]


def history_of(transaction: Transaction, digest: Digest) -> ChainHistory:
    """Return what the chain says of one digest, its stewards and its licenses."""
    own = registry_events(transaction, [digest.hex()])
    originals = {event.text("original") for event in own if event.name == "RenditionDeclared"}
    own += registry_events(transaction, sorted(originals))
    related = {event.text("steward") for event in own}
    related |= {event.text("license") for event in own if event.name == "ResourceRegistered"}
    # A resource may have the digest that names a steward or a license, so its events stay out.
    about = [
        event
        for event in transaction.chain_index.events_of(sorted(related))
        if event.contract in ("StewardRegistry", "LicenseRegistry")
    ]
    return ChainHistory.of(own + about)


def _of_links(transaction: Transaction, index: int) -> list[int]:
    about = Entry.parse(transaction.ledger.entries(index, 1)[0])
    events = registry_events(transaction, [about.text("digest")])
    events += transaction.chain_index.links_to(about.text("digest"))
    found = set()
    for event in events:
        telling = TELLINGS.get(event.name)
        if telling is None:
            continue
        facts = telling.facts_of_event(event)
        if not is_about(telling.kind, facts, about.facts):
            continue
        at = transaction.ledger.find_told(name_of(telling.kind, facts))
        if at is not None and at > index:
            found.add(at)
    return sorted(found)


def _corrected(
    transaction: Transaction, newest: Description | None, index: int, size: int
) -> Description | None:
    if newest is None or index < newest.entry < size:
        return newest
    all_of_it = transaction.registrations.descriptions(newest.digest)
    its = [item for item in all_of_it if item.steward == newest.steward]
    its = [item for item in its if index < item.entry < size]
    return max(its, key=lambda item: item.entry, default=None)
