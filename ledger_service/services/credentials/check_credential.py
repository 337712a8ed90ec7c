"""Check a credential that somebody shows: its signature, its fields, its status, and what the ledger attests.

The library's own key alone proves little: who took it could sign anything. So a credential of attendance
has to be counted in a tree whose root the ledger attests, and its key and its status list are attested, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from ledger_service.domain.credentials.attendance import CLAIM, check_attendance
from ledger_service.domain.credentials.compact_jws import Token
from ledger_service.domain.credentials.credential import TYPE, Revocation
from ledger_service.domain.credentials.issuer_key import PublicKey
from ledger_service.domain.credentials.sd_jwt import Presentation
from ledger_service.domain.errors import InvalidCredential
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.services.credentials.check_signature import check_signature

TYPES = frozenset({TYPE, "vc+sd-jwt"})
BINDING_TYPE = "kb+jwt"
LONGEST_BINDING_SECONDS = 600  # a token by the holder's key that is older is of another occasion
SKEW_SECONDS = 60
_PLUMBING = frozenset({"iss", "iat", "vct", "status", "cnf", CLAIM})


class Status(NamedTuple):
    """Whether a credential is revoked. statement: what the ledger attests of the list as it is now."""

    is_revoked: bool
    revocation: Revocation | None
    statement: Digest


class CredentialSource(Protocol):
    """Where a checker asks of one issuer: in its own database, or over the network."""

    @property
    def issuer(self) -> str:
        """Return the name of the issuer, as credentials have it."""

    def key(self, name: str) -> PublicKey | None:
        """Return the issuer's key of this name, None if the issuer has none."""

    def status(self, uri: str, place: int) -> Status | None:
        """Return what a status list says of a place; None if it cannot be had now."""

    def entry_of(self, kind: StatementType, statement: Digest) -> int | None:
        """Return the index of the entry that attests a statement, None if there is none."""


@dataclass(frozen=True)
class Checked:
    """What a credential proves. shown: the fields that its holder shows.

    status: None if it could not be asked. key_entry, status_entry, attendance_entry: indexes of entries.
    bound: whether the holder's key is asked for and answered; nonce, audience: of that answer.
    """

    claims: Mapping[str, Any]
    shown: Mapping[str, Any]
    key_entry: int
    attendance_entry: int | None
    status: Status | None
    status_entry: int | None
    is_bound: bool
    audience: str = ""
    nonce: str = ""

    @property
    def stands(self) -> bool | None:
        """Whether the library stands by it; None if that is not known now."""
        if self.status is None or self.status_entry is None:
            return None
        return not self.status.is_revoked


def check_credential(source: CredentialSource, text: str, now: int) -> Checked:
    """Return what a credential proves; whether it was revoked meanwhile is told, and is no error.

    Raises:
        InvalidCredential: it is none, of another issuer, changed, not attested, or shown by somebody who
            does not hold its key.
    """
    presented = Presentation.parse(text)
    token, claims = Token.parse(presented.issued), presented.claims()
    if token.header.get("typ") not in TYPES:
        raise InvalidCredential("kind", wanted=TYPE)
    if token.text("iss") != source.issuer:
        raise InvalidCredential("other-issuer", issuer=token.text("iss")[:200])
    if token.number("iat") > now + SKEW_SECONDS:
        raise InvalidCredential("not-yet")
    key_entry = _check_key(source, token)
    attendance_entry = _check_counted(source, token) if CLAIM in token.payload else None
    status = _status(source, token)
    entry = None if status is None else source.entry_of(StatementType.STATUS_LIST, status.statement)
    audience, nonce, is_bound = _check_binding(presented, token, now)
    shown = {name: value for name, value in claims.items() if name not in _PLUMBING}
    return Checked(
        claims, shown, key_entry, attendance_entry, status, entry, is_bound, audience, nonce
    )


def _check_key(source: CredentialSource, token: Token) -> int:
    name = token.header.get("kid")
    key = source.key(name) if isinstance(name, str) else None
    if key is None:
        raise InvalidCredential("unknown-key")
    check_signature(token, key)
    entry = source.entry_of(StatementType.ISSUER_KEY, key.thumbprint)
    if entry is None:
        raise InvalidCredential("key-not-attested")
    return entry


def _check_counted(source: CredentialSource, token: Token) -> int:
    attendance = check_attendance(token.payload)
    entry = source.entry_of(StatementType.ATTENDANCE, attendance.statement)
    if entry is None:
        raise InvalidCredential("attendance-not-attested")
    return entry


def _status(source: CredentialSource, token: Token) -> Status | None:
    told = token.payload.get("status")
    place = told.get("status_list") if isinstance(told, dict) else None
    if not isinstance(place, dict):
        raise InvalidCredential("no-member", name="status")
    uri, index = place.get("uri"), place.get("idx")
    if not isinstance(uri, str) or type(index) is not int:
        raise InvalidCredential("no-member", name="status_list")
    return source.status(uri, index)


def _check_binding(presented: Presentation, token: Token, now: int) -> tuple[str, str, bool]:
    """Return for whom and what the holder's key has answered, and whether it has (RFC 9901 §7.3)."""
    bound = token.payload.get("cnf")
    if not isinstance(bound, dict):
        if presented.binding:
            raise InvalidCredential("not-bound")
        return "", "", False
    if not presented.binding:
        raise InvalidCredential("holder-silent")
    answer = Token.parse(presented.binding)
    if answer.header.get("typ") != BINDING_TYPE:
        raise InvalidCredential("kind", wanted=BINDING_TYPE)
    check_signature(answer, PublicKey.of_jwk(bound.get("jwk")))
    if answer.text("sd_hash") != presented.sd_hash:
        raise InvalidCredential("other-fields")
    if not now - LONGEST_BINDING_SECONDS <= answer.number("iat") <= now + SKEW_SECONDS:
        raise InvalidCredential("binding-old", seconds=LONGEST_BINDING_SECONDS)
    return answer.text("aud"), answer.text("nonce"), True
