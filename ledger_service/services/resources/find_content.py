"""Find what a registration's content is, and whether this library keeps it or took it by reference."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_service.domain.errors import (
    ContentClosed,
    ContentNotFound,
    ContentStoreUnavailable,
    ResourceNotFound,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import (
    STATES_READABLE,
    STATES_WITHDRAWN,
    Registration,
)
from ledger_service.ports.resources import License
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.resources.closed.find_stored import has_content
from ledger_service.services.resources.find_resources import check_told
from ledger_service.services.resources.read_content import content_size


@dataclass(frozen=True)
class Access:
    """How people come to read what this library has registered.

    license: what it is registered under; is_kept: whether the library has the content, None if nobody can
    tell now.
    """

    registration: Registration
    license: License
    is_kept: bool | None

    @property
    def open_license(self) -> str | None:
        """The license's name, if everybody may read the resource and pass it on."""
        return self.license.name if self.license.terms.is_open else None

    @property
    def is_readable(self) -> bool:
        """Whether the library's page has it to read, for some readers at least."""
        stands = self.registration.state in STATES_READABLE
        is_there = stands or (self.open_license is not None and self.registration.stands_in_bulk)
        return is_there and self.is_kept is not False


def access_to(library: Library, digest: Digest) -> Access | None:
    """Return how people come to read a resource; None if it is not registered here, or withdrawn."""
    with library.store.read() as transaction:
        registration = transaction.registrations.find(digest, library.steward)
        if registration is None or registration.state in STATES_WITHDRAWN:
            return None
        row = transaction.licenses.find(registration.license)
    assert row is not None  # licenses are never deleted
    return Access(registration, row, find_kept(library, registration))


def open_to_everybody(library: Library, digest: Digest) -> Registration:
    """Return this library's registration of what everybody may read, on chain or in its ledger only.

    Raises:
        ResourceNotFound: there is none that stands.
        ContentClosed: its license is not open, or it was withdrawn.
        MetadataMismatch: it is not told as its entry commits to it.
    """
    with library.store.read() as transaction:
        found = registered_here(transaction, library, digest, also_in_bulk=True)
        row = transaction.licenses.find(found.license)
    assert row is not None  # licenses are never deleted
    if found.state in STATES_WITHDRAWN:
        raise ContentClosed("withdrawn", digest=str(digest))
    if not row.terms.is_open:
        raise ContentClosed(digest=str(digest), license=row.name)
    return found


def registered_here(
    transaction: Transaction, library: Library, digest: Digest, *, also_in_bulk: bool = False
) -> Registration:
    """Return this library's registration of a digest that stands on chain, also if it was withdrawn since.

    also_in_bulk: whether one counts, too, that stands in the ledger only.

    Raises:
        ResourceNotFound: there is none.
        MetadataMismatch: it is not told as its entry commits to it.
    """
    found = transaction.registrations.find(digest, library.steward)
    states = STATES_READABLE + STATES_WITHDRAWN
    if found is None or not (found.state in states or (also_in_bulk and found.stands_in_bulk)):
        raise ResourceNotFound("here", digest=str(digest))
    check_told(transaction, [found])
    return found


def find_kept(library: Library, registration: Registration) -> bool | None:
    """Return whether the library has the content, sound or not; None if a place that may have it is away."""
    try:
        return has_content(library, registration)
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
