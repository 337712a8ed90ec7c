"""What a provider says of itself, and its keys; kept for an hour, since both change seldom.

Source: OpenID Connect Discovery 1.0 §3 and §4; RFC 8414; RFC 9207.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

from ledger_service.adapters.people.fetching import (
    check_status,
    fetch,
    is_asked,
    unlike_standard,
)
from ledger_service.domain.errors import ProviderUnavailable
from ledger_service.domain.reasons import Reason

PATH = "/.well-known/openid-configuration"
KEPT_SECONDS = 3600
LEAST_SECONDS = 30  # between two questions for keys, whatever tokens name
MOST_KEYS = 100
Found = TypeVar("Found")


@dataclass(frozen=True)
class Metadata:
    """What is needed of what a provider says of itself. methods: by which clients say who they are."""

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str | None
    logout: str | None
    tells_issuer: bool
    methods: tuple[str, ...]
    algorithms: tuple[str, ...]
    challenges: tuple[str, ...]
    subjects: tuple[str, ...]
    takes_claims: bool


def metadata_of(document: Mapping[str, Any], issuer: str, url: str) -> Metadata:
    """Return what a discovery document says.

    Raises:
        ProviderUnavailable: it is of another issuer, or names no addresses that may be asked.
    """
    given = document.get("issuer")
    if given != issuer:
        named = str(given)[:80]
        why = Reason("provider-other-issuer", {"given": named, "issuer": issuer})
        raise ProviderUnavailable(why=why)
    needed = [document.get(f"{name}_endpoint") for name in ("authorization", "token")]
    needed.append(document.get("jwks_uri"))
    if not all(_may_name(issuer, address) for address in needed):
        raise unlike_standard(url)
    userinfo, logout = (document.get(f"{name}_endpoint") for name in ("userinfo", "end_session"))
    authorization, token, keys = map(str, needed)
    return Metadata(
        issuer,
        authorization,
        token,
        keys,
        userinfo=userinfo if _may_name(issuer, userinfo) else None,
        logout=logout if _may_name(issuer, logout) else None,
        tells_issuer=document.get("authorization_response_iss_parameter_supported") is True,
        methods=_texts(document, "token_endpoint_auth_methods_supported"),
        algorithms=_texts(document, "id_token_signing_alg_values_supported"),
        challenges=_texts(document, "code_challenge_methods_supported"),
        subjects=_texts(document, "subject_types_supported"),
        takes_claims=document.get("claims_parameter_supported") is True,
    )


class _Kept(Generic[Found]):
    """What was fetched by address, for a time."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[float, Found]] = {}
        self._lock = Lock()

    def get(self, key: str, fetch: Callable[[], Found], oldest_seconds: float) -> Found:
        with self._lock:
            at, found = self._found.get(key, (0.0, None))
        if found is not None and time.monotonic() - at < oldest_seconds:
            return found
        found = fetch()
        with self._lock:
            self._found[key] = (time.monotonic(), found)
        return found


class Discovery:
    """Asks providers who they are; safe to share between threads."""

    def __init__(self) -> None:
        self._metadata: _Kept[Metadata] = _Kept()
        self._keys: _Kept[list[dict[str, Any]]] = _Kept()

    def metadata(self, issuer: str) -> Metadata:
        """Return what the provider says of itself; raise ProviderUnavailable."""
        return self._metadata.get(issuer, lambda: ask_metadata(issuer), KEPT_SECONDS)

    def keys(self, issuer: str, *, anew: bool = False) -> list[dict[str, Any]]:
        """Return the provider's keys (JWKs); raise ProviderUnavailable. anew: what is kept may be old."""
        address = self.metadata(issuer).keys
        oldest = LEAST_SECONDS if anew else KEPT_SECONDS
        return self._keys.get(address, lambda: ask_keys(address), oldest)


def ask_metadata(issuer: str) -> Metadata:
    """Return what a provider says of itself just now; raise ProviderUnavailable."""
    url = issuer.rstrip("/") + PATH
    found = fetch(url)
    check_status(found)
    return metadata_of(found.json(), issuer, url)


def ask_keys(url: str) -> list[dict[str, Any]]:
    """Return the keys at an address just now; raise ProviderUnavailable."""
    found = fetch(url)
    check_status(found)
    keys = found.json().get("keys")
    if not isinstance(keys, list) or len(keys) > MOST_KEYS:
        raise unlike_standard(url)
    return [key for key in keys if isinstance(key, dict)]


def _may_name(issuer: str, address: Any) -> bool:
    """Return whether a provider may name this address as its own.

    One elsewhere names none over http, which would be a service of this machine: a node, or its keys.
    """
    is_here = issuer.startswith("http://")
    return is_asked(address) and (is_here or str(address).startswith("https://"))


def _texts(document: Mapping[str, Any], name: str) -> tuple[str, ...]:
    told = document.get(name)
    return tuple(each for each in told if isinstance(each, str)) if isinstance(told, list) else ()
