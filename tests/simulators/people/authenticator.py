"""A device that makes passkeys and shows them (Web Authentication, level 3), without attestation."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40
COORDINATE_BYTES = 32


@dataclass
class AuthenticatorSimulator:
    """Has one passkey for one origin. flags: of what it says of its user; count: of signatures so far."""

    origin: str
    flags: int = PRESENT | VERIFIED
    count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    _key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: str) -> str:
        """Return the answer to what a library asks of a browser that is to make a passkey, as JSON."""
        asked = json.loads(options)
        point = self._key.public_key().public_numbers()
        x, y = (number.to_bytes(COORDINATE_BYTES) for number in (point.x, point.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})  # source: RFC 9053 §2.1, §7.1
        credential = bytes(16) + len(self.id).to_bytes(2) + self.id + public
        told = self._told(asked["rp"]["id"], self.flags | HAS_KEY) + credential
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": told})
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer({"clientDataJSON": client, "attestationObject": attestation})

    def show(self, options: str) -> str:
        """Return the answer to what a library asks of a browser that is to show a passkey, as JSON."""
        asked = json.loads(options)
        self.count += 1
        told = self._told(asked["rpId"], self.flags)
        client = self._client("webauthn.get", asked["challenge"])
        signed = told + hashlib.sha256(client).digest()
        signature = self._key.sign(signed, ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": told, "signature": signature}
        return self._answer(parts)

    def _told(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, parts: dict[str, bytes]) -> str:
        name = _text(self.id)
        response = {key: _text(value) for key, value in parts.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
