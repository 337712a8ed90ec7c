"""Requests as they come in: each gets an id and safe headers, and JSON bodies are read strictly.

Python's JSON reader takes what the standard forbids (NaN, duplicate names, half surrogates, endless
depth); such bodies would end as a 500 or as two readings of one message. Here they get a 400.
"""

from __future__ import annotations

import base64
import binascii
import random
import re
import uuid
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger_service.api.callers import admit
from ledger_service.api.repeats import DOCUMENTED, KEY, answer_once, takes_key
from ledger_service.domain import canonical_json
from ledger_service.domain.errors import (
    InvalidDigest,
    InvalidJson,
    TruncatedUpload,
    Unavailable,
    WrongContentType,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.session import COOKIE
from ledger_service.logs import REQUEST
from ledger_service.services.library import Library

LARGEST_JSON_BYTES = 65_536
IS_WHOLE = "muhr.is_whole"
"""In the scope of a request whose body came with its head, so that nobody is waited for."""
ADDRESS = "muhr.address"
"""In the scope: whose request it is, also behind a proxy; of addresses of version 6 the network."""
PIECE_BYTES = 1024 * 1024  # of an upload, handed to the thread pool at a time
_REPR_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):")
AS_OF = "as_of"
"""In the state of a request whose answer is for all: what the store told of changes before it was read."""
SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)
NOT_KEPT = (b"cache-control", b"no-store")
"""Of answers to somebody whom the library knows, where a route says nothing else: on a computer that others
use, and in a proxy that heeds no cookie, an answer would outlive their session."""
_COOKIE = f"{COOKIE}=".encode()


def check_content_type(request: Request, wanted: str, *, is_upload: bool = False) -> None:
    """Check that the body is declared to be of the wanted type; raise WrongContentType otherwise."""
    kind = _declared_kind(request)
    if kind != wanted:
        given = kind[:80] or "no content type"
        if is_upload:
            raise WrongContentType("upload", wanted=wanted, given=given)
        raise WrongContentType(wanted=wanted, given=given)


async def receive_body(request: Request, write: Callable[[bytes], None]) -> None:
    """Pass the body on in pieces, so that memory stays the same for any size.

    Raises:
        TruncatedUpload: the client went away, or fell silent and was cut off.
    """
    piece = bytearray()
    with broken_off():
        async for part in request.stream():
            piece += part
            if len(piece) >= PIECE_BYTES:
                await run_in_threadpool(write, bytes(piece))
                piece = bytearray()
        if piece:
            await run_in_threadpool(write, bytes(piece))


async def read_declared(request: Request, kinds: Sequence[str], most: int) -> bytes:
    """Return a JSON body that is declared to be of one of these types, the first of which is told.

    most: bytes.

    Raises:
        WrongContentType: it is declared as something else. InvalidJson: it is too long.
        TruncatedUpload: the client went away.
    """
    kind = _declared_kind(request)
    if kind not in kinds:
        raise WrongContentType(wanted=kinds[0], given=kind[:80] or "no content type")
    body = bytearray()
    with broken_off():
        async for piece in request.stream():
            body += piece
            if len(body) > most:
                raise InvalidJson("body-too-long", most=most)
    return bytes(body)


def _declared_kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


@contextmanager
def broken_off() -> Iterator[None]:
    """Raise TruncatedUpload if the client goes away while its body is read in this block."""
    try:
        yield
    except ClientDisconnect as exc:
        raise TruncatedUpload("broken-off") from exc


def announced_size(request: Request) -> int | None:
    """Return the size that a request says its body has."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else None


def announced_digest(request: Request) -> Digest | None:
    """Return the SHA-256 of a Repr-Digest header (RFC 9530), None if there is none."""
    header = request.headers.get("repr-digest")
    if header is None:
        return None
    found = _REPR_DIGEST.search(header)
    try:
        return Digest(base64.b64decode(found[1] if found else "", validate=True))
    except binascii.Error as exc:
        raise InvalidDigest("repr-digest") from exc


def misshapen(exc: ValidationError, *place: str) -> RequestValidationError:
    """Return what FastAPI raises of a part of a request that a route reads itself. place: such as body."""
    return RequestValidationError(
        [{**item, "loc": (*place, *item["loc"])} for item in exc.errors()]
    )


def keep_for_all(request: Request) -> None:
    """Let the answer be given again to everybody, while nothing is committed; see listening/kept_answers.

    It is called before anything is read, by routes whose answer depends on the database, on the address and
    on the headers for form, language and compression alone, and on time by no more than some seconds.
    """
    library: Library = request.app.state.library
    with suppress(Unavailable):  # then it is made anew each time
        setattr(request.state, AS_OF, library.store.changes())


def _says_who_calls(scope: Scope) -> bool:
    """Return whether a request brings a token, or the cookie of a session, whether it holds or not."""
    return any(
        name == b"authorization" or (name == b"cookie" and _COOKIE in value)
        for name, value in scope["headers"]
    )


class RequestIds:
    """ASGI middleware: names every request, and sets the headers that every answer has."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._random = random.Random()  # noqa: S311 - ids are names, not secrets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Of uuid4, the system call would hand the interpreter to another thread for milliseconds.
        scope["muhr.request_id"] = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        REQUEST.set(scope["muhr.request_id"])
        added = (*SAFE_HEADERS, NOT_KEPT) if _says_who_calls(scope) else SAFE_HEADERS

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", ())
                names = {name for name, _ in given}
                message["headers"] = [
                    *given,
                    (b"x-request-id", scope["muhr.request_id"].encode()),
                    *(header for header in added if header[0] not in names),
                ]
            await send(message)

        with suppress(
            ClientDisconnect
        ):  # nobody is there to be answered, and nothing is wrong here
            await self._app(scope, receive, send_named)


class StrictRequest(Request):
    """A request whose JSON body is bounded and read by the rules of our own formats."""

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            body, more = b"", True
            while more:
                message = await self.receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                body += message.get("body", b"")
                if len(body) > LARGEST_JSON_BYTES:
                    raise InvalidJson("body-too-long", most=LARGEST_JSON_BYTES)
                more = message.get("more_body", False)
            self._body = body
        return self._body

    async def json(self) -> Any:
        return canonical_json.parse(await self.body())


class JsonRoute(APIRoute):
    """A route whose body, if it takes one, is strict JSON; an endpoint made by `once` takes a key."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self._takes_key = takes_key(endpoint)
        if self._takes_key:
            extra = options.get("openapi_extra") or {}
            options["openapi_extra"] = {**extra, "parameters": [DOCUMENTED]}
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            is_keyed = self._takes_key and KEY in request.headers
            if self.body_field is not None or is_keyed:
                await admit(request, self.openapi_extra or {})
            if self.body_field is not None:
                check_content_type(request, "application/json")
            if is_keyed:
                return await answer_once(strict, self.status_code or 200, handle)
            return await handle(strict)

        return handle_strictly
