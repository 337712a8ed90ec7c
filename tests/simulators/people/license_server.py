"""A license server of Readium LCP, as the documentation of EDRLab's lcp-server 2 has it (docs/api.md).

It holds what it is told in memory, checks what it documents as required, and encrypts as LCP's basic profile
does, which is open: what a passphrase opens can be tried. Its signature is none.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

LOGIN, PASSWORD = "muhr", "a password: of ours"
STATES = ("ready", "active", "expired", "cancelled", "revoked")  # codespell:ignore cancelled
BLOCK_BITS = 128


class LicenseServerSimulator:
    """publications: titles by UUID; licenses: what was told, by UUID; asked: each request that was answered.

    is_away: it answers nothing but 503.
    """

    def __init__(self, public_url: str = "https://library.example/odl/lcp") -> None:
        self.publications: dict[str, str] = {}
        self.licenses: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.public_url = public_url
        self.is_away = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.simulator = self  # type: ignore[attr-defined]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """The address, with the name to sign in by."""
        return f"http://{LOGIN}@127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, told: dict[str, Any]) -> tuple[int, Any]:
        """Return status and JSON of an answer."""
        kind, _, name = path.strip("/").partition("/")
        known = self.licenses.get(name)
        if (method, kind) == ("GET", "publications"):
            title = self.publications.get(name)
            return (404, None) if title is None else (200, {"uuid": name, "title": title})
        if (method, path) == ("POST", "/licenseinfo/"):
            _check_info(told)
            if told["uuid"] in self.licenses:
                return 500, {"status": "UNIQUE constraint failed"}
            self.licenses[told["uuid"]] = {**told, "status": "ready"}
            return 201, told
        if known is None:
            return 404, {"status": "Resource not found."}
        if (method, kind) == ("GET", "licenseinfo"):
            return 200, known
        if (method, kind) == ("PUT", "licenseinfo"):
            _check_info(told)
            self.licenses[name] = told
            return 200, told
        if (method, kind) == ("PUT", "revoke"):
            known.update(status="revoked", end=_now())
            return 200, {"id": name, "status": "revoked"}
        if (method, kind) == ("POST", "licenses"):
            assert all(told[field] for field in ("user_id", "text_hint", "pass_hash"))
            assert known["publication_id"] in self.publications
            return 200, self._license(known, told)
        return 405, None

    def _license(self, info: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
        key = bytes.fromhex(told["pass_hash"])
        names = {"copy": info["copy"], "print": info["print"]}
        sha256, aes = (
            "http://www.w3.org/2001/04/xmlenc#sha256",
            "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
        )
        return {
            "provider": info["provider"],
            "id": info["uuid"],
            "issued": info["start"],
            "updated": info["updated"],
            "encryption": {
                "profile": "http://readium.org/lcp/basic-profile",
                "content_key": {"algorithm": aes, "encrypted_value": _encrypted(key, "k" * 32)},
                "user_key": {
                    "algorithm": sha256,
                    "text_hint": told["text_hint"],
                    "key_check": _encrypted(key, info["uuid"]),
                },
            },
            "links": [
                {
                    "rel": "publication",
                    "href": "https://files.example/f.epub",
                    "type": "application/epub+zip",
                },
                {"rel": "status", "href": f"{self.public_url}/status/{info['uuid']}"},
                {
                    "rel": "hint",
                    "href": f"{self.public_url}/hint/{info['uuid']}",
                    "type": "text/html",
                },
            ],
            "user": {"id": told["user_id"]},
            "rights": {
                "start": info["start"],
                "end": info["end"],
                **{name: value for name, value in names.items() if value != -1},
            },
            "signature": {"algorithm": "none", "certificate": "", "value": ""},
        }


def opened(license: dict[str, Any], user_key: bytes) -> bool:
    """Return whether a key opens a license: the check of LCP 1.0 §3.4."""
    data = base64.b64decode(license["encryption"]["user_key"]["key_check"])
    decryptor = Cipher(algorithms.AES256(user_key), modes.CBC(data[:16])).decryptor()
    unpadder = PKCS7(BLOCK_BITS).unpadder()
    try:
        plain = (
            unpadder.update(decryptor.update(data[16:]) + decryptor.finalize())
            + unpadder.finalize()
        )
    except ValueError:
        return False
    return plain == license["id"].encode()


class _Handler(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        simulator: LicenseServerSimulator = self.server.simulator  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        told = json.loads(body) if body else {}
        wanted = "Basic " + base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
        if simulator.is_away:
            status, answer = 503, None
        elif self.headers.get("Authorization") != wanted:
            status, answer = 401, None
        else:
            status, answer = simulator.answer(self.command, self.path, told)
            simulator.asked.append((self.command, self.path, told))
        data = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = _answer

    def log_message(self, *_: object) -> None:
        pass


def _check_info(told: dict[str, Any]) -> None:
    """Check what licenseinfo requires: a fault here is one of whoever asks."""
    assert all(str(UUID(told[name])) == told[name] for name in ("uuid", "publication_id"))
    assert told["provider"].startswith(("https://", "http://"))
    assert told["user_id"]
    assert told["status"] in STATES
    assert all(isinstance(told[name], int) for name in ("copy", "print"))
    assert told["start"] < told["end"]


def _encrypted(key: bytes, text: str) -> str:
    nonce, padder = secrets.token_bytes(16), PKCS7(BLOCK_BITS).padder()
    encryptor = Cipher(algorithms.AES256(key), modes.CBC(nonce)).encryptor()
    padded = padder.update(text.encode()) + padder.finalize()
    return base64.b64encode(nonce + encryptor.update(padded) + encryptor.finalize()).decode()


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
