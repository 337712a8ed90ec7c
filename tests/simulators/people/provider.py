"""An OpenID provider on loopback: a real HTTP server, real signatures, and every answer to be spoiled.

A person is not asked: `consent` does what a browser would bring back after they said yes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from joserfc import jws, jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "muhr-library", "a secret+with%signs:in it"
DISCOVERY = "/.well-known/openid-configuration"
KID = "2026-11"
PERSON = "person-7f"
SIGNING_KEY = RSAKey.generate_key(2048, {"kid": KID, "use": "sig", "alg": "RS256"})


class ProviderSimulator:
    """What it says can be changed by assigning to its attributes.

    Args:
        clock: seconds, by which tokens are issued.

    token: makes the ID token of its claims, so that a test can sign otherwise. claims, document,
    userinfo: what is said beside, or instead.
    """

    def __init__(self, url: str, clock: Callable[[], int]) -> None:
        self.issuer = url
        self.clock = clock
        self.person = PERSON
        self.secret: str | None = SECRET
        self.redirects: set[str] = set()
        self.codes: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Any] = {}
        self.document: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.keys = [SIGNING_KEY.as_dict(private=False)]
        self.token: Callable[[dict[str, Any]], str] = signed
        self.status: int | None = None
        self.asked: list[str] = []
        self.wait: Callable[[], object] = lambda: None  # before an answer below /slow

    def consent(self, address: str) -> dict[str, str]:
        """Return what the browser brings back from an address that it was sent to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert address.startswith(self.issuer + "/authorize?")
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def logout_token(self, **changes: Any) -> str:
        """Return a logout token of the person."""
        event = {"http://schemas.openid.net/event/backchannel-logout": {}}
        return self.token({**self._base(), "jti": secrets.token_hex(8), "events": event} | changes)

    def answer(
        self, method: str, path: str, query: dict[str, str], form: dict[str, str], sent: Any
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        """Return status, JSON and headers of the answer to a request."""
        self.asked.append(path)
        if path.startswith("/slow"):
            self.wait()
        if self.status is not None:
            return self.status, {}, {"Location": self.issuer + "/elsewhere"}
        if path == DISCOVERY:
            return 200, self._document(), {}
        if path == "/keys":
            return 200, {"keys": self.keys}, {}
        if path == "/authorize":
            return self._authorize(query)
        if path == "/token" and method == "POST":
            return self._token(form, sent.get("Authorization", ""))
        if path == "/userinfo":
            return 200, {"sub": self.person} | self.userinfo, {}
        return 404, {}, {}

    def _document(self) -> dict[str, Any]:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": self.issuer + "/authorize",
            "token_endpoint": self.issuer + "/token",
            "userinfo_endpoint": self.issuer + "/userinfo",
            "end_session_endpoint": self.issuer + "/logout",
            "jwks_uri": self.issuer + "/keys",
            "authorization_response_iss_parameter_supported": True,
            "code_challenge_methods_supported": ["S256"],
            "subject_types_supported": ["pairwise"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        return said | self.document

    def _authorize(self, query: dict[str, str]) -> tuple[int, dict[str, Any], dict[str, str]]:
        if query.get("client_id") != CLIENT or query.get("redirect_uri") not in self.redirects:
            return 400, {"error": "invalid_request"}, {}
        told = {"error": "login_required", "state": query["state"], "iss": self.issuer}
        return 303, {}, {"Location": f"{query['redirect_uri']}?{urlencode(told)}"}

    def _token(
        self, form: dict[str, str], authorization: str
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        if not self._knows(authorization):
            return 401, {"error": "invalid_client"}, {}
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form.get("redirect_uri")
        ):
            return 400, {"error": "invalid_grant"}, {}
        claims = {**self._base(), "nonce": asked["nonce"], **self.claims}
        token = self.token({name: value for name, value in claims.items() if value is not None})
        answer = {"token_type": "Bearer", "access_token": "access", "id_token": token}
        return 200, answer, {}

    def _knows(self, authorization: str) -> bool:
        if self.secret is None:
            return True
        kind, _, given = authorization.partition(" ")
        if kind != "Basic":
            return False
        name, _, secret = base64.b64decode(given).decode().partition(":")
        return (unquote_plus(name), unquote_plus(secret)) == (CLIENT, self.secret)

    def _base(self) -> dict[str, Any]:
        now = self.clock()
        return {"iss": self.issuer, "sub": self.person, "aud": CLIENT, "iat": now, "exp": now + 300}


def signed(claims: dict[str, Any], key: Any = SIGNING_KEY, **header: Any) -> str:
    """Return a token that the provider's key signed."""
    return jwt.encode({"alg": "RS256", "kid": KID} | header, claims, key)


def unsigned(claims: dict[str, Any]) -> str:
    """Return a token that says that nobody signed it."""
    parts = [json.dumps(each).encode() for each in ({"alg": "none", "kid": KID}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def signed_by_public_key(claims: dict[str, Any]) -> str:
    """Return a token whose MAC is under the public key's text, which everybody has."""
    import hmac

    public = SIGNING_KEY.as_pem(private=False)
    parts = [json.dumps(each).encode() for each in ({"alg": "HS256", "kid": KID}, claims)]
    head = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
    mac = hmac.digest(public, head.encode(), "sha256")
    return f"{head}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def payload_of(token: str) -> dict[str, Any]:
    """Return what a token says, its signature checked."""
    found: dict[str, Any] = json.loads(jws.deserialize_compact(token, SIGNING_KEY).payload or b"")
    return found


@contextmanager
def providing(clock: Callable[[], int]) -> Iterator[ProviderSimulator]:
    """Yield a provider that answers until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer("GET", {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer("POST", dict(parse_qsl(body.decode())))

        def _answer(self, method: str, form: dict[str, str]) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query))
            status, told, headers = provider.answer(method, parts.path, query, form, self.headers)
            body = json.dumps(told).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        provider = ProviderSimulator(f"http://127.0.0.1:{server.server_port}", clock)
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield provider
        server.shutdown()
        thread.join()
