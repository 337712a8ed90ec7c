"""The library's own database as the source that a checker of its credentials asks."""

from __future__ import annotations

from ledger_service.domain.chain.telling import name_of
from ledger_service.domain.credentials.credential import Place
from ledger_service.domain.credentials.issuer_key import PublicKey
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.ports.store import Transaction
from ledger_service.services.credentials.check_credential import Checked, Status, check_credential
from ledger_service.services.credentials.take_credential import list_uri
from ledger_service.services.ledger.attest_statement import statement_facts
from ledger_service.services.library import Library


class OwnSource:
    """Implements CredentialSource over one transaction."""

    def __init__(self, library: Library, transaction: Transaction) -> None:
        self._library = library
        self._transaction = transaction

    @property
    def issuer(self) -> str:
        return self._library.public_url

    def key(self, name: str) -> PublicKey | None:
        keys = (kept.key for kept in self._transaction.credentials.issuer_keys())
        return next((key for key in keys if key.name == name), None)

    def status(self, uri: str, place: int) -> Status | None:
        number = uri.rpartition("/")[2]
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            return None
        if uri != list_uri(self._library, int(number)):
            return None
        states = self._transaction.credentials.states(int(number), 1)
        found = self._transaction.credentials.at(Place(int(number), place))
        if not states or found is None:
            return None
        is_revoked = found.revocation is not None
        return Status(is_revoked, found.revocation, states[0].state.statement)

    def entry_of(self, kind: StatementType, statement: Digest) -> int | None:
        facts = statement_facts(kind, statement, self._library.steward)
        return self._transaction.ledger.find_told(name_of("attested", facts))


def check_own_credential(library: Library, text: str) -> Checked:
    """Return what one of the library's credentials proves; raise InvalidCredential."""
    with library.store.read() as transaction:
        return check_credential(OwnSource(library, transaction), text, library.clock())
