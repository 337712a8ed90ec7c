"""JSON of credentials: what their holders see, what anybody may ask, and what a check tells."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from ledger_service.api.shapes import Hex32, Shape
from ledger_service.domain.credentials.compact_jws import LONGEST_TOKEN
from ledger_service.domain.credentials.credential import (
    Credential,
    Place,
    Revocation,
    RevocationReason,
)
from ledger_service.ports.credentials.tables import KeptAttendance, KeptFile, KeptKey, KeptState
from ledger_service.services.credentials.check_credential import Checked
from ledger_service.services.credentials.publish import attendance_value
from ledger_service.services.credentials.show_credentials import OwnCredential


class NewRevocation(Shape):
    """reason: why the library stands by the credential no more."""

    reason: Annotated[RevocationReason, Field(strict=False)]  # JSON has only text


class HolderKey(Shape):
    """jwk: a public key of the holder's, on P-256; null: whoever has the credential's text shows it."""

    jwk: dict[str, Any] | None = None


class AskedCheck(Shape):
    """credential: as its holder shows it, an SD-JWT with some of its fields."""

    credential: Annotated[str, Field(max_length=LONGEST_TOKEN // 8)]


class CredentialShape(Shape):
    """number: as it stands on the certificate. at: seconds since 1970 UTC."""

    number: str
    kind: str
    taken_at: int | None
    revoked_at: int | None
    reason: str | None

    @classmethod
    def of(cls, one: Credential) -> CredentialShape:
        revocation = one.revocation
        return cls(
            number=str(one.place),
            kind=one.kind.value,
            taken_at=one.taken_at,
            revoked_at=None if revocation is None else revocation.at,
            reason=None if revocation is None else revocation.reason.value,
        )


class OwnCredentialShape(Shape):
    """credential: with all its fields, null until it is taken; fields: what each says."""

    id: str
    kind: str
    number: str | None
    fields: dict[str, str | int]
    credential: str | None
    revoked_at: int | None
    reason: str | None

    @classmethod
    def of(cls, own: OwnCredential) -> OwnCredentialShape:
        one, revocation = own.credential, own.credential.revocation
        return cls(
            id=one.id,
            kind=one.kind.value,
            number=None if one.place is None else str(one.place),
            fields={field.name: field.value for field in own.fields},
            credential=None if own.taken is None else own.taken.format(),
            revoked_at=None if revocation is None else revocation.at,
            reason=None if revocation is None else revocation.reason.value,
        )


class StatusShape(Shape):
    """stands: whether the library still stands by it. at, reason: of its revocation."""

    number: str
    stands: bool
    revoked_at: int | None
    reason: str | None

    @classmethod
    def of(cls, place: Place, revocation: Revocation | None) -> StatusShape:
        return cls(
            number=str(place),
            stands=revocation is None,
            revoked_at=None if revocation is None else revocation.at,
            reason=None if revocation is None else revocation.reason.value,
        )


class FileShape(StatusShape):
    """A certificate as a file. entry: that attests its digest; at: when it was made."""

    digest: Hex32
    entry: int
    at: int

    @classmethod
    def of_file(cls, kept: KeptFile, place: Place, revocation: Revocation | None) -> FileShape:
        status = StatusShape.of(place, revocation)
        told = status.model_dump()
        return cls(digest=kept.digest.hex(), entry=kept.entry, at=kept.at, **told)


class KeyShape(Shape):
    """A key of the issuer's. entry: that attests its thumbprint; since: when it signed first."""

    thumbprint: Hex32
    jwk: dict[str, str]
    entry: int
    since: int

    @classmethod
    def of(cls, kept: KeptKey) -> KeyShape:
        thumbprint = kept.key.thumbprint.hex()
        return cls(thumbprint=thumbprint, jwk=kept.key.jwk, entry=kept.entry, since=kept.since)


class StateShape(Shape):
    """A state of a status list. statement: SHA-256 of `body`, which `entry` attests."""

    statement: Hex32
    body: str
    entry: int
    at: int

    @classmethod
    def of(cls, kept: KeptState) -> StateShape:
        return cls(
            statement=kept.state.statement.hex(),
            body=kept.state.format().decode(),
            entry=kept.entry,
            at=kept.at,
        )


class AttendanceShape(Shape):
    """attendance: what the statement is the digest of, as canonical JSON; entry: that attests it."""

    statement: Hex32
    attendance: dict[str, Any]
    entry: int
    at: int

    @classmethod
    def of(cls, kept: KeptAttendance) -> AttendanceShape:
        return cls(
            statement=kept.statement.hex(),
            attendance=attendance_value(kept),
            entry=kept.entry,
            at=kept.at,
        )


class CheckShape(Shape):
    """What a credential proves. shown: the fields that its holder shows; stands: null if nobody could tell.

    is_bound: whether whoever shows it has its key; audience, nonce: what that key has signed.
    """

    vct: str
    shown: dict[str, Any]
    stands: bool | None
    revoked_at: int | None
    reason: str | None
    key_entry: int
    attendance_entry: int | None
    status_entry: int | None
    is_bound: bool
    audience: str
    nonce: str

    @classmethod
    def of(cls, checked: Checked) -> CheckShape:
        revocation = None if checked.status is None else checked.status.revocation
        return cls(
            vct=str(checked.claims.get("vct", "")),
            shown=dict(checked.shown),
            stands=checked.stands,
            revoked_at=None if revocation is None else revocation.at,
            reason=None if revocation is None else revocation.reason.value,
            key_entry=checked.key_entry,
            attendance_entry=checked.attendance_entry,
            status_entry=checked.status_entry,
            is_bound=checked.is_bound,
            audience=checked.audience,
            nonce=checked.nonce,
        )
