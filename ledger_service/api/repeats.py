"""Requests that are sent again under one `Idempotency-Key`: done once, and answered as the first time."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial, wraps
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from ledger_service.api.callers import LIBRARY, secret_of
from ledger_service.domain.errors import InvalidInput
from ledger_service.ports.store import Store
from ledger_service.services.library import Library
from ledger_service.services.people.answer_once import AnsweredBefore, AnsweringStore, Repeat

KEY = "idempotency-key"
DOCUMENTED = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,200}$"},
    "description": "sent again within a day, gives the answer of the first time",
}
KEPT_HEADERS = ("location", "cache-control")
_KEY = re.compile(r"[\x21-\x7e]{1,200}\Z")
_MARK = "takes_key"  # of an endpoint

Handle = Callable[[Request], Awaitable[Response]]
Made = TypeVar("Made")


def once(endpoint: Callable[..., Made]) -> Callable[..., Made]:
    """Return an endpoint that acts once under a key; it takes the `library`, and runs in one thread."""

    @wraps(endpoint)
    def act(**given: Any) -> Made:
        store: Store = given["library"].store
        if not isinstance(store, AnsweringStore):
            return endpoint(**given)
        found: Made = store.answer(
            lambda: endpoint(**given), partial(_written, given.get("response"))
        )
        return found

    setattr(act, _MARK, True)
    return act


def takes_key(endpoint: Callable[..., Any]) -> bool:
    """Return whether an endpoint is one that `once` made."""
    return hasattr(endpoint, _MARK)


async def answer_once(request: Request, status: int, handle: Handle) -> Response:
    """Return what `handle` answers, or what it answered to the same request under the same key.

    Only what was done is remembered: what was refused may be asked again. status: of the route's answers.

    Raises:
        KeyUsedOtherwise: by the same token, for another request.
    """
    key = request.headers[KEY]
    if not _KEY.match(key):
        raise InvalidInput("idempotency-key")
    library: Library = request.app.state.library
    secret, body = secret_of(request), await request.body()
    asked = "\n".join((request.method, request.url.path, request.url.query, "")).encode() + body
    repeat = Repeat.of(secret, key, hashlib.sha256(asked).digest())
    store = AnsweringStore(library.store, library.clock, repeat)
    standing = await run_in_threadpool(store.standing)
    if standing is not None:
        return _read(standing, status)
    # What others append together would be committed before its answer is known.
    request.scope[LIBRARY] = replace(library, store=store, appender=None)
    try:
        return await handle(request)
    except AnsweredBefore as exc:
        return _read(exc.answer, status)


def _written(response: Response | None, made: Any) -> bytes:
    """Return an answer as it is kept. response: what the endpoint said of it beside its body, if it did."""
    given = response.headers if response is not None else {}
    headers = {name: given[name] for name in KEPT_HEADERS if name in given}
    body = base64.b64encode(JSONResponse(jsonable_encoder(made)).body).decode()
    return json.dumps([response and response.status_code, headers, body]).encode()


def _read(kept: bytes, status: int) -> Response:
    stated, headers, body = json.loads(kept)  # written by _written
    return Response(
        base64.b64decode(body), stated or status, headers, media_type="application/json"
    )
