"""Tell how a resource came to be what it is, for programs of others; readers are in none of it."""

from __future__ import annotations

from ledger_service.domain.exports.provenance.story import Party, Rights, Source, Story
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.source_record import SourceRecord
from ledger_service.domain.publication.public_address import without_password
from ledger_service.domain.resources.registration import STATES_WITHDRAWN, Registration
from ledger_service.ports.store import Transaction
from ledger_service.services.exports.find_history import find_history
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import read_resource


def story_of(library: Library, digest: Digest, public_url: str) -> Story:
    """Return a resource's history as everybody may know it.

    Raises:
        ResourceNotFound, MetadataMismatch: see `show_resource`.
    """
    with library.store.read() as transaction:
        return read_story(library, transaction, digest, public_url)


def read_story(
    library: Library,
    transaction: Transaction,
    digest: Digest,
    public_url: str,
    *,
    names_services: bool = False,
) -> Story:
    """Do as `story_of`, within a snapshot that is read for more.

    names_services: whether the addresses of services from which records came are told. They may be of
    a network that is the library's own, so that only who takes resources out learns them.
    """
    found = read_resource(library, transaction, digest)
    rows = [transaction.licenses.find(item.license) for item in found]
    kept = transaction.records.about(digest)
    stewards = {row.id: Party(row.name, row.uri) for row in transaction.stewards.all()}
    return Story(
        registrations=tuple(found),
        shown=shown_of(library, found),
        lines=tuple(find_history(library, transaction, found)),
        stewards={
            item.steward.hex(): stewards.get(item.steward, Party(item.steward.hex(), ""))
            for item in found
        },
        licenses={
            row.id.hex(): Rights(row.name, row.terms.uri, row.terms.policy_digest.hex())
            for row in rows
            if row is not None  # licenses are never deleted
        },
        origin=library.key.name,
        public_url=public_url,
        sources=tuple(_source(record, at, names_services) for record, at in kept),
        own=library.steward.hex(),
    )


def shown_of(library: Library, registrations: list[Registration]) -> Registration:
    """Return this library's own if it stands, otherwise the oldest that does, or else the oldest."""
    standing = [item for item in registrations if item.state not in STATES_WITHDRAWN]
    own = [item for item in standing if item.steward == library.steward]
    return [*own, *standing, *registrations][0]


def _source(record: SourceRecord, at: int, is_named: bool) -> Source:
    address = without_password(record.source) if is_named else ""
    return Source(record.identifier, record.digest.hex(), at, address)
