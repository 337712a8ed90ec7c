"""Revoke a credential: its place in the status list is set, and the ledger attests the list's new state."""

from __future__ import annotations

from dataclasses import replace

from ledger_service.domain.credentials.credential import (
    Credential,
    Place,
    Revocation,
    RevocationReason,
)
from ledger_service.domain.errors import CredentialNotFound, CredentialRevoked
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.services.credentials.take_credential import append_state
from ledger_service.services.library import Library
from ledger_service.services.people.record_act import record_act


def revoke_credential(
    library: Library, caller: Caller, place: Place, reason: RevocationReason
) -> Credential:
    """Return the credential, revoked for good.

    Raises:
        CredentialNotFound: none was taken at this place. CredentialRevoked: it was revoked before.
    """
    check_permitted(caller, Permission.CREDENTIAL_REVOKE)
    with library.store.write() as transaction:
        found = transaction.credentials.at(place)
        if found is None:
            raise CredentialNotFound(credential=str(place))
        if found.revocation is not None:
            raise CredentialRevoked(credential=str(place))
        now = library.clock()
        revoked = replace(found, revocation=Revocation(now, reason))
        transaction.credentials.replace(revoked)
        entry = append_state(transaction, library, place.list_number)
        record_act(transaction, caller, now, ActKind.CREDENTIAL_REVOKED, place, entry)
        return revoked
