"""Find what a registration's content is, and whether this library keeps it or took it by reference."""

from __future__ import annotations

from ledger_service.domain.errors import ContentNotFound, ResourceNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import (
    STATES_READABLE,
    STATES_WITHDRAWN,
    Registration,
)
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.resources.find_resources import check_told


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


def is_kept(library: Library, registration: Registration) -> bool:
    """Return whether the library has the content; it does not if it took the resource by reference."""
    try:
        library.content.size(registration.cid)
    except ContentNotFound:
        return False
    return True
