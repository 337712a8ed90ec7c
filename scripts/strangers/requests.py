"""Bad requests to the API and its pages: good ones, in which some places are spoiled, over raw sockets."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple
from urllib.parse import quote

from fastapi.routing import APIRoute

from ledger_service.web import pages
from reading_room import parts
from scripts.strangers import values
from scripts.strangers.ground import ROLES, Ground
from scripts.strangers.state import differing
from scripts.strangers.trials import HANG_SECONDS, Hung, Trial

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "X-X")
ON_ITS_WAY = 503
SHOWN = 200
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
OF_DENIALS = {"entry", "private_part", "bundle", "tile"}
"""Tables that a denied opening or loan changes: every decision about access is an entry."""
OF_LOOKS = OF_DENIALS | {"look"}
"""Tables that an auditor changes who is shown private parts: each look is an entry."""
OF_ACCESS = ("/api/v1/openings", "/api/v1/requests")
OF_READING_APPS = re.compile(
    r"/opds/(publications/[^/]+/(borrow|file|manifest)|loans/[^/]+|requests/[^/]+)"
)
"""What reading apps do by GET, as others have it (docs/adr/0128): a GET that is taken may change something.
The worker stands still here, so that a loan stays on its way to the chain, which is told by 503.
"""
HEADERS = (
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Content-Encoding",
    "Content-Type",
    "Cookie",
    "Expect",
    "Forwarded",
    "Host",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "If-Range",
    "Origin",
    "Range",
    "Repr-Digest",
    "Content-Digest",
    "Transfer-Encoding",
    "Content-Length",
    "Upgrade",
    "X-Forwarded-For",
    "X-HTTP-Method-Override",
    "X-Request-Id",
)
HEADER_VALUES = (
    "text/html",
    "*/*;q=x",
    "application/json; charset=utf-16",
    "bytes=0-",
    "bytes=-1",
    "bytes=5-2",
    "bytes=0-0,2-2,4-4",
    "bytes=99999999999999999999-",
    "bytes=²-",
    '"x"',
    "W/",
    "sha-256=:AAAA:",
    "sha-256=:" + "A" * 43 + "=:",
    "sha-256=x, sha-512=:!:",
    "Bearer",
    "Bearer muhr_²",
    "Basic ÿÿ",
    "gzip",
    "chunked",
    "100-continue",
    "websocket",
    "-1",
    "0",
    "1",
    "uz;q=0.1, ru;q=2, *;q=²",
    "for=unknown;by=_",
)
JSON = "application/json"


class Request(NamedTuple):
    """A case. Its @names@ are filled in when it is sent; texts are sent as UTF-8."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    role: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_quoted: bool = True  # path and query are percent-encoded


class Operation(NamedTuple):
    """A route as the OpenAPI document has it. body: media type and schema."""

    method: str
    path: str
    parameters: tuple[dict[str, Any], ...]
    body: tuple[str, dict[str, Any]] | None


class Requests:
    """The surface of whoever can reach the service's port. wanted: which paths of routes to try."""

    name = "api"

    def __init__(self, ground: Ground, wanted: Callable[[str], bool] = lambda _: True) -> None:
        self._ground = ground
        self._document = ground.library.app.openapi()
        every = (*_operations(self._document), *_pages())
        self._operations = [item for item in every if wanted(item.path)]
        self._tables = ground.state.tables()
        self._version = ground.state.version()
        self._left_behind = ground.state.left_behind()

    # ---- cases ----

    def draw(self, draw: Random) -> Request:
        """Return a request that is spoiled in one to three places."""
        made = self._good(draw.choice(self._operations), draw)
        for _ in range(draw.choice((1, 1, 1, 2, 3))):
            made = _spoiled(made, draw)
        return made

    def _good(self, operation: Operation, draw: Random) -> Request:
        path, query, headers = operation.path, [], []
        for parameter in operation.parameters:
            name, where = parameter["name"], parameter["in"]
            told = self._good_text(name, parameter.get("schema", {}), draw)
            if where == "path":
                path = path.replace(f"{{{name}}}", told).replace(f"{{{name}:path}}", told)
            elif parameter.get("required") or draw.random() < 0.3:
                (query if where == "query" else headers).append((name, told))
        body = b""
        if operation.body is not None:
            kind, schema = operation.body
            headers.append(("Content-Type", kind))
            body = values.written(self._good_value("", schema, draw)) if kind == JSON else b"a,b\n"
        role = draw.choice(ROLES)
        if operation.method != "get" and draw.random() < 0.5:
            role = "registrar"
        method = operation.method.upper()
        return Request(method, path, tuple(query), role, tuple(headers), body)

    def _good_text(self, name: str, schema: dict[str, Any], draw: Random) -> str:
        made = self._good_value(name, schema, draw)
        return made if isinstance(made, str) else values.written(made).decode()

    def _good_value(self, name: str, schema: dict[str, Any], draw: Random) -> Any:
        """Return a value that the schema takes; @name@ for what the library knows by this name."""
        if "$ref" in schema:
            schema = self._document["components"]["schemas"][schema["$ref"].split("/")[-1]]
        if "anyOf" in schema:
            return self._good_value(name, draw.choice(schema["anyOf"]), draw)
        if "enum" in schema:
            return draw.choice(schema["enum"])
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            required = schema.get("required", [])
            return {
                member: self._good_value(member, of, draw)
                for member, of in schema.get("properties", {}).items()
                if member in required or draw.random() < 0.3
            } or next(iter(schema.get("examples", [])), {})
        if kind == "array":
            return [self._good_value(name, schema.get("items", {}), draw)]
        if kind == "boolean":
            return draw.random() < 0.5
        if kind in ("integer", "number"):
            return 2_000_000_000 if name == "until" else int(schema.get("minimum", 1)) + 1
        if kind == "null":
            return None
        if kind is None:
            return next(iter(schema.get("examples", [])), {})
        return f"@{name}@" if name in self._ground.known else "x"

    def smaller(self, case: Request) -> Iterator[Request]:
        """Yield the request with less in it."""
        if case.body:
            yield case._replace(body=b"")
            yield case._replace(body=case.body[: len(case.body) // 2])
            yield case._replace(body=case.body[len(case.body) // 2 :])
        for place in range(len(case.headers)):
            yield case._replace(headers=case.headers[:place] + case.headers[place + 1 :])
        for place, (name, told) in enumerate(case.query):
            yield case._replace(query=case.query[:place] + case.query[place + 1 :])
            if len(told) > 1:
                halved = ((name, told[: len(told) // 2]),)
                yield case._replace(query=case.query[:place] + halved + case.query[place + 1 :])
        if case.role != "nobody":
            yield case._replace(role="nobody")

    # ---- trials ----

    def tried(self, case: Request) -> Trial:
        """Return what the service answered, and whether it may."""
        sent = self.bytes_of(case)
        status = _status_of(exchanged(self._ground.library.port, sent))
        if status == 0:
            self._ground.wait_until_idle()  # what was cut off may still be under way
        fault = self._fault_of(case, status)
        if status == 0 and not _promises_more(sent):
            fault = "silence: the connection ended without an answer"
        logged = self._ground.tracebacks.taken()
        if fault is None and logged:
            fault = f"traceback: {logged[0][:200]}"
        return Trial(str(status), fault)

    def bytes_of(self, case: Request) -> bytes:
        """Return what is sent over the connection."""
        path, query = case.path, "&".join(f"{name}={told}" for name, told in case.query)
        if case.is_quoted:
            path = quote(path, safe="/@", errors="surrogatepass")
            query = "&".join(
                "=".join(quote(item, safe="@", errors="surrogatepass") for item in pair)
                for pair in case.query
            )
        target = path + ("?" + query if query else "")
        headers = [("Host", "x"), ("Connection", "close"), *case.headers]
        if case.role != "nobody":
            headers.append(("Authorization", f"Bearer {self._ground.token(case.role)}"))
        body = self._ground.filled(case.body)
        if case.body or case.method in ("POST", "PUT", "PATCH"):
            headers.append(("Content-Length", str(len(body))))
        lines = [f"{case.method} {target} HTTP/1.1", *(f"{name}: {told}" for name, told in headers)]
        head = "\r\n".join(lines).encode("utf-8", "surrogatepass")
        return self._ground.filled(head) + b"\r\n\r\n" + body

    def _fault_of(self, case: Request, status: int) -> str | None:
        acts = case.method == "GET" and OF_READING_APPS.match(case.path) is not None
        if status >= 500 and not (acts and status == ON_ITS_WAY):
            return f"status: {status}"
        left_behind, self._left_behind = self._left_behind, self._ground.state.left_behind()
        # What needs no body, and was cut off behind its head, may be done.
        is_refused = status >= 400 or (status == 0 and case.body != b"")
        changes_nothing = is_refused or (case.method in SAFE and not acts)
        if changes_nothing and set(self._left_behind) - set(left_behind):
            return "state: a refusal left a file behind"
        version = self._ground.state.version()
        if version == self._version:
            return None
        self._version, before, self._tables = version, self._tables, self._ground.state.tables()
        opens = acts or (case.method == "POST" and case.path.startswith(OF_ACCESS))
        looks = case.role == "auditor" and case.method in SAFE and status == SHOWN
        free = OF_LOOKS if looks else OF_DENIALS if opens else set()
        changed = differing(before, self._tables, free)
        if changed and changes_nothing:
            return f"state: status {status} changed {', '.join(changed)}"
        return None


def exchanged(port: int, data: bytes) -> bytes:
    """Return what the server answers until it closes; raise Hung if that takes too long.

    What promises more than it holds ends with the end of the stream.
    """
    deadline = time.monotonic() + HANG_SECONDS
    received = bytearray()
    with socket.create_connection(("127.0.0.1", port), HANG_SECONDS) as connection:
        try:
            connection.sendall(data)
            if _promises_more(data):
                connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(262_144):
                received += part
                connection.settimeout(max(0.001, deadline - time.monotonic()))
        except TimeoutError as exc:
            raise Hung from exc
        except OSError:
            pass  # it was cut off, perhaps after an answer
    return bytes(received)


def _promises_more(data: bytes) -> bool:
    head, _, body = data.partition(b"\r\n\r\n")
    if re.search(rb"\r\ntransfer-encoding:", head, re.IGNORECASE):
        return True
    lengths = re.findall(rb"\r\ncontent-length: *(\d+)\r?\n?", head + b"\r\n", re.IGNORECASE)
    return len(set(lengths)) > 1 or any(len(n) > 12 or int(n) > len(body) for n in lengths)


def _status_of(answer: bytes) -> int:
    """Return the last status of an answer; 0 if the connection ended without one."""
    found = re.findall(rb"(?:\A|\r\n\r\n)HTTP/1\.1 (\d{3})", answer)
    final = [int(status) for status in found if status >= b"200"]
    return final[0] if final else 0


def _spoiled(case: Request, draw: Random) -> Request:
    act = draw.random()
    if act < 0.3 and case.body:
        return case._replace(body=_spoiled_body(case.body, draw))
    if act < 0.5 and case.query:
        place = draw.randrange(len(case.query))
        item = (case.query[place][0], values.text(draw))
        return case._replace(query=(*case.query[:place], item, *case.query[place + 1 :]))
    if act < 0.6:
        item = draw.choice(("limit", "cursor", "q", "x", "", "like")), values.text(draw)
        return case._replace(query=(*case.query, item))
    if act < 0.75:
        parts = case.path.split("/")
        parts[draw.randrange(1, len(parts))] = values.text(draw)[:3000]
        return case._replace(path="/".join(parts))
    if act < 0.9:
        told = values.text(draw)[:4000] if draw.random() < 0.4 else draw.choice(HEADER_VALUES)
        return case._replace(headers=(*case.headers, (draw.choice(HEADERS), told)))
    if act < 0.94:
        return case._replace(method=draw.choice(METHODS))
    if act < 0.97:
        return case._replace(is_quoted=False)
    return case._replace(role=draw.choice(ROLES))


def _spoiled_body(body: bytes, draw: Random) -> bytes:
    if draw.random() < 0.3:
        return values.spoiled(body, draw)
    try:
        document = values.read(body)
    except ValueError:
        return values.spoiled(body, draw)
    return values.written(values.changed(document, draw))


def _operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            body = next(((kind, of.get("schema", {})) for kind, of in content.items()), None)
            yield Operation(method, path, tuple(operation.get("parameters", ())), body)


def _pages() -> Iterator[Operation]:
    """Yield the pages for people, which stand in no document."""
    for router in (pages.router, *(room.router for room in parts("pages"))):
        for route in router.routes:
            if isinstance(route, APIRoute):
                yield Operation("get", route.path, _of_path(route.path), None)


def _of_path(path: str) -> tuple[dict[str, Any], ...]:
    names = re.findall(r"{(\w+)(?::path)?}", path)
    return tuple({"name": name, "in": "path", "schema": {"type": "string"}} for name in names)
