"""What an ID token must say before anybody is let in by it; its signature is checked elsewhere.

Source: OpenID Connect Core 1.0 §3.1.3.7; for logout tokens, Back-Channel Logout 1.0 §2.6.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from ledger_service.domain.errors import SignInRefused

SKEW_SECONDS = 60  # that the university's clock may differ from ours
OLDEST_SECONDS = 600  # since it was issued: it comes straight from the provider
LONGEST_SUBJECT = 255  # characters; source: OpenID Connect Core 1.0 §2
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


def check_id_token(
    claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: int
) -> str:
    """Return the subject whom the claims let in.

    Raises:
        SignInRefused: of another issuer, for another client, ended, too old or not issued yet, with
            another nonce, or without a subject.
    """
    _check_party(claims, issuer, client_id)
    _check_times(claims, now)
    told = claims.get("nonce")
    if not isinstance(told, str) or not hmac.compare_digest(told.encode(), nonce.encode()):
        raise SignInRefused("token-nonce")
    return _subject(claims)


def check_logout_token(
    claims: Mapping[str, Any], *, issuer: str, client_id: str, now: int
) -> tuple[str, str]:
    """Return the subject whose sessions end, and the token's own id; raise SignInRefused as above."""
    _check_party(claims, issuer, client_id)
    _check_times(claims, now)
    events, token_id = claims.get("events"), claims.get("jti")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise SignInRefused("token-form")
    if "nonce" in claims or not isinstance(token_id, str) or not token_id:
        raise SignInRefused("token-form")
    return _subject(claims), token_id


def _check_party(claims: Mapping[str, Any], issuer: str, client_id: str) -> None:
    if claims.get("iss") != issuer:
        raise SignInRefused("token-issuer", issuer=issuer)
    told = claims.get("aud")
    audience = [told] if isinstance(told, str) else told
    # More than one audience would be others whom we have no reason to trust.
    if audience != [client_id] or claims.get("azp", client_id) != client_id:
        raise SignInRefused("token-audience")


def _check_times(claims: Mapping[str, Any], now: int) -> None:
    ends, issued = _number(claims.get("exp")), _number(claims.get("iat"))
    begins = _number(claims.get("nbf", issued))
    if ends <= now - SKEW_SECONDS or issued < now - OLDEST_SECONDS:
        raise SignInRefused("token-ended")
    if max(issued, begins) > now + SKEW_SECONDS:
        raise SignInRefused("token-early")


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SignInRefused("token-form")
    return value


def _subject(claims: Mapping[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 1 <= len(subject) <= LONGEST_SUBJECT:
        raise SignInRefused("token-form")
    return subject
