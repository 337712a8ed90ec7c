"""Check what authors signed: by anybody, offline, with nothing but the statement and the signatures.

An account's signature needs its curve, which is handed in. A passkey's is checked as Web Authentication
has it: the challenge is the statement's hash. What a contract wallet approved, only its chain can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from webauthn import base64url_to_bytes, verify_authentication_response
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException

from ledger_service.domain import foreign_json
from ledger_service.domain.authorship.author import AuthorKey, KeyKind
from ledger_service.domain.authorship.authors_statement import AuthorsStatement
from ledger_service.domain.authorship.signed_statement import (
    AuthorSignature,
    SignedBy,
    SignedStatement,
)
from ledger_service.domain.errors import InvalidAuthors, InvalidJson, LedgerError

SignedByKey = Callable[[str, bytes, bytes], bool]
"""(account of 40 hex, 32 bytes, signature): whether the account's own key signed them."""
LONGEST_ANSWER = 32_768  # bytes of JSON that a browser sends
_MALFORMED = (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError)
_NAMELESS = bytes_to_base64url(b"\0")  # in place of a credential's id, which no signature covers


class SignatureState(StrEnum):
    """Whether a signature is the author's."""

    HOLDS = "holds"
    FAILS = "fails"
    NOT_CHECKED = "not-checked"  # a contract's: its chain was not asked


@dataclass(frozen=True)
class CheckedStatement:
    """What was found of each author's signature, in their order."""

    states: tuple[SignatureState, ...]

    @property
    def is_signed_by_all(self) -> bool:
        """Whether every signature was checked and holds; there is at least one."""
        return all(state is SignatureState.HOLDS for state in self.states)

    @property
    def fails(self) -> bool:
        """Whether any signature does not hold."""
        return SignatureState.FAILS in self.states


def check_signatures(signed: SignedStatement, by_key: SignedByKey) -> CheckedStatement:
    """Return whether each author signed the statement."""
    places = range(len(signed.statement.authors))
    pairs: Sequence[tuple[int, AuthorSignature]] = list(zip(places, signed.signatures, strict=True))
    return CheckedStatement(
        tuple(check_signature(signed.statement, place, one, by_key) for place, one in pairs)
    )


def check_signature(
    statement: AuthorsStatement, place: int, signature: AuthorSignature, by_key: SignedByKey
) -> SignatureState:
    """Return whether this is the signature of one author. place: from 0."""
    key = statement.authors[place].key
    if (key.kind is KeyKind.PASSKEY) != (signature.by is SignedBy.PASSKEY):
        return SignatureState.FAILS
    if signature.by is SignedBy.CONTRACT:
        return SignatureState.NOT_CHECKED
    if signature.by is SignedBy.PASSKEY:
        holds = _by_passkey(key, statement.hash, signature)
    else:
        holds = by_key(key.value, statement.wallet_digest, signature.signature)
    return SignatureState.HOLDS if holds else SignatureState.FAILS


def passkey_signature(answer: str, at: int) -> AuthorSignature:
    """Return the signature in what a browser answers, unchecked; raise InvalidAuthors for another form."""
    try:
        found = foreign_json.parse(answer.encode("utf-8", "replace"), LONGEST_ANSWER)
        response = found["response"]
        parts = [
            base64url_to_bytes(response[name])
            for name in ("signature", "clientDataJSON", "authenticatorData")
        ]
        made = AuthorSignature(SignedBy.PASSKEY, parts[0], at, *parts[1:])
        return AuthorSignature.from_json(made.to_json())
    except (*_MALFORMED, InvalidJson) as exc:
        raise InvalidAuthors("passkey") from exc


def _by_passkey(key: AuthorKey, challenge: bytes, signature: AuthorSignature) -> bool:
    response = {
        "clientDataJSON": bytes_to_base64url(signature.client_data),
        "authenticatorData": bytes_to_base64url(signature.authenticator_data),
        "signature": bytes_to_base64url(signature.signature),
    }
    shown = {"id": _NAMELESS, "rawId": _NAMELESS, "type": "public-key", "response": response}
    try:
        verify_authentication_response(
            credential=shown,
            expected_challenge=challenge,
            expected_rp_id=urlsplit(key.origin).hostname or "",
            expected_origin=key.origin,
            credential_public_key=bytes.fromhex(key.value),
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (*_MALFORMED, LedgerError):
        return False
    return True
