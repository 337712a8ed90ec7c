"""What signing in by accounts of others needs: providers that are connected, and their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ledger_service.domain.people.identity_provider import IdentityProvider
from ledger_service.domain.reasons import Reason


@dataclass(frozen=True)
class Asking:
    """What one sign-in asks a provider with. redirect: the address of ours that the answer comes to.

    state, nonce, verifier: random texts; the verifier is told only where the code is exchanged (RFC 7636).
    """

    state: str
    nonce: str
    verifier: str
    redirect: str


@dataclass(frozen=True)
class Exchanged:
    """What a code was exchanged for. claims: of the ID token, whose signature is the provider's."""

    claims: Mapping[str, Any]
    access_token: str


@dataclass(frozen=True)
class Finding:
    """What a test of a provider found. is_good: None for what is only told."""

    is_good: bool | None
    reason: Reason


class ProviderTable(Protocol):
    """The providers that are connected, and which sign-ins were used."""

    def add(self, provider: IdentityProvider, at: int) -> None:
        """Add a provider whose name and issuer are new; at: in seconds since 1970 UTC."""

    def all(self) -> list[IdentityProvider]:
        """Return the providers by title."""

    def find(self, name: str) -> IdentityProvider | None:
        """Return the provider of this name, None if there is none."""

    def remove(self, name: str) -> bool:
        """Remove a provider; return whether it was there."""

    def spend(self, digest: bytes, ends_at: int, now: int) -> bool:
        """Note that a sign-in, by its digest of 32 bytes, is used; return False if it was before.

        It is forgotten after ends_at, when it is refused for its age.
        """


class Universities(Protocol):
    """Speaks to providers of accounts. Every method raises ProviderUnavailable where they do not answer."""

    def keep_secret(self, name: str, secret: str) -> None:
        """Keep the secret that the provider of this name gave to the library, outside the database."""

    def forget_secret(self, name: str) -> None:
        """Forget the secret, if there is one."""

    def address(self, provider: IdentityProvider, asking: Asking) -> str:
        """Return the address at the provider to which the browser is sent."""

    def tells_issuer(self, provider: IdentityProvider) -> bool:
        """Return whether the provider says that its answers name it (RFC 9207)."""

    def exchange(self, provider: IdentityProvider, asking: Asking, code: str) -> Exchanged:
        """Return what a code is exchanged for; raise SignInRefused if it is refused or badly signed."""

    def about(self, provider: IdentityProvider, exchanged: Exchanged) -> Mapping[str, Any]:
        """Return what the provider says beside of the person; nothing if it has nothing to say."""

    def verified(self, provider: IdentityProvider, token: str) -> Mapping[str, Any]:
        """Return the claims of a token that the provider signed; raise SignInRefused for any other."""

    def logout_address(self, provider: IdentityProvider, back: str) -> str | None:
        """Return where a browser is signed out at the provider, None if nowhere. back: where it goes then."""

    def examine(self, provider: IdentityProvider, redirect: str, now: int) -> Sequence[Finding]:
        """Return what a test finds: whether it answers, its keys, its clock, and if it knows this library."""
