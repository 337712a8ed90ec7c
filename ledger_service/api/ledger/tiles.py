"""The public ledger: checkpoint, tiles and policy below one prefix, as C2SP tlog-tiles has them.

Normative text: docs/formats.md §12. The prefix has no version: it is the specification's, and part of
the ledger's name.
"""

from __future__ import annotations

import gzip
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse

from ledger_service.api.callers import InLibrary, needs
from ledger_service.api.shapes import bytes_of
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.publication.policy import Policy
from ledger_service.domain.verification.tlog_proof import TlogProof
from ledger_service.services.ledger.read_tile import published_checkpoint, read_tile
from ledger_service.services.verification.make_receipt import receipt_without_state

PREFIX = "/muhr"
FULL_TILE_SECONDS = 365 * 86_400
PARTIAL_TILE_SECONDS = 3600  # it does not change either, but is soon not asked for
TEXT = "text/plain; charset=utf-8"
BINARY = "application/octet-stream"

router = APIRouter(prefix=PREFIX, tags=["tiles"])
proofs = APIRouter(prefix="/resources", tags=["resources"])


@router.get(
    "/checkpoint", response_class=PlainTextResponse, openapi_extra=needs(Permission.LEDGER_READ)
)
def checkpoint(library: InLibrary) -> Response:
    """Return the newest checkpoint: a C2SP signed note, with the cosignatures it has so far."""
    headers = {"Cache-Control": "public, max-age=2"}
    return Response(published_checkpoint(library).note, media_type=TEXT, headers=headers)


@router.get(
    "/tlog-policy", response_class=PlainTextResponse, openapi_extra=needs(Permission.LEDGER_READ)
)
def policy(request: Request) -> Response:
    """Return the ledger's policy: its key, its witnesses, and what the library holds to be enough."""
    in_force: Policy = request.app.state.policy()
    return Response(
        in_force.format(), media_type=TEXT, headers={"Cache-Control": "public, max-age=60"}
    )


@router.get(
    "/tile/{path:path}",
    response_class=Response,
    responses={200: bytes_of(BINARY)},
    openapi_extra=needs(Permission.LEDGER_READ),
)
def tile(request: Request, library: InLibrary, path: str) -> Response:
    """Return a hash tile or a bundle of entries of the published ledger."""
    name, data = read_tile(library, f"tile/{path}")
    seconds = FULL_TILE_SECONDS if name.is_full else PARTIAL_TILE_SECONDS
    headers = {"Cache-Control": f"public, max-age={seconds}, immutable"}
    if name.level is None:
        headers["Vary"] = "Accept-Encoding"
        if _takes_gzip(request):
            headers["Content-Encoding"] = "gzip"
            data = gzip.compress(data, compresslevel=6, mtime=0)
    return Response(data, media_type=BINARY, headers=headers)


@proofs.get(
    "/{digest}/tlog-proof",
    response_class=PlainTextResponse,
    openapi_extra=needs(Permission.RESOURCE_READ),
)
def tlog_proof(
    library: InLibrary, digest: str, steward: Annotated[str | None, Query()] = None
) -> Response:
    """Return the receipt of a registration as a C2SP tlog-proof, for tools that are not Muhr's."""
    named = StewardId.parse(steward) if steward else None
    found = receipt_without_state(library, Digest.parse(digest), named)
    proof = TlogProof(found.index, found.proof, found.checkpoint, found.entry)
    name = f"muhr-{digest[:16]}.tlog-proof"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(proof.format(), media_type=TEXT, headers=headers)


def _takes_gzip(request: Request) -> bool:
    """Return whether the client says that it takes gzip, and not with a weight of 0."""
    for offer in request.headers.get("accept-encoding", "").lower().split(","):
        coding, _, weight = offer.replace(" ", "").partition(";q=")
        if coding == "gzip":
            return weight.strip("0.") != "" or weight == ""
    return False
