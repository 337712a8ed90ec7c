"""Web Push: tell a browser that there is news, through the service of its maker, which reads nothing of it.

A push is one record of `aes128gcm` (RFC 8188) under keys that browser and library agree on (RFC 8291), always
of the same length, and signed as the library's (RFC 8292). The key of that follows from the people key.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger_service.adapters.credentials.issuer_keys import sign_with
from ledger_service.domain.credentials.compact_jws import encode64, sign_token
from ledger_service.domain.errors import InvalidInput, InvalidReceiver
from ledger_service.domain.people.notices.subscription import Subscription
from ledger_service.ports.people import PeopleKeeper
from ledger_service.ports.publication import Poster, Pushed

CURVE = ec.SECP256R1()
SALT_BYTES = 16
TEXT_BYTES = 512  # of each push: the text, and what fills it up
RECORD_BYTES = 4096
END_OF_RECORD = b"\x02"  # RFC 8188 §2
SIGNED_SECONDS = 12 * 3600  # RFC 8292 §2: at most 24 hours
KEPT_SECONDS = 3 * 86_400  # for which the service keeps it, for a browser that is not there
KEY_PURPOSE = b"muhr: key that pushes are signed with"
LABEL_OF_KEYS = b"WebPush: info\0"
GONE = (403, 404, 410)  # RFC 8030 §7.3: no more; 403: it was made for another key


class WebPusher:
    """Implements ports.Pusher. contact: a URI of the operator; texts: what a push says, by language."""

    def __init__(
        self,
        poster: Poster,
        people: PeopleKeeper,
        clock: Callable[[], int],
        contact: str,
        texts: Mapping[str, bytes],
    ) -> None:
        self._poster, self._people, self._clock = poster, people, clock
        self._contact, self._texts = contact, texts

    @property
    def key(self) -> bytes:
        return _point(signing_key(self._people.key()).public_key())

    def check(self, subscription: Subscription) -> None:
        self._poster.check(subscription.endpoint)
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(CURVE, subscription.key)
        except ValueError as exc:
            raise InvalidInput("push-keys") from exc

    def push(self, subscription: Subscription) -> Pushed:
        text = self._texts.get(subscription.language, self._texts["en"])
        own, salt = ec.generate_private_key(CURVE), secrets.token_bytes(SALT_BYTES)
        body = encrypted(text.ljust(TEXT_BYTES), subscription, own, salt)
        headers = {
            "Authorization": self._signed(subscription.endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_SECONDS),
            "Urgency": "normal",
        }
        try:
            with self._poster.line(subscription.endpoint) as line:
                status = line.post(body, headers).status
        except InvalidReceiver:  # the operator lets nobody be told there any more
            return Pushed.GONE
        if status in GONE:
            return Pushed.GONE
        return Pushed.TAKEN if status is not None and 200 <= status < 300 else Pushed.LOST

    def _signed(self, endpoint: str) -> str:
        key, parts = signing_key(self._people.key()), urlsplit(endpoint)
        told = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": self._clock() + SIGNED_SECONDS,
            "sub": self._contact,
        }
        token = sign_token({"typ": "JWT"}, told, partial(sign_with, key))
        return f"vapid t={token}, k={encode64(_point(key.public_key()))}"


def signing_key(people_key: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the key that pushes are signed with, which follows from the people key of 32 bytes."""
    wide = HKDF(SHA256(), 48, salt=None, info=KEY_PURPOSE).derive(people_key)
    return ec.derive_private_key(int.from_bytes(wide) % (ORDER - 1) + 1, CURVE)


def encrypted(
    plain: bytes, subscription: Subscription, own: ec.EllipticCurvePrivateKey, salt: bytes
) -> bytes:
    """Return the body of a push (RFC 8291 §4). own: a key for this push alone; salt: 16 bytes, likewise."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, subscription.key)
    shared, point = own.exchange(ec.ECDH(), theirs), _point(own.public_key())
    about = LABEL_OF_KEYS + subscription.key + point
    common = HKDF(SHA256(), 32, salt=subscription.secret, info=about).derive(shared)
    key = HKDF(SHA256(), 16, salt=salt, info=b"Content-Encoding: aes128gcm\0").derive(common)
    nonce = HKDF(SHA256(), 12, salt=salt, info=b"Content-Encoding: nonce\0").derive(common)
    record = AESGCM(key).encrypt(nonce, plain + END_OF_RECORD, None)
    return salt + RECORD_BYTES.to_bytes(4) + bytes([len(point)]) + point + record


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of P-256 (FIPS 186-5): private keys are from 1 to one less."""
