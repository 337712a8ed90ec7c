"""The test button of a provider: what can be found out without anybody signing in."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from ledger_service.adapters.people.discovery import PATH, Metadata, ask_keys, ask_metadata
from ledger_service.adapters.people.fetching import TOLD_URL, fetch
from ledger_service.adapters.people.signed_token import KINDS, is_usable
from ledger_service.domain.errors import ProviderUnavailable
from ledger_service.domain.people.id_token import SKEW_SECONDS
from ledger_service.domain.people.identity_provider import IdentityProvider
from ledger_service.domain.reasons import Reason
from ledger_service.ports.sign_in import Asking, Finding

if TYPE_CHECKING:
    from ledger_service.adapters.people.universities import OpenIdUniversities

REDIRECTS = (302, 303)


def examine(
    universities: OpenIdUniversities, provider: IdentityProvider, redirect: str, now: int
) -> list[Finding]:
    """Return what was found, in the order in which it was looked at; it ends where nothing answers."""
    found: list[Finding] = []
    try:
        told = ask_metadata(provider.issuer)
        found.append(Finding(True, Reason("provider-answers", {"issuer": provider.issuer})))
        found.append(_keys(told))
        found += _said(told)
        found.append(_clock(provider, now))
        found.append(Finding(None, Reason("provider-redirect", {"redirect": redirect})))
        found += _known(universities, provider, redirect)
    except ProviderUnavailable as exc:
        cause = exc.reason.values.get("why")
        found.append(Finding(False, cause if isinstance(cause, Reason) else exc.reason))
    return found


def _keys(told: Metadata) -> Finding:
    keys = ask_keys(told.keys)
    usable = [name for name in KINDS if any(is_usable(key, name) for key in keys)]
    if not usable:
        return Finding(False, Reason("provider-no-keys", {"algorithms": ", ".join(KINDS)}))
    named = ", ".join(usable)
    return Finding(True, Reason("provider-keys", {"count": len(keys), "algorithms": named}))


def _said(told: Metadata) -> list[Finding]:
    """Return what the provider promises. Less is no fault: what we need is checked anyway."""
    return [
        Finding(True, Reason("provider-challenge"))
        if "S256" in told.challenges
        else Finding(None, Reason("provider-no-challenge")),
        Finding(True, Reason("provider-names-itself"))
        if told.tells_issuer
        else Finding(None, Reason("provider-names-itself-not")),
        Finding(True, Reason("provider-pairwise"))
        if "pairwise" in told.subjects
        else Finding(None, Reason("provider-not-pairwise")),
        Finding(None, Reason("provider-logout") if told.logout else Reason("provider-no-logout")),
    ]


def _clock(provider: IdentityProvider, now: int) -> Finding:
    time = fetch(provider.issuer.rstrip("/") + PATH).time
    if time is None:
        return Finding(None, Reason("provider-no-clock"))
    skew = round(now - time)
    return Finding(abs(skew) < SKEW_SECONDS, Reason("provider-clock", {"seconds": skew}))


def _known(
    universities: OpenIdUniversities, provider: IdentityProvider, redirect: str
) -> list[Finding]:
    """Ask as a browser does that nobody is signed in with, and with a code that nobody was given."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    asking = Asking(state, nonce, verifier, redirect)
    answer = fetch(universities.address(provider, asking) + "&prompt=none")
    comes_back = answer.status in REDIRECTS and (answer.location or "").startswith(redirect)
    client = provider.client_id
    if comes_back:
        found = [Finding(True, Reason("provider-client", {"client": client}))]
    else:
        reason = Reason("provider-no-client", {"client": client, "redirect": redirect})
        found = [Finding(False, reason)]
    error = universities.ask_token(provider, asking, secrets.token_urlsafe(32)).json().get("error")
    if error == "invalid_grant":
        return [*found, Finding(True, Reason("provider-secret"))]
    why = str(error)[:TOLD_URL]
    return [*found, Finding(False, Reason("provider-no-secret", {"error": why}))]
