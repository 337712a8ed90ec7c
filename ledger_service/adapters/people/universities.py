# ruff: noqa: PLC0415 - commands that sign nobody in start without Authlib
"""Implements ports.Universities: OpenID Connect's code flow with PKCE, by parts of Authlib.

Authlib makes the addresses and bodies. It fetches nothing here: its clients bound neither size nor time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlencode

from ledger_service.adapters.people.client_secrets import SecretFolder
from ledger_service.adapters.people.discovery import Discovery, Metadata
from ledger_service.adapters.people.fetching import OK, Fetched, check_status, fetch
from ledger_service.domain.errors import SignInRefused
from ledger_service.domain.people.affiliation import CLAIM
from ledger_service.domain.people.identity_provider import IdentityProvider
from ledger_service.ports.sign_in import Asking, Exchanged, Finding

if TYPE_CHECKING:
    from authlib.oauth2.auth import ClientAuth

BASIC, POST, NONE = "client_secret_basic", "client_secret_post", "none"
SERVER_FAULT = 500
UNAUTHORIZED = 401
FORM = "application/x-www-form-urlencoded"


class OpenIdUniversities:
    """Speaks to OpenID providers; safe to share between threads. folder: of the library's keys."""

    def __init__(self, folder: Path) -> None:
        self._secrets = SecretFolder(folder)
        self._discovery = Discovery()

    def keep_secret(self, name: str, secret: str) -> None:
        self._secrets.keep(name, secret)

    def forget_secret(self, name: str) -> None:
        self._secrets.forget(name)

    def address(self, provider: IdentityProvider, asking: Asking) -> str:
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        told = self._discovery.metadata(provider.issuer)
        asked: dict[str, str] = {"response_mode": "query"}
        if told.takes_claims and provider.rules:
            asked["claims"] = json.dumps({"id_token": {CLAIM: None}, "userinfo": {CLAIM: None}})
        uri: str = prepare_grant_uri(
            told.authorization,
            client_id=provider.client_id,
            response_type="code",
            redirect_uri=asking.redirect,
            scope=" ".join(provider.scopes),
            state=asking.state,
            nonce=asking.nonce,
            code_challenge=create_s256_code_challenge(asking.verifier),
            code_challenge_method="S256",
            **asked,
        )
        return uri

    def tells_issuer(self, provider: IdentityProvider) -> bool:
        return self._discovery.metadata(provider.issuer).tells_issuer

    def exchange(self, provider: IdentityProvider, asking: Asking, code: str) -> Exchanged:
        found = self.ask_token(provider, asking, code)
        if found.status >= SERVER_FAULT:
            check_status(found)
        answer = found.json()
        if found.status != OK:
            if found.status == UNAUTHORIZED or answer.get("error") == "invalid_client":
                raise SignInRefused("client")
            raise SignInRefused("code")
        token, access = answer.get("id_token"), answer.get("access_token")
        if not isinstance(token, str) or not isinstance(access, str):
            raise SignInRefused("token-form")
        return Exchanged(self.verified(provider, token), access)

    def ask_token(self, provider: IdentityProvider, asking: Asking, code: str) -> Fetched:
        """Return what the provider answers a code with, whatever its status."""
        from authlib.oauth2.rfc6749.parameters import prepare_token_request

        told = self._discovery.metadata(provider.issuer)
        body = prepare_token_request(
            "authorization_code",
            code=code,
            redirect_uri=asking.redirect,
            code_verifier=asking.verifier,
        )
        headers = {"Content-Type": FORM}
        uri, headers, body = self._client(provider, told).prepare("POST", told.token, headers, body)
        return fetch(uri, "POST", body.encode(), headers)

    def about(self, provider: IdentityProvider, exchanged: Exchanged) -> Mapping[str, Any]:
        address = self._discovery.metadata(provider.issuer).userinfo
        if address is None:
            return {}
        found = fetch(address, headers={"Authorization": f"Bearer {exchanged.access_token}"})
        check_status(found)
        return found.json()

    def verified(self, provider: IdentityProvider, token: str) -> Mapping[str, Any]:
        from ledger_service.adapters.people.signed_token import names_key, verified

        try:
            return verified(token, self._discovery.keys(provider.issuer))
        except SignInRefused:
            if not names_key(token):
                raise
        return verified(token, self._discovery.keys(provider.issuer, anew=True))

    def logout_address(self, provider: IdentityProvider, back: str) -> str | None:
        address = self._discovery.metadata(provider.issuer).logout
        if address is None:
            return None
        asked = {"client_id": provider.client_id, "post_logout_redirect_uri": back}
        return address + ("&" if "?" in address else "?") + urlencode(asked)

    def examine(self, provider: IdentityProvider, redirect: str, now: int) -> Sequence[Finding]:
        from ledger_service.adapters.people.examination import examine

        return examine(self, provider, redirect, now)

    def _client(self, provider: IdentityProvider, told: Metadata) -> ClientAuth:
        from authlib.oauth2.auth import ClientAuth

        identifier, secret = provider.client_id, self._secrets.read(provider.name)
        if secret is None:
            return ClientAuth(identifier, None, NONE)
        if BASIC in told.methods or POST not in told.methods:
            # RFC 6749 §2.3.1 asks for this encoding, which Authlib leaves out.
            return ClientAuth(quote_plus(identifier), quote_plus(secret), BASIC)
        return ClientAuth(identifier, secret, POST)
