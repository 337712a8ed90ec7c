"""Requests that are sent again under one `Idempotency-Key`: done once, and answered as the first time."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from ledger_service.api.callers import secret_of
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission
from ledger_service.services.library import Library
from ledger_service.services.people.answer_once import Repeat, begin_answer, end_answer

KEY = "idempotency-key"
DOCUMENTED = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{1,200}$"},
    "description": "sent again within a day, gives the answer of the first time",
}
KEPT_HEADERS = ("location", "cache-control", "content-type")
_KEY = re.compile(r"[\x21-\x7e]{1,200}\Z")

Handle = Callable[[Request], Awaitable[Response]]


async def answer_once(
    request: Request, caller: Caller, permission: Permission, handle: Handle
) -> Response:
    """Return what `handle` answers, or what it answered to the same request under the same key.

    Only what was done is remembered: what was refused may be asked again.

    Raises:
        KeyUsedOtherwise: by the same token, for another request.
        LedgerBusy: the first request is still being answered.
    """
    key = request.headers[KEY]
    if not _KEY.match(key):
        raise InvalidInput("idempotency-key")
    library: Library = request.app.state.library
    secret, body = secret_of(request), await request.body()
    asked = "\n".join((request.method, request.url.path, request.url.query, "")).encode() + body
    repeat = Repeat.of(secret, key, hashlib.sha256(asked).digest())
    store = library.store
    standing = await run_in_threadpool(
        begin_answer, store, library.clock, caller, permission, repeat
    )
    if standing is not None:
        return _read(standing)
    try:
        response = await handle(request)
    except Exception:
        await run_in_threadpool(end_answer, store, caller, permission, repeat, None)
        raise
    kept = _written(response) if response.status_code < 300 else None
    await run_in_threadpool(end_answer, store, caller, permission, repeat, kept)
    return response


def _written(response: Response) -> bytes:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    body = base64.b64encode(bytes(response.body)).decode()
    return json.dumps([response.status_code, headers, body]).encode()


def _read(kept: bytes) -> Response:
    status, headers, body = json.loads(kept)  # written by _written
    return Response(base64.b64decode(body), status, headers)
