"""Passkeys (Web Authentication, level 3): added by whoever is signed in, and then a way in by themselves.

The device finds the passkey, so that nobody types who they are and no list is told. It has to verify its
user, since the passkey is the only factor. Attestation is not asked for. What is kept is
sealed under the people key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from ledger_service.domain import canonical_json, foreign_json
from ledger_service.domain.errors import IdentityInUse, InvalidInput, LedgerError, SignInRefused
from ledger_service.domain.people.caller import Actor, Caller
from ledger_service.domain.people.identity import Identity, IdentityKind, tag
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.domain.people.session import Subject
from ledger_service.ports.people import KeptIdentity
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.begin_session import standing_parent
from ledger_service.services.people.identities import bind
from ledger_service.services.people.reader_seal import open_sealed, seal
from ledger_service.services.people.sign_in.carry_flow import begin_flow, read_flow, spend

ADDS, COMES = "passkey-new", "passkey"
MOST_PASSKEYS = 10
LONGEST_ANSWER = 16_384  # characters of JSON
SHOWN_BYTES = 8  # of a tag, by which a passkey is told
_PURPOSE, _PARENT = "passkey", "parent"
_HANDLE = b"muhr: user handle of passkeys\n"
_MALFORMED = (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError)
"""What the library raises of an answer that is not as the specification says, or not signed."""


class Asked(NamedTuple):
    """What a page asks of the browser. options: JSON for it; flow: what the browser carries meanwhile."""

    options: str
    flow: str


class Shown(NamedTuple):
    """Who showed a passkey, and the page that they wanted.

    parent: the digest of the token with which the passkey ends, and which bounds what they may do.
    """

    subject: Subject
    then: str
    parent: bytes | None


class PasskeyKey(NamedTuple):
    """A passkey of somebody who signs by it. id: as `own_passkeys` tells it; public_key: in COSE.

    credential: by which browsers know it, in base64url.
    """

    id: str
    credential: str
    public_key: bytes


class OwnPasskey(NamedTuple):
    """A passkey as its owner is shown it. made_at: seconds since 1970 UTC."""

    id: str
    made_at: int


def ask_to_add(library: Library, caller: Caller, origin: str) -> Asked:
    """Return what the browser is asked to make a passkey for this caller. origin: of this library's pages."""
    reach(caller, Permission.TOKEN_REVOKE)
    subject, key = _subject(caller), library.people.key()
    handle = hmac.digest(key, _HANDLE + f"{subject.role}\n{subject.name}".encode(), "sha256")
    with library.store.read() as transaction:
        known = [_opened(library, kept)["id"] for _, kept in _passkeys(transaction, subject)]
    name = library.key.name
    options = generate_registration_options(
        rp_id=_host(origin),
        rp_name=name,
        user_id=handle,
        user_name=caller.subject if caller.actor is Actor.STAFF else name,
        user_display_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known
        ],
    )
    flow = {"challenge": _text(options.challenge), "name": subject.name}
    return Asked(options_to_json(options), begin_flow(library, ADDS, flow))


def add_passkey(
    library: Library, caller: Caller, by: str, origin: str, sealed: str, answer: str
) -> None:
    """Let the caller in by a new passkey from now on.

    If a token let them in, the passkey ends with it, and lets do no more than it.

    Args:
        by: the secret that lets the caller in now.
        sealed: what the browser carries. answer: JSON of the new credential.

    Raises:
        SignInRefused: it was not asked for in this browser, is not of this library, or is malformed.
        InvalidInput: the caller has as many as may be. NotAuthenticated: `by` was revoked meanwhile.
    """
    reach(caller, Permission.TOKEN_REVOKE)
    flow, subject = read_flow(library, ADDS, sealed), _subject(caller)
    if flow["name"] != caller.subject:
        raise SignInRefused("passkey")
    try:
        made = verify_registration_response(
            credential=_parsed(answer),
            expected_challenge=base64url_to_bytes(flow["challenge"]),
            expected_rp_id=_host(origin),
            expected_origin=origin,
            require_user_verification=True,
        )
    except _MALFORMED as exc:
        raise SignInRefused("passkey") from exc
    spend(library, flow["id"])
    kept: dict[str, object] = {
        "id": _text(made.credential_id),
        "key": _text(made.credential_public_key),
        "count": made.sign_count,
    }
    identity = _identity(origin, made.credential_id)
    with library.store.write() as transaction:
        parent = standing_parent(transaction, by, library.clock())
        if parent is not None:
            kept[_PARENT] = parent.digest.hex()
        if len(_passkeys(transaction, subject)) >= MOST_PASSKEYS:
            raise InvalidInput("passkey-count", most=MOST_PASSKEYS)
        try:
            bind(library, transaction, identity, subject, _sealed(library, kept))
        except IdentityInUse as exc:
            raise SignInRefused("passkey") from exc


def ask_for_passkey(library: Library, origin: str, then: str) -> Asked:
    """Return what the browser is asked to show a passkey. then: the page that is wanted."""
    options = generate_authentication_options(
        rp_id=_host(origin), user_verification=UserVerificationRequirement.REQUIRED
    )
    flow = {"challenge": _text(options.challenge), "then": then}
    return Asked(options_to_json(options), begin_flow(library, COMES, flow))


def let_in_by_passkey(library: Library, origin: str, sealed: str, answer: str) -> Shown:
    """Return who has this passkey, and the page that was wanted.

    Raises:
        SignInRefused: it was not asked for in this browser, or something is wrong; what it is, is not told.
    """
    flow = read_flow(library, COMES, sealed)
    try:
        credential = _parsed(answer)
        identity = _identity(origin, base64url_to_bytes(credential["rawId"]))
    except _MALFORMED as exc:
        raise SignInRefused("passkey") from exc
    with library.store.read() as transaction:
        found = transaction.identities.find(tag(library.people.key(), identity))
    if found is None:
        raise SignInRefused("passkey")
    kept = _opened(library, found)
    try:
        shown = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(flow["challenge"]),
            expected_rp_id=_host(origin),
            expected_origin=origin,
            credential_public_key=base64url_to_bytes(kept["key"]),
            credential_current_sign_count=kept["count"],
            require_user_verification=True,
        )
    except _MALFORMED as exc:
        raise SignInRefused("passkey") from exc
    spend(library, flow["id"])
    if shown.new_sign_count != kept["count"]:
        told = _sealed(library, {**kept, "count": shown.new_sign_count})
        with library.store.write() as transaction:
            if transaction.identities.find(tag(library.people.key(), identity)) != found:
                raise SignInRefused("passkey")  # taken away meanwhile, or shown by a copy
            bind(library, transaction, identity, found.subject, told)
    parent = kept.get(_PARENT)
    return Shown(found.subject, flow["then"], None if parent is None else bytes.fromhex(parent))


def own_passkeys(library: Library, caller: Caller) -> list[OwnPasskey]:
    """Return the caller's passkeys, oldest first."""
    reach(caller, Permission.TOKEN_REVOKE)
    with library.store.read() as transaction:
        found = _passkeys(transaction, _subject(caller))
    return [OwnPasskey(each[:SHOWN_BYTES].hex(), kept.made_at) for each, kept in found]


def keys_of_passkeys(library: Library, caller: Caller) -> list[PasskeyKey]:
    """Return the public keys of the caller's passkeys, oldest first."""
    reach(caller, Permission.TOKEN_REVOKE)
    with library.store.read() as transaction:
        found = _passkeys(transaction, _subject(caller))
    opened = [(each[:SHOWN_BYTES].hex(), _opened(library, kept)) for each, kept in found]
    return [PasskeyKey(name, kept["id"], base64url_to_bytes(kept["key"])) for name, kept in opened]


def remove_passkey(library: Library, caller: Caller, passkey: str) -> None:
    """Let nobody in by a passkey of the caller from now on; one that is not there is gone already."""
    reach(caller, Permission.TOKEN_REVOKE)
    with library.store.write() as transaction:
        for each, _ in _passkeys(transaction, _subject(caller)):
            if each[:SHOWN_BYTES].hex() == passkey:
                transaction.identities.remove(each)


def _passkeys(transaction: Transaction, subject: Subject) -> list[tuple[bytes, KeptIdentity]]:
    found = transaction.identities.of(subject)
    return [(each, kept) for each, kept in found if kept.kind is IdentityKind.PASSKEY]


def _identity(origin: str, credential: bytes) -> Identity:
    name = hashlib.sha256(credential).hexdigest()  # ids may have a thousand bytes
    return Identity(IdentityKind.PASSKEY, _host(origin), name)


def _subject(caller: Caller) -> Subject:
    [role] = caller.roles
    return Subject(role, caller.subject)


def _sealed(library: Library, kept: Mapping[str, object]) -> bytes:
    return seal(library.people.key(), _PURPOSE, canonical_json.canonicalize(kept))


def _opened(library: Library, kept: KeptIdentity) -> dict[str, Any]:
    told: dict[str, Any] = canonical_json.parse(
        open_sealed(library.people.key(), _PURPOSE, kept.data or b"")
    )
    return told


def _parsed(answer: str) -> dict[str, Any]:
    try:
        found = foreign_json.parse(answer.encode("utf-8", "replace"), LONGEST_ANSWER)
    except LedgerError as exc:
        raise ValueError(answer[:20]) from exc
    if not isinstance(found, dict):
        raise TypeError(type(found))
    return found


def _host(origin: str) -> str:
    return urlsplit(origin).hostname or ""


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
