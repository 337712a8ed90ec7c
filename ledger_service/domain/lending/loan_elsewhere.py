"""Loans that another library makes of ours: its readers are strangers here, and our grant is their loan.

Source: Open Distribution to Libraries (ODL) 1.0 §5, and Readium License Status Document (LSD) 1.0 §2.3.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from ledger_service.domain.identifiers import Digest, GrantId, LicenseId
from ledger_service.domain.lending.grant import Grant, GrantState

_ADDRESS = b"muhr: address of a loan elsewhere\n"
_READING = b"muhr: address of what a loan elsewhere reads\n"
_PROTECTED = b"muhr: license that a license server makes for a loan elsewhere\n"
USER_KEY_BYTES = 32


class LoanStatus(StrEnum):
    """How a loan is, in the words of LSD. ready: no reading system has registered yet.

    canceled: returned, or refused by the chain, before one did.
    """

    READY = "ready"
    ACTIVE = "active"
    REVOKED = "revoked"
    RETURNED = "returned"
    CANCELED = "cancelled"  # codespell:ignore cancelled
    EXPIRED = "expired"

    @property
    def is_running(self) -> bool:
        """Whether it lets anybody read."""
        return self in (LoanStatus.READY, LoanStatus.ACTIVE)


@dataclass(frozen=True)
class LoanElsewhere:
    """A loan under one of our grants. Times in seconds since 1970 UTC.

    address, reading: SHA-256 of the secrets at which its status, and what it lends, are asked for.
    distributor: the number of the colleague who is the other library. sealed: what that library said of it,
    under the reader's key. until: the grant's end as it was told last, changed_at: when it was.
    ended_as: None while it runs. tell_at: when the other library is to be told, None if it needs not be;
    tries: how often that failed.
    """

    address: bytes
    reading: bytes
    grant: GrantId
    reader: str
    distributor: int
    sealed: bytes
    until: int
    made_at: int
    changed_at: int
    registered_at: int | None = None
    ended_at: int | None = None
    ended_as: LoanStatus | None = None
    tell_at: int | None = None
    tries: int = 0

    def status(self, grant: Grant, now: int) -> LoanStatus:
        """Return how it is, as its grant is at a time."""
        if self.ended_as is not None:
            return self.ended_as
        was_used = self.registered_at is not None
        if grant.state in (GrantState.REVOKING, GrantState.REVOKED):
            return LoanStatus.REVOKED
        if grant.state is GrantState.REJECTED:
            return LoanStatus.REVOKED if was_used else LoanStatus.CANCELED
        if grant.state in (GrantState.RETURNING, GrantState.RETURNED):
            return LoanStatus.RETURNED if was_used else LoanStatus.CANCELED
        if grant.until <= now:
            return LoanStatus.EXPIRED
        return LoanStatus.ACTIVE if was_used else LoanStatus.READY


def license_name(digest: Digest, license_id: LicenseId) -> str:
    """Return what a resource under a license is called as a license of ODL: a urn:uuid of version 8.

    It follows from both, since what a library holds is this work under these terms. Source: RFC 9562 §5.8.
    """
    return _uuid_of(digest.value + license_id.value).urn


def protected_name(secret: str) -> str:
    """Return by which UUID a license server knows a loan, and its reader: it tells the secret to nobody."""
    return str(_uuid_of(_PROTECTED + bytes.fromhex(secret)))


def user_key(given: str) -> str:
    """Return the SHA-256 of a passphrase in 64 hex digits, given so or in base64, as Palace does.

    Raises ValueError for another text. Source: ODL 1.0 §5.2, LCP 1.0 §4.2.
    """
    try:
        key = bytes.fromhex(given) if len(given) == 64 else base64.b64decode(given, validate=True)
    except binascii.Error as exc:
        raise ValueError("not base64") from exc
    if len(key) != USER_KEY_BYTES:
        raise ValueError("not 32 bytes")
    return key.hex()


def _uuid_of(data: bytes) -> UUID:
    bits = bytearray(hashlib.sha256(data).digest()[:16])
    bits[6] = bits[6] & 0x0F | 0x80
    bits[8] = bits[8] & 0x3F | 0x80
    return UUID(bytes=bytes(bits))


def secret_of_checkout(people_key: bytes, distributor: str, license: str, checkout: str) -> str:
    """Return the 64 hex digits at which the status of a checkout is asked for.

    Whoever asks for the same again is told the same, and only the library can make it.
    """
    message = _ADDRESS
    for part in (distributor, license, checkout):
        data = part.encode("utf-8", "surrogatepass")
        message += len(data).to_bytes(4, "big") + data
    return hmac.digest(people_key, message, "sha256").hex()


def secret_of_reading(secret: str) -> str:
    """Return the 64 hex digits at which what is lent is read: they do not tell those of the status."""
    return hashlib.sha256(_READING + bytes.fromhex(secret)).hexdigest()


def digest_of_secret(secret: str) -> bytes:
    """Return the 32 bytes by which a secret is kept; of what is no such secret, none that anything has."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
