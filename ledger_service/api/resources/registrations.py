"""The route for claims: one entry a request, many requests a commit.

It is `async` and waits for nothing but the appender; the caller's token is looked up with those of the
requests that share the commit, or earlier if the body keeps the service waiting.
"""

from __future__ import annotations

import json

from fastapi import APIRouter, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from ledger_service.api.callers import SECURED, admit, needs, secret_of
from ledger_service.api.requests import (
    IS_WHOLE,
    JsonRoute,
    StrictRequest,
    check_content_type,
    misshapen,
)
from ledger_service.api.resources.shapes import NewClaim
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.commitment import secret_digest
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.resources.registration import Metadata
from ledger_service.services.library import Library
from ledger_service.services.resources.register_claim import ClaimRequest, register_claims

router = APIRouter(prefix="/registrations", tags=["resources"], route_class=JsonRoute)


_IN_THE_DOCUMENT = NewClaim.model_json_schema(ref_template="#/components/schemas/{model}")
# Its parts stand among the document's own, since other routes take them too.
del _IN_THE_DOCUMENT["$defs"]


@router.post(
    "",
    status_code=202,
    openapi_extra={
        **needs(Permission.RESOURCE_REGISTER),
        **SECURED,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _IN_THE_DOCUMENT}},
        },
    },
)
async def register_claim(request: StrictRequest) -> Response:
    """Register a claim about bytes that are kept elsewhere; the library does not see them.

    The answer is 202 once the claim's entry is durable in the ledger. It stands there, under the next
    anchor, and is put on chain by itself only when something needs it there. Sending the same claim
    again gives the same entry.
    """
    library: Library = request.app.state.library
    secret = secret_of(request)
    needed = needs(Permission.RESOURCE_REGISTER)
    if not request.scope.get(IS_WHOLE):
        await admit(request, needed)
    try:
        claim = await _claim(library, request, secret_digest(secret))
    except (LedgerError, RequestValidationError):
        await admit(request, needed)  # whoever may not register is told so first
        raise
    taken = await library.append_async(register_claims, claim)
    digest = claim.claim.digest.hex()
    answer = {"digest": digest, "state": taken.state, "entry": taken.entry}
    return Response(
        json.dumps(answer),
        status_code=202,
        headers={"Location": f"/api/v1/resources/{digest}"},
        media_type="application/json",
    )


async def _claim(library: Library, request: StrictRequest, token: bytes) -> ClaimRequest:
    check_content_type(request, "application/json")
    try:
        new = NewClaim.model_validate(await request.json())
    except ValidationError as exc:
        raise misshapen(exc, "body") from exc
    metadata = Metadata.claimed(
        new.title, new.media_type, new.size_bytes, new.creator, new.language, new.further()
    )
    return ClaimRequest.of(
        library, token, Digest.parse(new.digest), _cid(new.cid), new.license, metadata
    )


def _cid(text: str) -> ContentId:
    """Return the CID that people write in base32, and machines in base16."""
    return ContentId.parse(text) if text.startswith("f") else ContentId.parse_base32(text)
