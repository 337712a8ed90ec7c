"""Find what a registration's content is, and whether this library keeps it or took it by reference."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.errors import ContentNotFound, ContentStoreUnavailable, ResourceNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import (
    STATES_READABLE,
    STATES_WITHDRAWN,
    Registration,
)
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import check_told
from ledger_service.services.resources.read_content import content_size


@dataclass(frozen=True)
class Access:
    """How people come to read what this library has registered.

    open_license: the name of its license, if everybody may read and pass it on; is_kept: whether the
    library has the content, None if nobody can tell now.
    """

    open_license: str | None
    is_kept: bool | None


def access_to(library: Library, digest: Digest) -> Access | None:
    """Return how people come to read a resource; None if it is not registered here, or withdrawn."""
    with library.store.read() as transaction:
        registration = transaction.registrations.find(digest, library.steward)
        if registration is None or registration.state in STATES_WITHDRAWN:
            return None
        row = transaction.licenses.find(registration.license)
    assert row is not None  # licenses are never deleted
    return Access(row.name if row.terms.is_open else None, find_kept(library, registration))


def registered_here(transaction: Transaction, library: Library, digest: Digest) -> Registration:
    """Return this library's registration of a digest that stands on chain, also if it was withdrawn since.

    Raises:
        ResourceNotFound: there is none.
        MetadataMismatch: it is not told as its entry commits to it.
    """
    registration = transaction.registrations.find(digest, library.steward)
    states = STATES_READABLE + STATES_WITHDRAWN
    if registration is None or registration.state not in states:
        raise ResourceNotFound("here", digest=str(digest))
    check_told(transaction, [registration])
    return registration


def find_kept(library: Library, registration: Registration) -> bool | None:
    """Return whether the library has the content, sound or not; None if a place that may have it is away."""
    try:
        return library.content.has(registration.cid)
    except ContentStoreUnavailable:
        return None


def is_kept(library: Library, registration: Registration) -> bool:
    """Return whether the library has the content; it does not if it took the resource by reference.

    Raises:
        ContentCorrupt, ContentStoreUnavailable: nobody could read it now.
    """
    try:
        content_size(library, registration)
    except ContentNotFound:
        return False
    return True
