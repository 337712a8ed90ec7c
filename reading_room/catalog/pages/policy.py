"""What a license permits in ODRL 2.2: the bytes that it commits to on chain, and this library's offer."""

from __future__ import annotations

from fastapi import Request, Response

from ledger_service.domain.resources.policies.odrl import MEDIA_TYPE
from ledger_service.services.exports.tell_policy import offer_bytes, policy_bytes
from ledger_service.services.pools import PLACES
from ledger_service.web.layout import library_of
from reading_room.catalog.pages.frame import public_url, router


@router.get("/licenses/{name_or_id}/policy", response_class=Response)
@PLACES.takes
def policy(request: Request, name_or_id: str) -> Response:
    """Return the policy byte for byte, so that whoever hashes it compares it with the license on chain."""
    return Response(policy_bytes(library_of(request), name_or_id), media_type=MEDIA_TYPE)


@router.get("/licenses/{name_or_id}/offer", response_class=Response)
@PLACES.takes
def offer(request: Request, name_or_id: str) -> Response:
    """Return what this library offers under the license: the same rules, with who offers what."""
    body = offer_bytes(library_of(request), name_or_id, public_url(request))
    return Response(body, media_type=MEDIA_TYPE)
