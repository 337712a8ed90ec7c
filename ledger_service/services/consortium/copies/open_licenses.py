"""Which licenses let everybody read and pass on, by our own index of the chain."""

from __future__ import annotations

from ledger_service.domain.chain.history import terms_of
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.identifiers import LicenseId
from ledger_service.ports.store import Transaction


class OpenLicenses:
    """Looks each license up once, within one snapshot."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._known: dict[LicenseId, bool | None] = {}

    def is_open(self, license: LicenseId) -> bool | None:
        """Return whether it is open; None if the chain, as far as it was read, has no such license."""
        if license not in self._known:
            self._known[license] = self._found(license)
        return self._known[license]

    def _found(self, license: LicenseId) -> bool | None:
        for event in self._transaction.chain_index.events_of([license.hex()]):
            if event.name == "LicenseDefined":
                try:
                    return terms_of(event).is_open
                except InvalidInput:
                    return False
        return None
