"""Find where the content of a registration lies: as it is, or encrypted if its license is not open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.resources import StoredContent
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library

Name = tuple[Digest, StewardId]
"""Of a registration: whose it is of which digest."""


def is_open(transaction: Transaction, license_id: LicenseId) -> bool:
    """Return whether everybody may read what is under this license, so that it is kept as it is."""
    found = transaction.licenses.find(license_id)
    return found is not None and found.terms.is_open


def closed_among(transaction: Transaction, licenses: Iterable[LicenseId]) -> set[LicenseId]:
    """Return those of these licenses, each looked up once, that are not open."""
    return {license_id for license_id in set(licenses) if not is_open(transaction, license_id)}


def stored_of(
    transaction: Transaction, registrations: Sequence[Registration]
) -> dict[Name, StoredContent]:
    """Return the newest epoch of those of these registrations that are kept encrypted.

    Several stewards may have registered one digest: each has epochs of its own. What a claim that the chain
    rejected left behind is none, if the license is an open one since.
    """
    found: dict[Name, StoredContent] = {}
    for steward in {item.steward for item in registrations}:
        digests = [item.digest for item in registrations if item.steward == steward]
        newest = transaction.stored.newest(steward, digests)
        found |= {(digest, steward): row for digest, row in newest.items()}
    sealed = [item for item in registrations if _name(item) in found]
    closed = closed_among(transaction, (item.license for item in sealed))
    return {_name(item): found[_name(item)] for item in sealed if item.license in closed}


def _name(registration: Registration) -> Name:
    return registration.digest, registration.steward


def find_stored(library: Library, registration: Registration) -> StoredContent | None:
    """Return how a registration's content is kept encrypted, None if it is kept as it is."""
    with library.store.read() as transaction:
        return stored_of(transaction, [registration]).get(_name(registration))


def lies_under(library: Library, registration: Registration) -> ContentId | None:
    """Return the CID under which content lies, if the library has it; None if its key was destroyed."""
    return cid_of(registration, find_stored(library, registration))


def cid_of(registration: Registration, stored: StoredContent | None) -> ContentId | None:
    """Return the same of content of which it is known how it is kept encrypted, None if it is not."""
    if stored is None:
        return registration.cid
    return None if stored.wrapped is None else ContentId.parse(stored.cid)


def has_content(library: Library, registration: Registration) -> bool:
    """Return whether the library has the content and its key, sound or not.

    Raises:
        ContentStoreUnavailable: a place that may have it is away.
    """
    cid = lies_under(library, registration)
    return cid is not None and library.content.has(cid)


def left_behind(transaction: Transaction, registrations: Sequence[Registration]) -> list[ContentId]:
    """Return the CIDs under which content of these lay before, as it came or in earlier epochs."""
    found: list[ContentId] = []
    stored = stored_of(transaction, registrations)
    for item in registrations:
        if _name(item) in stored:
            *earlier, _ = transaction.stored.epochs(item.digest, item.steward)
            found += [item.cid, *(ContentId.parse(row.cid) for row in earlier)]
    return found
