"""Show holders their credentials, and the library's people which were taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_service.domain import canonical_json
from ledger_service.domain.credentials.attendance import Attendance
from ledger_service.domain.credentials.credential import Credential, check_id
from ledger_service.domain.credentials.sd_jwt import Disclosure, Presentation
from ledger_service.domain.errors import CredentialNotFound
from ledger_service.domain.people.caller import Actor, Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.store import Transaction
from ledger_service.services.credentials.attest_attendance import PURPOSE
from ledger_service.services.library import Library
from ledger_service.services.people.reader_seal import open_sealed

MOST_SHOWN = 500


@dataclass(frozen=True)
class OwnCredential:
    """A credential as its holder sees it. taken: with all its fields, None until it is taken."""

    credential: Credential
    fields: tuple[Disclosure, ...]
    taken: Presentation | None
    attendance: Attendance | None

    def value(self, name: str) -> str:
        """Return what a field says, "" if it has no such field."""
        return next((str(one.value) for one in self.fields if one.name == name), "")


def list_own(library: Library, caller: Caller) -> list[OwnCredential]:
    """Return the caller's credentials, newest first."""
    check_permitted(caller, Permission.CREDENTIAL_OWN)
    with library.store.read() as transaction:
        return credentials_of(transaction, caller.subject)


def credentials_of(transaction: Transaction, reader: str) -> list[OwnCredential]:
    """Return a reader's credentials, newest first."""
    key = transaction.access.reader_key(reader)
    if key is None:
        return []
    kept = transaction.credentials.of_reader(reader, MOST_SHOWN)
    return [_opened(transaction, one, key) for one in kept]


def find_own(library: Library, caller: Caller, credential_id: str) -> OwnCredential:
    """Return a credential of the caller's; raise CredentialNotFound, InvalidCredential."""
    check_permitted(caller, Permission.CREDENTIAL_OWN)
    with library.store.read() as transaction:
        return own_credential(transaction, caller, credential_id)[0]


def own_credential(
    transaction: Transaction, caller: Caller, credential_id: str
) -> tuple[OwnCredential, bytes]:
    """Return a credential of the caller's, and the caller's key; raise as `find_own`."""
    check_permitted(caller, Permission.CREDENTIAL_OWN)
    found = transaction.credentials.find(check_id(credential_id))
    key = transaction.access.reader_key(caller.subject)
    if found is None or key is None or not caller.is_named(str(found.reader), Actor.READER):
        raise CredentialNotFound(credential=credential_id)
    return _opened(transaction, found, key), key


def list_taken(library: Library, caller: Caller, request: PageRequest) -> Page[Credential]:
    """Return the credentials that were taken, for the library's people: numbers, and nobody's name."""
    check_permitted(caller, Permission.CREDENTIAL_READ)
    with library.store.read() as transaction:
        return transaction.credentials.page(request)


def told_of(own: Sequence[OwnCredential]) -> list[dict[str, object]]:
    """Return credentials as what is known of a reader tells them."""
    return [
        {
            "kind": one.credential.kind.value,
            "made_at": one.credential.made_at,
            "number": None if one.credential.place is None else str(one.credential.place),
            "fields": {field.name: field.value for field in one.fields},
            "credential": None if one.taken is None else one.taken.format(),
        }
        for one in own
    ]


def _opened(transaction: Transaction, credential: Credential, key: bytes) -> OwnCredential:
    kept = canonical_json.parse(open_sealed(key, PURPOSE, credential.sealed))
    fields = tuple(Disclosure.parse(text) for text in kept["fields"])
    taken = Presentation(kept["token"], fields) if kept["token"] else None
    attendance = None
    if credential.statement is not None:
        found = transaction.credentials.attendance(credential.statement)
        if found is not None:
            attendance = Attendance.of_value(canonical_json.parse(found.body))
    return OwnCredential(credential, fields, taken, attendance)
