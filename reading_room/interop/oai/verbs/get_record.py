"""GetRecord and ListMetadataFormats: one item by its name."""

from __future__ import annotations

from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.resources.registration import STATES_GONE
from ledger_service.ports.resources import Changed
from ledger_service.services.library import Library
from reading_room.interop.oai.rules import names
from reading_room.interop.oai.rules.faults import NO_FORMATS, NO_IDENTIFIER, Fault
from reading_room.interop.oai.rules.formats import FORMATS
from reading_room.interop.oai.verbs.tell_records import Teller


def get_record(library: Library, public_url: str, name: str, prefix: str) -> bytes:
    """Return the record as XML; of what is gone its header, which says so. Raises Fault, MetadataMismatch."""
    changed, _ = _find(library, name)
    return Teller(library, public_url, FORMATS[prefix]).tell([changed])


def check_formats(library: Library, name: str) -> None:
    """Check that an item is told in all formats; raise Fault: there is none, or it is gone."""
    _, is_gone = _find(library, name)
    if is_gone:
        raise Fault(NO_FORMATS, "no-formats", identifier=name)


def _find(library: Library, name: str) -> tuple[Changed, bool]:
    """Return what last changed an item, and whether it is gone."""
    parsed = parse(library, name)
    with library.store.read() as transaction:
        found = None if parsed is None else transaction.registrations.find(*parsed)
        changed = None if found is None else transaction.changes.of_claim(found.accepted_entry)
    if found is None or changed is None:
        raise Fault(NO_IDENTIFIER, "no-identifier", identifier=name)
    return changed, found.state in STATES_GONE


def parse(library: Library, name: str) -> tuple[Digest, StewardId] | None:
    """Return the digest and the institution of an item; None if its name is of another form, or library."""
    return names.parse_item_name(names.host_of(library.key.name), library.steward, name)
