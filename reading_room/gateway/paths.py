"""`/ipfs/{cid}`: open content for clients that check each block themselves.

As the trustless gateway specification has it: raw blocks, and CARs of version 1 in depth-first order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from ledger_service.api.door import (
    IS_HEAD,
    CutStream,
    InLibrary,
    bytes_of,
    count_use,
    is_known,
    needs,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.pools import OPEN_CONTENT
from reading_room.gateway.rules import CAR_TYPE, PROBE, RAW_TYPE, CarForm, asked_cid, asked_form
from reading_room.gateway.sql import SqlGateway
from reading_room.gateway.verbs import check_served, send_block, send_car

YEAR_SECONDS = 365 * 86_400
PROBE_CAR = b"\x19\xa2eroots\x81\xd8*E\x00\x01U\x00\x00gversion\x01"
"""A CAR with the probe's CID as its root, and no block."""

router = APIRouter(prefix="/ipfs", tags=["ipfs"])
OF_FORM = ("format", "dag-scope", "entity-bytes", "car-version", "car-order", "car-dups")
Text = Annotated[str | None, Query(max_length=100)]


@dataclass
class Asked:
    """What stands behind the question mark; download is what people's browsers are told anyhow."""

    format: Annotated[Text, Query(description="raw or car")] = None
    scope: Annotated[Text, Query(alias="dag-scope")] = None
    span: Annotated[Text, Query(alias="entity-bytes", description="from:to; to may be *")] = None
    version: Annotated[Text, Query(alias="car-version")] = None
    order: Annotated[Text, Query(alias="car-order")] = None
    dups: Annotated[Text, Query(alias="car-dups")] = None
    filename: Annotated[str | None, Query(max_length=255)] = None
    download: Text = None


@router.get(
    "/{cid}",
    response_class=StreamingResponse,
    responses={200: bytes_of(RAW_TYPE, CAR_TYPE)},
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@OPEN_CONTENT.takes
def send(
    library: InLibrary, request: Request, cid: str, asked: Annotated[Asked, Depends()]
) -> Response:
    """Send a block of open content, or a CAR of what stands below it, for clients that check the hashes.

    Which of the two, `format` says, or the header Accept. What is not open is not there.
    """
    query = {
        name: value for name in OF_FORM if (value := request.query_params.get(name)) is not None
    }
    form = asked_form(query, request.headers.get("accept", ""))
    named = {**query, "format": "raw" if form is None else "car"}
    headers = _headers(cid, form, asked.filename)
    if "format" not in query:
        headers["Content-Location"] = f"/ipfs/{quote(cid)}?{urlencode(named)}"
    media_type = RAW_TYPE if form is None else form.media_type
    if cid == PROBE:
        return Response(b"" if form is None else PROBE_CAR, headers=headers, media_type=media_type)
    root = asked_cid(cid)
    if is_known(request.headers, headers["ETag"]):
        _count(request, check_served(library, SqlGateway, root), form)
        return Response(status_code=304, headers=headers)
    if form is None:
        served = send_block(library, SqlGateway, root)
        headers["Content-Length"] = str(served.size)
    else:
        served = send_car(library, SqlGateway, root, form)
    pieces = served.pieces
    first = next(pieces, b"")  # a block that is missing is told before the status is sent
    _count(request, served.begun, form)
    sent: Iterator[bytes] = iter(()) if IS_HEAD in request.scope else chain((first,), pieces)
    return CutStream(OPEN_CONTENT.each(sent), headers=headers, media_type=media_type)


def _count(request: Request, begun: list[Digest], form: CarForm | None) -> None:
    """Tell of each resource that is used from its first byte on."""
    is_later = form is not None and form.span is not None and form.span[0] != 0
    if IS_HEAD not in request.scope and not is_later:
        for digest in begun:
            count_use(request, digest)


def _headers(cid: str, form: CarForm | None, filename: str | None) -> dict[str, str]:
    name = filename or f"{cid}.{'bin' if form is None else 'car'}"
    plain = re.sub(r"[^A-Za-z0-9._-]", "", name)
    return {
        "Accept-Ranges": "none",
        "Cache-Control": f"public, max-age={YEAR_SECONDS}, immutable",
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "ETag": f'"{quote(cid)}.{"raw" if form is None else f"car.{form.tag}"}"',
        "Vary": "Accept",
        "X-Ipfs-Path": f"/ipfs/{quote(cid)}",
        "X-Ipfs-Roots": quote(cid),
    }
