"""What the library says of the resources that notes are beside."""

from __future__ import annotations

from collections.abc import Iterable

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import STATES_WITHDRAWN, Metadata
from ledger_service.services.library import Library


def records_of(library: Library, digests: Iterable[Digest]) -> dict[Digest, Metadata]:
    """Return the records of those that stand here; what is gone, or was never here, is left out."""
    with library.store.read() as transaction:
        found = {
            digest: transaction.registrations.find(digest, library.steward)
            for digest in set(digests)
        }
    return {
        digest: registration.record
        for digest, registration in found.items()
        if registration is not None and registration.state not in STATES_WITHDRAWN
    }
