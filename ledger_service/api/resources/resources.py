"""Routes for resources: register, show, verify, receipt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from ledger_service import messages
from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.repeats import once
from ledger_service.api.requests import (
    JsonRoute,
    announced_digest,
    announced_size,
    check_content_type,
    receive_body,
)
from ledger_service.api.resources.described_body import UPLOAD_TYPE, Described
from ledger_service.api.resources.shapes import RegistrationShape
from ledger_service.api.shapes import BlockShape, bytes_of
from ledger_service.api.verification.shapes import (
    AskedLedgerShape,
    DigestHolderShape,
    VerdictsShape,
)
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.resources.claim import check_size
from ledger_service.domain.verification.likeness import MOST_LIKES, Like
from ledger_service.services.chain.accounts.tell_waiting import why_waiting
from ledger_service.services.pools import PLACES, RECEIPTS
from ledger_service.services.resources.find_resources import show_license, show_resource
from ledger_service.services.resources.join_content import content_of
from ledger_service.services.resources.promote_resource import promote_resource
from ledger_service.services.resources.register_resource import receive_resource, register_resource
from ledger_service.services.verification.find_likes import find_likes
from ledger_service.services.verification.make_receipt import receipt_of
from ledger_service.services.verification.name_holders import name_holders
from ledger_service.services.verification.prove_absence import prove_absence
from ledger_service.services.verification.verify_resource import verify_resource

router = APIRouter(prefix="/resources", tags=["resources"], route_class=JsonRoute)
AskedLikes = Annotated[
    Sequence[str],
    Query(
        max_length=MOST_LIKES,
        description="what the file may have been: lines, added-to or receipt, a colon, a digest; "
        "or copy, a colon, the number in a lent copy",
    ),
]


@router.post(
    "",
    status_code=202,
    response_model=RegistrationShape,
    openapi_extra={
        **needs(Permission.RESOURCE_REGISTER),
        "requestBody": {
            "required": True,
            "content": {UPLOAD_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        },
    },
)
async def register(
    request: Request,
    response: Response,
    library: InLibrary,
    caller: InCaller,
    license: Annotated[str, Query(max_length=64, description="name or id of a license")],
    described: Described,
    signed_elsewhere: Annotated[
        bool, Query(description="wait for an intent that a registrar signs, see /intents")
    ] = False,
) -> RegistrationShape:
    """Register the bytes of the body. They stream through; a `Repr-Digest` header is checked.

    A record with more fields than the query has goes before the file, as a JSON object in `record_bytes`
    bytes; size and digest are those of the file behind it. What the record says goes before the query.

    The answer is 202: the claim is in the ledger, and the worker puts it on chain. Sending the same
    claim again gives the same registration and no second transaction.
    """
    check_content_type(request, UPLOAD_TYPE, is_upload=True)
    announced_bytes = announced_size(request)
    if announced_bytes is not None:
        announced_bytes = max(announced_bytes - described.record_bytes, 0)
        check_size(announced_bytes, library.limits.largest_resource_bytes)
    announced = announced_digest(request)
    terms = (await run_in_threadpool(show_license, library, license)).terms
    with receive_resource(library, is_open=terms.is_open) as incoming:
        await receive_body(request, described.before(incoming.write))
        registration = await run_in_threadpool(
            register_resource,
            library,
            caller,
            incoming,
            metadata=described.metadata(),
            license_name=license,
            announced_bytes=announced_bytes,
            announced=announced,
            signed_elsewhere=signed_elsewhere,
        )
    response.headers["Location"] = f"/api/v1/resources/{registration.digest}"
    content = await run_in_threadpool(content_of, library, registration)
    waits = await run_in_threadpool(why_waiting, library)
    return RegistrationShape.of(registration, content, waits)


@router.get(
    "/{digest}",
    response_model=list[RegistrationShape],
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@PLACES.takes
def show(library: InLibrary, digest: str) -> list[RegistrationShape]:
    """Show every registration of a digest in this library, oldest first."""
    found = show_resource(library, Digest.parse(digest))
    waits = why_waiting(library)
    return [RegistrationShape.of(item, content_of(library, item), waits) for item in found]


@router.get(
    "/{digest}/verdict", response_model=VerdictsShape, openapi_extra=needs(Permission.RESOURCE_READ)
)
def verify(library: InLibrary, digest: str, like: AskedLikes = ()) -> VerdictsShape:
    """Verify a digest over all ledgers that share the contracts, as of confirmed blocks.

    No other library is asked, but its ledger, by the copy that is kept here. “Not registered” is an answer.
    """
    answer = verify_resource(library, Digest.parse(digest))
    named = name_holders(library, answer)
    hints = find_likes(library, answer.digest, [Like.parse(text) for text in like])
    return VerdictsShape(
        digest=answer.digest.hex(),
        authentic=answer.is_genuine,
        as_of=BlockShape.of(answer.as_of) if answer.as_of else None,
        ledger_size=answer.ledger_size,
        absence=None if answer.is_in_ledger else f"/api/v1/resources/{answer.digest}/absence",
        verdicts=[messages.verdict_json(verdict) for verdict in answer.verdicts],
        hints=[messages.hint_json(hint) for hint in hints],
        first=None if answer.first is None else answer.first.steward,
        holders=[DigestHolderShape.of(holder) for holder in named.holders],
        asked=[AskedLedgerShape.of(item) for item in named.asked],
    )


@router.post(
    "/{digest}/promotion",
    status_code=202,
    response_model=RegistrationShape,
    openapi_extra=needs(Permission.RESOURCE_PROMOTE),
)
@once
def promote(library: InLibrary, caller: InCaller, digest: str) -> RegistrationShape:
    """Register on chain a resource that was taken in bulk and is in the anchored ledger only.

    What is on chain, or on its way there, stays as it is.
    """
    return RegistrationShape.of(promote_resource(library, caller, Digest.parse(digest)))


@router.get(
    "/{digest}/receipt",
    responses={200: bytes_of("application/gzip")},
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@RECEIPTS.takes
def receipt(
    library: InLibrary,
    digest: str,
    steward: Annotated[str | None, Query()] = None,
    compressed: Annotated[bool, Query(description="As a .json.gz file, for keeping.")] = False,
) -> Response:
    """Return the receipt of a registration: evidence that is checked without this service."""
    named = StewardId.parse(steward) if steward else None
    found = receipt_of(library, Digest.parse(digest), named)
    body, name = found.format(), f"muhr-receipt-{digest[:16]}.json"
    media_type = "application/json"
    if compressed:
        body, name, media_type = found.compress(), f"{name}.gz", "application/gzip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media_type, headers=headers)


@router.get("/{digest}/absence", openapi_extra=needs(Permission.RESOURCE_READ))
def absence(library: InLibrary, digest: str) -> Response:
    """Return evidence that this ledger has not accepted a digest; it is checked without this service.

    It is as of a checkpoint, the newest anchored one, and says nothing of other libraries' ledgers. A
    digest that the ledger holds is answered with 409.
    """
    found = prove_absence(library, Digest.parse(digest))
    name = f"muhr-absence-{digest[:16]}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(found.format(), media_type="application/json", headers=headers)
