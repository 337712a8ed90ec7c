"""Attest a certificate as a file, so that it is verified by its digest like any file of the library."""

from __future__ import annotations

from ledger_service.domain.errors import CredentialNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.ports.credentials.tables import KeptFile
from ledger_service.services.credentials.show_credentials import own_credential
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library


def attest_certificate(
    library: Library, caller: Caller, credential_id: str, digest: Digest
) -> KeptFile:
    """Return the certificate, whose digest the ledger attests; the same file again has the entry that it has.

    The digest tells nothing: the file holds the salts of the credential.

    Raises:
        CredentialNotFound: the credential is not the caller's, or not taken.
    """
    reach(caller, Permission.CREDENTIAL_OWN)
    with library.store.write() as transaction:
        own, _ = own_credential(transaction, caller, credential_id)
        if own.taken is None:
            raise CredentialNotFound(credential=credential_id)
        known = transaction.credentials.file(digest)
        if known is not None:
            return known
        now = library.clock()
        entry, _ = append_statement(
            transaction, StatementType.CERTIFICATE, digest, library.steward, now
        )
        made = KeptFile(digest, own.credential.id, entry, now)
        transaction.credentials.add_file(made)
        return made
