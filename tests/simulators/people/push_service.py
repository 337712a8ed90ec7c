"""A browser's part in Web Push, and a push service on this machine: by RFC 8188, 8291 and 8292."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()


def text_of(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def key_of(scalar: str) -> ec.EllipticCurvePrivateKey:
    """Return the private key that RFCs write so."""
    return ec.derive_private_key(int.from_bytes(bytes_of(scalar)), CURVE)


@dataclass
class BrowserKeys:
    """What a browser keeps of a subscription."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(CURVE)
    )
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    @property
    def point(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def opened(self, body: bytes) -> bytes:
        """Return what a push says (RFC 8188 §2, RFC 8291 §3.4)."""
        salt, length = body[:16], body[20]
        point, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= int.from_bytes(body[16:20])
        sender = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
        info = b"WebPush: info\x00" + self.point + point
        shared = self.private.exchange(ec.ECDH(), sender)
        common = HKDF(SHA256(), 32, self.secret, info).derive(shared)
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\x00").derive(common)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\x00").derive(common)
        plain = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\x00")
        assert plain[-1:] == b"\x02"
        return plain[:-1]


def checked(authorization: str) -> dict[str, Any]:
    """Return what the token of a push claims, after checking its signature (RFC 8292 §3)."""
    fields = dict(
        part.strip().split("=", 1) for part in authorization.removeprefix("vapid ").split(",")
    )
    signed, _, signature = fields["t"].rpartition(".")
    r, s = (int.from_bytes(half) for half in (bytes_of(signature)[:32], bytes_of(signature)[32:]))
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, bytes_of(fields["k"]))
    key.verify(encode_dss_signature(r, s), signed.encode(), ec.ECDSA(SHA256()))
    head, claims = (json.loads(bytes_of(part)) for part in signed.split("."))
    assert head == {"alg": "ES256", "typ": "JWT"}
    return dict(claims)


class PushService:
    """Keeps the pushes that it is sent: path, headers and body. status: that it answers with, by path."""

    def __init__(self) -> None:
        self.pushes: list[tuple[str, dict[str, str], bytes]] = []
        self.status: dict[str, int] = {}
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.pushes.append((self.path, dict(self.headers.items()), body))
                self.send_response(service.status.get(self.path, 201))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    def endpoint(self, name: str) -> str:
        return f"http://{self.host}/push/{name}"


@contextmanager
def push_service() -> Iterator[PushService]:
    """Yield a push service that runs."""
    made = PushService()
    thread = Thread(target=made.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join()
