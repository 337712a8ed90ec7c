"""Sign in by the account of a university: send the browser there, and judge what it brings back.

The library learns the subject and, if rules ask for them, affiliations. It keeps a tag of the subject under
the people key, and nothing of the rest. Roles are taken anew each time.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger_service.domain.errors import SignInRefused
from ledger_service.domain.people.affiliation import CLAIM, affiliations_in, role_by
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.id_token import check_id_token, check_logout_token
from ledger_service.domain.people.identity import Identity, IdentityKind
from ledger_service.domain.people.identity_provider import IdentityProvider, answer_path
from ledger_service.domain.people.session import Subject
from ledger_service.ports.sign_in import Asking, Exchanged
from ledger_service.services.library import Library
from ledger_service.services.people.connect_provider import find_provider
from ledger_service.services.people.identities import find_identity, find_or_enroll
from ledger_service.services.people.sign_in.carry_flow import begin_flow, read_flow, spend
from ledger_service.services.people.sign_in.take_in_colleague import (
    let_go_of_colleague,
    take_in_colleague,
)

WAY = "university"
LONGEST_CODE = 2048  # characters
STAFF = " (staff)"
"""Behind the issuer of those who are let in as staff: as a reader, the same person is somebody else here."""


@dataclass(frozen=True)
class Answer:
    """What the browser brings back from a provider, each part as it stands in the address."""

    state: str
    code: str = ""
    issuer: str | None = None
    error: str = ""


@dataclass(frozen=True)
class LetIn:
    """Who is let in, and the page that they wanted."""

    subject: Subject
    then: str


def begin_at_university(library: Library, name: str, url: str, then: str) -> tuple[str, str]:
    """Return the address to which the browser is sent, and what it keeps meanwhile.

    url: this library's public address, without a slash at its end; then: the page that is wanted.

    Raises:
        ProviderNotFound, ProviderUnavailable: there is no such provider, or it does not answer.
    """
    provider = find_provider(library.store, name)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    address = library.universities.address(
        provider, Asking(state, nonce, verifier, url + answer_path(name))
    )
    told = {"state": state, "nonce": nonce, "verifier": verifier, "provider": name, "then": then}
    return address, begin_flow(library, WAY, told)


def end_at_university(library: Library, name: str, url: str, answer: Answer, sealed: str) -> LetIn:
    """Return who is let in by an answer. sealed: what the browser kept; url: as for its begin.

    Raises:
        SignInRefused: the answer is of another sign-in or of another provider, was used before, or does not
            hold; or the library lets nobody in whom the university tells of so.
        ProviderNotFound, ProviderUnavailable: as above.
    """
    flow = read_flow(library, WAY, sealed)
    if not _same(answer.state, flow["state"]):
        raise SignInRefused("state")
    if flow["provider"] != name:
        raise SignInRefused("issuer")
    spend(library, flow["id"])
    provider = find_provider(library.store, name)
    _check_issuer(library, provider, answer)
    if answer.error:
        raise _refusal(answer.error)
    if not 1 <= len(answer.code) <= LONGEST_CODE:
        raise SignInRefused("code")
    asking = Asking(flow["state"], flow["nonce"], flow["verifier"], url + answer_path(name))
    exchanged = library.universities.exchange(provider, asking, answer.code)
    person = check_id_token(
        exchanged.claims,
        issuer=provider.issuer,
        client_id=provider.client_id,
        nonce=flow["nonce"],
        now=library.clock(),
    )
    role = _role(library, provider, exchanged, person)
    return LetIn(_subject(library, provider, person, role), flow["then"])


def sign_out_by_university(library: Library, name: str, token: str) -> None:
    """End the sessions of somebody who signed out at a university, as its logout token says.

    Raises:
        SignInRefused: the token does not hold, or was used before.
        ProviderNotFound, ProviderUnavailable: as above.
    """
    provider = find_provider(library.store, name)
    claims = library.universities.verified(provider, token)
    person, token_id = check_logout_token(
        claims, issuer=provider.issuer, client_id=provider.client_id, now=library.clock()
    )
    spend(library, f"{provider.issuer} {token_id}")
    for issuer in (provider.issuer, provider.issuer + STAFF):
        subject = find_identity(library, Identity(IdentityKind.UNIVERSITY, issuer, person))
        if subject is not None:
            with library.store.write() as transaction:
                transaction.access.end_sessions(subject, library.clock(), 0)


def _check_issuer(library: Library, provider: IdentityProvider, answer: Answer) -> None:
    """Check that the provider that was asked gives the answer (RFC 9207)."""
    if answer.issuer is None:
        if library.universities.tells_issuer(provider):
            raise SignInRefused("issuer")
    elif answer.issuer != provider.issuer:
        raise SignInRefused("issuer")


def _refusal(error: str) -> SignInRefused:
    if error in ("access_denied", "login_required", "interaction_required"):
        return SignInRefused("canceled")
    return SignInRefused("university", why=error[:80])


def _role(library: Library, provider: IdentityProvider, exchanged: Exchanged, person: str) -> Role:
    """Return the role by what the university says today; raise SignInRefused if it is none."""
    told = exchanged.claims.get(CLAIM)
    if told is None and provider.rules:
        about: Mapping[str, Any] = library.universities.about(provider, exchanged)
        if about and about.get("sub") != person:
            raise SignInRefused("person")
        told = about.get(CLAIM)
    role = role_by(provider.rules, provider.default, affiliations_in(told))
    if role is None:
        raise SignInRefused("no-role")
    return role


def _subject(library: Library, provider: IdentityProvider, person: str, role: Role) -> Subject:
    """Return who the person is here in this role; who is of the staff no more is out at once."""
    staff = Identity(IdentityKind.UNIVERSITY, provider.issuer + STAFF, person)
    if role is not Role.READER:
        return take_in_colleague(library, staff, role, provider.name)
    let_go_of_colleague(library, staff)
    reader = Identity(IdentityKind.UNIVERSITY, provider.issuer, person)
    return find_or_enroll(library, reader, role)


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())
