"""Connect a provider whose accounts sign in here, test it, list those connected, and remove one."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from ledger_service.domain.errors import InvalidProvider, ProviderKnown, ProviderNotFound
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.identity_provider import (
    LONGEST_ISSUER,
    IdentityProvider,
    answer_path,
    check_provider,
)
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.publication.public_address import is_loopback
from ledger_service.ports.sign_in import Finding, Universities
from ledger_service.ports.store import Clock, Store
from ledger_service.services.people.record_act import record_act


def connect_provider(
    store: Store,
    clock: Clock,
    universities: Universities,
    caller: Caller,
    provider: IdentityProvider,
    secret: str | None,
) -> None:
    """Connect a provider. secret: by which it knows this library; None if it knows it by its address only.

    Raises:
        InvalidProvider: a part of it is not acceptable.
        ProviderKnown: its name or its issuer is connected already.
    """
    check_permitted(caller, Permission.PROVIDER_CONNECT)
    check_provider(provider)
    _check_issuer(provider.issuer)
    with store.write() as transaction:
        for known in transaction.providers.all():
            if known.name == provider.name:
                raise ProviderKnown(name=known.name)
            if known.issuer == provider.issuer:
                raise ProviderKnown("issuer", issuer=known.issuer, name=known.name)
        if secret is None:
            universities.forget_secret(provider.name)
        else:
            universities.keep_secret(provider.name, secret)
        transaction.providers.add(provider, clock())
        record_act(transaction, caller, clock(), ActKind.PROVIDER_CONNECTED, provider.name)


def remove_provider(
    store: Store, clock: Clock, universities: Universities, caller: Caller, name: str
) -> None:
    """Remove a provider and its secret; who signed in by it stays known, and comes back with it.

    Raises:
        ProviderNotFound: it is not connected.
    """
    check_permitted(caller, Permission.PROVIDER_CONNECT)
    with store.write() as transaction:
        if not transaction.providers.remove(name):
            raise ProviderNotFound(name=name[:80])
        record_act(transaction, caller, clock(), ActKind.PROVIDER_REMOVED, name)
    universities.forget_secret(name)


def find_provider(store: Store, name: str) -> IdentityProvider:
    """Return the provider of this name; raise ProviderNotFound. People who sign in choose it."""
    with store.read() as transaction:
        found = transaction.providers.find(name)
    if found is None:
        raise ProviderNotFound(name=name[:80])
    return found


def list_providers(store: Store) -> list[IdentityProvider]:
    """Return the providers by title; everybody sees them where people sign in."""
    with store.read() as transaction:
        return transaction.providers.all()


def examine_provider(
    store: Store, clock: Clock, universities: Universities, caller: Caller, name: str, url: str
) -> Sequence[Finding]:
    """Return what a test of a provider finds. url: this library's public address, without a slash at its end.

    Raises:
        ProviderNotFound: it is not connected.
    """
    check_permitted(caller, Permission.PROVIDER_CONNECT)
    provider = find_provider(store, name)
    return universities.examine(provider, url + answer_path(provider.name), clock())


def _check_issuer(issuer: str) -> None:
    try:
        parts = urlsplit(issuer)
        is_safe = parts.scheme == "https" or (
            parts.scheme == "http" and is_loopback(parts.hostname or "")
        )
        is_one = bool(parts.hostname) and parts.port != 0 and parts.username is None
    except ValueError:
        is_safe = is_one = False
    is_plain = issuer.isascii() and issuer.isprintable() and not set(issuer) & set(" ?#")
    if not (is_safe and is_one and is_plain) or len(issuer) > LONGEST_ISSUER:
        raise InvalidProvider("issuer", issuer=issuer[:80])
