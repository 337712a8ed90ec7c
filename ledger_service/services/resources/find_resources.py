"""Find what the library holds: registrations, licenses, and who is answerable."""

from __future__ import annotations

from ledger_service.domain.errors import ResourceNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.resources import License, Steward
from ledger_service.services.library import Library
from ledger_service.services.resources.accept_claims import find_license


def list_resources(library: Library, request: PageRequest) -> Page[Registration]:
    """Return a page of this library's registrations, oldest first; raise InvalidCursor."""
    with library.store.read() as transaction:
        return transaction.registrations.page(request)


def find_registrations(library: Library, digest: Digest) -> list[Registration]:
    """Return every registration of a digest in this library, oldest first; none for an unknown one."""
    with library.store.read() as transaction:
        return transaction.registrations.of_digest(digest)


def show_resource(library: Library, digest: Digest) -> list[Registration]:
    """Return every registration of a digest, oldest first; raise ResourceNotFound if there is none."""
    found = find_registrations(library, digest)
    if not found:
        raise ResourceNotFound(digest=str(digest))
    return found


def list_licenses(library: Library, request: PageRequest) -> Page[License]:
    """Return a page of this library's licenses by name; raise InvalidCursor."""
    with library.store.read() as transaction:
        return transaction.licenses.page(request)


def show_license(library: Library, name_or_id: str) -> License:
    """Return the license with this name or id; raise UnknownLicense if there is none."""
    with library.store.read() as transaction:
        return find_license(transaction, name_or_id)


def list_stewards(library: Library) -> list[Steward]:
    """Return the institutions that this library knows, by name."""
    with library.store.read() as transaction:
        return transaction.stewards.all()
