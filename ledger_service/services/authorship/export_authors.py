"""Tell what is kept of a reader as an author: for who takes out what the library knows of them."""

from __future__ import annotations

from ledger_service.services.authorship.sealed_parts import open_said, open_statement
from ledger_service.services.library import Library


def export_authors(library: Library, reader: str) -> list[dict[str, object]]:
    """Return the statements that a reader began or has a place in; names of others are left out."""
    with library.store.read() as transaction:
        found = transaction.authors.of_reader(reader)
        placed = [(kept, transaction.authors.places(kept.id)) for kept in found]
    told: list[dict[str, object]] = []
    for kept, places in placed:
        own = next((place for place in places if place.reader == reader), None)
        said = None if own is None else open_said(library, own)
        told.append(
            {
                "id": kept.id,
                "digest": kept.digest.hex(),
                "title": open_statement(library, kept)[0],
                "state": kept.state.value,
                "began_it": kept.reader == reader,
                "made_at": kept.made_at,
                "place": None if own is None else own.place,
                "name": None if said is None or said.name is None else said.name.text,
                "roles": [] if said is None else [role.value for role in said.roles],
                "key": None if said is None or said.key is None else said.key.to_json(),
                "statement": None if kept.signed_digest is None else kept.signed_digest.hex(),
            }
        )
    return told
