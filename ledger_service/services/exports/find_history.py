"""Find what happened to a resource, from the entries of the ledger that tell of it."""

from __future__ import annotations

from collections.abc import Iterator

from ledger_service.domain.chain.telling import TELLINGS, name_of
from ledger_service.domain.exports.provenance.history import (
    Happening,
    HappeningKind,
    corrections_between,
)
from ledger_service.domain.ledger.entry import Entry, StatementType
from ledger_service.domain.resources.registration import Metadata, Registration
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.attest_statement import statement_facts
from ledger_service.services.library import Library

OF_KIND = {
    "superseded": HappeningKind.SUPERSEDED,
    "rendition": HappeningKind.RENDITION,
    "taken-back": HappeningKind.TAKEN_BACK,
    "withdrawn": HappeningKind.WITHDRAWN,
}
OTHERS = ("successor", "original", "other")
MOST_TOLD = 500  # lines of one history; what is older than the newest of them is left out


def find_history(
    library: Library, transaction: Transaction, registrations: list[Registration]
) -> list[Happening]:
    """Return what happened to a digest, oldest first. registrations: all of it."""
    found: list[Happening] = []
    for registration in registrations:
        found += _taken_in(library, transaction, registration)
        found += _described(transaction, registration)
        found += _content(transaction, registration)
    if registrations:
        found += _on_chain(transaction, registrations[0].digest.hex())
    ordered = sorted(found, key=lambda item: (item.at, item.entry))
    return ordered[-MOST_TOLD:]


def _taken_in(
    library: Library, transaction: Transaction, registration: Registration
) -> Iterator[Happening]:
    steward = registration.steward.hex()
    taken_in = registration.accepted_entry
    told = {"metadata": registration.metadata.digest.hex()}
    yield Happening(HappeningKind.TAKEN_IN, registration.accepted_at, taken_in, steward, told)
    if registration.registered_entry is not None:
        entry = _entry(transaction, registration.registered_entry)
        facts = {name: entry.facts[name] for name in ("block", "transaction")}
        yield Happening(
            HappeningKind.REGISTERED, entry.at, registration.registered_entry, steward, facts
        )
    anchor = transaction.checkpoints.first_anchored_above(taken_in)
    if anchor is None or anchor.transaction is None or anchor.block is None:
        return
    for event in transaction.chain_index.events_in(anchor.transaction):
        if event.name == "CheckpointAnchored" and event.subject == library.ledger.hex():
            place: dict[str, str | int] = {"block": anchor.block, "transaction": anchor.transaction}
            yield Happening(HappeningKind.ANCHORED, event.block_time, anchor.size, steward, place)


def _described(transaction: Transaction, registration: Registration) -> Iterator[Happening]:
    if registration.described is None:
        return
    before: Metadata = registration.metadata
    for item in transaction.registrations.descriptions(registration.digest):
        if item.steward == registration.steward:
            changed = corrections_between(before, item.record)
            before = item.record
            yield Happening(
                HappeningKind.DESCRIBED,
                item.described_at,
                item.entry,
                item.steward.hex(),
                {"revision": item.revision, "metadata": item.record.digest.hex()},
                changed,
            )


def _content(transaction: Transaction, registration: Registration) -> Iterator[Happening]:
    digest, steward = registration.digest, registration.steward
    for row in transaction.stored.epochs(digest, steward):
        facts = {"epoch": row.epoch}
        yield Happening(HappeningKind.STORED, row.made_at, row.entry, steward.hex(), facts)
    stated = {
        StatementType.KEPT: HappeningKind.KEPT,
        StatementType.KEY_DESTROYED: HappeningKind.KEY_DESTROYED,
    }
    for statement, kind in stated.items():
        name = name_of("attested", statement_facts(statement, digest, steward))
        index = transaction.ledger.find_told(name)
        if index is not None:
            yield Happening(kind, _entry(transaction, index).at, index, steward.hex())


def _on_chain(transaction: Transaction, digest: str) -> Iterator[Happening]:
    """Yield what the ledger tells of links to other resources, and of withdrawals."""
    for event in transaction.chain_index.events_of([digest]):
        telling = TELLINGS.get(event.name)
        if event.contract != "ResourceRegistry" or telling is None or telling.kind not in OF_KIND:
            continue
        index = transaction.ledger.find_told(name_of(telling.kind, telling.facts_of_event(event)))
        if index is None:
            continue
        entry = _entry(transaction, index)
        other = next((str(entry.facts[name]) for name in OTHERS if name in entry.facts), "")
        steward = str(entry.facts["steward"])
        yield Happening(OF_KIND[telling.kind], entry.at, index, steward, entry.facts, other=other)


def _entry(transaction: Transaction, index: int) -> Entry:
    return Entry.parse(transaction.ledger.entries(index, 1)[0])
