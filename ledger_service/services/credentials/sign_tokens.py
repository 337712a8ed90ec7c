"""The key that signs now, whose thumbprint the ledger attests with its first signature."""

from __future__ import annotations

from functools import partial

from ledger_service.domain.credentials.compact_jws import sign_token
from ledger_service.domain.credentials.issuer_key import PublicKey
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.ports.credentials.tables import KeptKey
from ledger_service.ports.store import Transaction
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library


def ready_key(transaction: Transaction, library: Library, newest: PublicKey) -> PublicKey:
    """Return the newest key, attested by now. newest: as the issuer told before the lock was taken."""
    if all(kept.key != newest for kept in transaction.credentials.issuer_keys()):
        now = library.clock()
        entry, _ = append_statement(
            transaction, StatementType.ISSUER_KEY, newest.thumbprint, library.steward, now
        )
        transaction.credentials.add_key(KeptKey(newest, entry, now))
    return newest


def signed_by(library: Library, key: PublicKey, kind: str, payload: dict[str, object]) -> str:
    """Return a token of the library. kind: its media type, without `application/`."""
    sign = partial(library.issuer.sign, key)
    return sign_token({"typ": kind, "kid": key.name}, payload, sign)
