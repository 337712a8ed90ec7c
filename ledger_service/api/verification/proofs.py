"""The quick proof of a resource; a quick route (quick_routes.py), since it is asked most often."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from ledger_service.api.callers import needs
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.library import Library
from ledger_service.services.verification.prove_resource import prove_resource

router = APIRouter(prefix="/resources", tags=["resources"])


@router.get("/{digest}/proof", openapi_extra=needs(Permission.RESOURCE_READ))
async def prove(request: Request, digest: str) -> Response:
    """Return this library's entry on a digest and the proof that an anchored checkpoint holds it.

    The quick way to verify many digests; the proof is checked before it is sent.
    """
    library: Library = request.app.state.library
    name = Digest.parse(digest)
    if library.store.quick.is_local:
        found = prove_resource(library, name)
    else:
        found = await run_in_threadpool(prove_resource, library, name)
    return Response(found.format(), media_type="application/json")
