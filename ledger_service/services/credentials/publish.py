"""What the library publishes of its credentials: its keys, the status lists, and how both came about."""

from __future__ import annotations

from ledger_service.domain import canonical_json
from ledger_service.domain.credentials.credential import CredentialKind, Place, Revocation
from ledger_service.domain.credentials.status_list import TYPE, list_bytes, status_payload
from ledger_service.domain.errors import CredentialNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.credentials.tables import (
    MOST_STATES,
    KeptAttendance,
    KeptFile,
    KeptKey,
    KeptState,
)
from ledger_service.services.credentials.sign_tokens import signed_by
from ledger_service.services.credentials.take_credential import list_uri
from ledger_service.services.library import Library

TTL_SECONDS = 300


def list_keys(library: Library) -> list[KeptKey]:
    """Return the issuer's keys that the ledger attests, the newest first."""
    with library.store.read() as transaction:
        return transaction.credentials.issuer_keys()


def issuer_metadata(library: Library) -> dict[str, object]:
    """Return the issuer's metadata (SD-JWT VC): its name, and all keys by which it has ever signed."""
    keys = [kept.key.jwk for kept in list_keys(library)]
    return {"issuer": library.public_url, "jwks": {"keys": keys}}


def status_token(library: Library, list_number: int) -> str:
    """Return a status list as a signed token; raise CredentialNotFound if there is no such list."""
    with library.store.read() as transaction:
        states = transaction.credentials.states(list_number, 1)
        if not states:
            raise CredentialNotFound(credential=str(list_number))
        data = list_bytes(transaction.credentials.revoked(list_number))
        key = transaction.credentials.issuer_keys()[0].key
    payload = status_payload(list_uri(library, list_number), data, library.clock(), TTL_SECONDS)
    return signed_by(library, key, TYPE, payload)


def list_states(
    library: Library, list_number: int, limit: int = MOST_STATES, below: int | None = None
) -> list[KeptState]:
    """Return the states of a list, the newest first. below: only those with a lower number."""
    with library.store.read() as transaction:
        return transaction.credentials.states(list_number, limit, below)


def find_revocation(library: Library, place: Place) -> Revocation | None:
    """Return when and why a credential was revoked, None if it stands; raise CredentialNotFound."""
    with library.store.read() as transaction:
        found = transaction.credentials.at(place)
    if found is None:
        raise CredentialNotFound(credential=str(place))
    return found.revocation


def find_attendance(library: Library, statement: Digest) -> KeptAttendance:
    """Return what an event ended with, which is public but for its leaves' fields."""
    with library.store.read() as transaction:
        found = transaction.credentials.attendance(statement)
    if found is None:
        raise CredentialNotFound(credential=statement.hex())
    return found


def find_certificate(library: Library, digest: Digest) -> tuple[KeptFile, Place, Revocation | None]:
    """Return what is known of a certificate as a file: its entry, its number, and if it is revoked.

    Raises:
        CredentialNotFound: no such file was ever made.
    """
    with library.store.read() as transaction:
        kept = transaction.credentials.file(digest)
        found = None if kept is None else transaction.credentials.find(kept.credential)
    if kept is None or found is None or found.place is None:
        raise CredentialNotFound(credential=digest.hex())
    return kept, found.place, found.revocation


def type_metadata(library: Library, kind: CredentialKind) -> dict[str, object]:
    """Return what a type of credential is, as wallets read it (SD-JWT VC type metadata)."""
    names = ("event", "name", "role", "date", "minutes")
    return {
        "vct": f"{library.public_url}/credentials/types/{kind.value}",
        "name": "Certificate of attendance",
        "claims": [{"path": [name], "sd": "always"} for name in names],
    }


def attendance_value(kept: KeptAttendance) -> dict[str, object]:
    """Return an attendance as JSON has it."""
    value: dict[str, object] = canonical_json.parse(kept.body)
    return value
