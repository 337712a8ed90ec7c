"""Whether a token (JWT) is signed by one of a provider's keys.

No secret is a key here, and `none` is no signature. Which algorithms are taken is fixed by us, and by
the kind of the key; what a token says of itself chooses among them only.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import import_key

from ledger_service.domain import foreign_json
from ledger_service.domain.errors import InvalidJson, SignInRefused

LONGEST_TOKEN = 32_768  # characters
LEAST_RSA_BYTES = 256
KINDS: Mapping[str, tuple[str, str | None]] = {
    "RS256": ("RSA", None),
    "RS384": ("RSA", None),
    "RS512": ("RSA", None),
    "PS256": ("RSA", None),
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "EdDSA": ("OKP", "Ed25519"),
}
"""Which kind of key, and which curve, an algorithm needs."""
PRIVATE = ("d", "p", "q", "dp", "dq", "qi", "k")


def verified(token: str, keys: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the claims of a token that one of these keys (JWKs) signed; else raise SignInRefused."""
    header = _header(token)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in KINDS or "crit" in header:
        raise SignInRefused("token-signature")
    found = [key for key in keys if is_usable(key, algorithm)]
    if "kid" in header:
        found = [key for key in found if key.get("kid") == header["kid"]]
    if len(found) != 1:  # without a name, it could be that any key is tried until one fits
        raise SignInRefused("token-signature")
    public = {name: value for name, value in found[0].items() if name not in PRIVATE}
    try:
        signed = jws.deserialize_compact(token, import_key(public), algorithms=[algorithm])
    except (JoseError, ValueError, TypeError, KeyError) as exc:
        raise SignInRefused("token-signature") from exc
    return _object(signed.payload)


def names_key(token: str) -> bool:
    """Return whether a token names the key by which it is signed, which may be newer than those known."""
    return isinstance(_header(token).get("kid"), str)


def is_usable(key: Mapping[str, Any], algorithm: str) -> bool:
    """Return whether a key is for signatures of this algorithm."""
    kind, curve = KINDS[algorithm]
    if key.get("kty") != kind or (curve is not None and key.get("crv") != curve):
        return False
    if key.get("use", "sig") != "sig" or key.get("alg", algorithm) != algorithm:
        return False
    if kind != "RSA":
        return True
    modulus = key.get("n")
    return isinstance(modulus, str) and len(modulus) * 3 // 4 >= LEAST_RSA_BYTES


def _header(token: str) -> dict[str, Any]:
    if len(token) > LONGEST_TOKEN or not token.isascii() or token.count(".") != 2:
        raise SignInRefused("token-form")
    head = token.partition(".")[0]
    try:
        return _object(base64.b64decode(head + "=" * (-len(head) % 4), b"-_", validate=True))
    except binascii.Error as exc:
        raise SignInRefused("token-form") from exc


def _object(data: bytes | None) -> dict[str, Any]:
    try:
        found = foreign_json.parse(data or b"", LONGEST_TOKEN)
    except InvalidJson as exc:
        raise SignInRefused("token-form") from exc
    if not isinstance(found, dict):
        raise SignInRefused("token-form")
    return found
