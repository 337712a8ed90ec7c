"""Bytes of a resource as players and browsers want them: ranges, conditions, digests, and what is inline.

Conditions and ranges are those of RFC 9110, `Repr-Digest` is RFC 9530. Every answer is sandboxed: no script
of a stranger runs at the library's address, and what could hold one is a file to keep, never a page.
"""

from __future__ import annotations

import base64
import logging
import mimetypes
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import TypeAdapter, ValidationError
from starlette.types import Send

from ledger_service.api.ranges import asked_range, is_known
from ledger_service.api.requests import misshapen
from ledger_service.api.routing.methods import IS_HEAD
from ledger_service.domain.content.inline import inline_as
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.resources.registration import Metadata
from ledger_service.services.lending.lend_copy import lent_content
from ledger_service.services.lending.read_opening import OpenedContent, while_open
from ledger_service.services.library import Library
from ledger_service.services.pools import CONTENT, OPEN_CONTENT, Pool
from ledger_service.services.resources.read_content import Content

logger = logging.getLogger("muhr.api")
LONGEST_NAME = 80  # letters of a title in the name of a file
SHORT_BYTES = 262_144  # as much as the store yields at once; the guard asks after a MiB only
SHORT_NAME = 16  # digits of a digest
OF_COPIES = "public, max-age=3600"  # that it may be withdrawn, this library hears a little later
POLICY = "sandbox; default-src 'none'"

Download = bool | Literal[""]
_download: TypeAdapter[Download] = TypeAdapter(Download)
AS_A_FILE = "as a file to keep, also what browsers can show"
AskedDownload = Annotated[Download, Query(description=AS_A_FILE)]
DOWNLOAD = {
    "name": "download",
    "in": "query",
    "required": False,
    "schema": {**_download.json_schema(), "default": False, "title": "Download"},
    "description": AS_A_FILE,
}
"""The same parameter in the OpenAPI document of a route that reads it by `asked_download`."""


@dataclass(frozen=True)
class Terms:
    """How bytes are sent. cache: the header; pool: whose threads read them; guard: may end them early.

    is_download: whether they are asked for as a file to keep.
    """

    cache: str
    pool: Pool
    is_download: bool
    guard: Callable[[Iterator[bytes]], Iterable[bytes]] = iter


class CutStream(StreamingResponse):
    """Bytes that end with a cut connection, short of what was announced, when no more may or can leave."""

    async def stream_response(self, send: Send) -> None:
        try:
            await super().stream_response(send)
        except LedgerError as exc:  # the status has left; the server closes what is not complete
            logger.warning("a download was cut: %s", exc.slug())


def asked_download(request: Request) -> Download:
    """Return what a request says by `download`; raise RequestValidationError if it is neither yes nor no."""
    given = request.query_params.get("download")
    if given is None:
        return False
    try:
        return _download.validate_python(given)
    except ValidationError as exc:
        raise misshapen(exc, "query", "download") from exc


def deliver(content: Content, record: Metadata, request: Request, terms: Terms) -> Response:
    """Return the bytes that a request asks for, or what it needs to know of them.

    Raises:
        InvalidRange: nothing of what is asked for is there.
        ContentNotFound, ContentCorrupt, ContentStoreUnavailable: they cannot be read.
    """
    etag = f'"{content.digest}"'
    headers = {"Cache-Control": terms.cache, "ETag": etag}
    if is_known(request.headers, etag):
        return Response(status_code=304, headers=headers)
    headers |= {
        "Accept-Ranges": "bytes",
        "Content-Disposition": _disposition(record, terms.is_download),
        "Content-Security-Policy": POLICY,
        "Repr-Digest": f"sha-256=:{base64.b64encode(content.digest.value).decode()}:",
    }
    is_head = IS_HEAD in request.scope
    asked = None if is_head else asked_range(request.headers, etag, content.size)
    start, end = asked or (0, content.size)
    headers["Content-Length"] = str(end - start)
    if is_head:
        return Response(headers=headers, media_type=record.media_type)
    if asked is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{content.size}"
    status = 200 if asked is None else 206
    pieces = content.pieces(start, end)
    if end - start <= SHORT_BYTES:  # read here and now: no thread is waited for once more
        return Response(b"".join(pieces), status, headers, record.media_type)
    first = next(pieces, b"")  # a block that is missing is told before the status is sent

    rest = terms.pool.each(iter(terms.guard(chain((first,), pieces))))
    return CutStream(rest, status_code=status, headers=headers, media_type=record.media_type)


def deliver_opened(
    library: Library, opened: OpenedContent, request: Request, download: bool | str
) -> Response:
    """Return what a request wants of an opening's bytes, as long as its grant stands."""
    guard = partial(while_open, library, opened)
    terms = Terms("private, no-store", CONTENT, download is not False, guard)
    content = lent_content(library, opened)
    return deliver(content, opened.registration.record, request, terms)


def deliver_copy(content: Content, request: Request) -> Response:
    """Return what a request wants of a member's open work: a file to keep, whose kind nobody here tells."""
    name, size = content.digest.hex()[:SHORT_NAME], content.size
    record = Metadata(title=name, media_type="application/octet-stream", size_bytes=size)
    return deliver(content, record, request, Terms(OF_COPIES, OPEN_CONTENT, is_download=True))


def _disposition(record: Metadata, is_download: bool) -> str:
    """Return whether browsers show it, and a name to keep the file by (RFC 6266): title and ending."""
    shown = "attachment" if is_download or inline_as(record.media_type) is None else "inline"
    title = "".join(letter if letter.isalnum() else " " for letter in record.title)
    name = " ".join(title.split())[:LONGEST_NAME] or "resource"
    ending = mimetypes.guess_extension(record.media_type) or ""
    plain = name.encode("ascii", "ignore").decode().strip() or "resource"
    return f"{shown}; filename=\"{plain}{ending}\"; filename*=UTF-8''{quote(name)}{ending}"
