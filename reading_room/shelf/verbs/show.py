"""Show what the library says of what stands on a shelf, for its page and for what others read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_service.domain.exports.cited_work import Work
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import (
    STATES_GONE,
    STATES_READABLE,
    STATES_WITHDRAWN,
    Registration,
)
from ledger_service.ports.resources import License
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from reading_room.shelf.rules.item import Item


@dataclass(frozen=True)
class Shown:
    """An item, and what the library says of it; both are None of what it does not have.

    is_kept: whether the library itself stands by it, and can give it.
    """

    item: Item
    registration: Registration | None = None
    license: License | None = None
    steward: str = ""
    is_kept: bool = False

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was withdrawn."""
        return self.registration is not None and self.registration.state in STATES_WITHDRAWN

    @property
    def is_open(self) -> bool:
        """Whether everybody may read it."""
        return self.is_kept and self.license is not None and self.license.terms.is_open

    def work(self, public_url: str) -> Work | None:
        """Return it as a work that is cited; None of what the library does not have."""
        if self.registration is None or self.license is None:
            return None
        digest, record = self.item.digest.hex(), self.registration.record
        content = f"{public_url}/api/v1/resources/{digest}/content" if self.is_open else ""
        return Work(
            digest=digest,
            address=f"{public_url}/resources/{digest}",
            title=record.title,
            media_type=record.media_type,
            size_bytes=record.size_bytes,
            steward=self.steward,
            license=(self.license.name, self.license.terms.uri),
            accepted_at=self.registration.accepted_at,
            changed_at=self.registration.accepted_at,
            content=content,
            withdrawn=self.is_withdrawn,
        ).described_by(record)


def show_items(library: Library, items: Sequence[Item]) -> list[Shown]:
    """Return what the library says of these items, in their order."""
    with library.store.read() as transaction:
        stewards = {row.id: row.name for row in transaction.stewards.all()}
        found = []
        for item in items:
            registration = _shown(library, transaction, item.digest)
            if registration is None:
                found.append(Shown(item))
                continue
            license_row = transaction.licenses.find(registration.license)
            steward = stewards.get(registration.steward, registration.steward.hex())
            is_kept = (
                registration.steward == library.steward and registration.state in STATES_READABLE
            )
            found.append(Shown(item, registration, license_row, steward, is_kept))
    return found


def _shown(library: Library, transaction: Transaction, digest: Digest) -> Registration | None:
    """Return this library's own if it stands, otherwise the oldest that does, or else the oldest."""
    found = transaction.registrations.of_digest(digest)
    standing = [item for item in found if item.state not in STATES_GONE]
    own = [item for item in standing if item.steward == library.steward]
    return next(iter([*own, *standing, *found]), None)
