"""Routes by which anybody reads reports and endorsements of a work, and checks what the ledger attests."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from ledger_service.api.callers import InLibrary, needs
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import Hex32, Shape, bytes_of
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.authorship.reviews import ShownReview, review_body, reviews_of

router = APIRouter(tags=["authors"], route_class=JsonRoute)
NamedDigest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class ReviewShape(Shape):
    """A report or an endorsement. digest: which the ledger attests at entry.

    opened_at: null while it is blind, and then text and name are, too. name and salt open its commitment;
    null once who wrote it was erased.
    """

    digest: Hex32
    kind: str
    entry: int
    made_at: int
    opened_at: int | None
    text: str | None
    name: str | None
    salt: Hex32 | None

    @classmethod
    def of(cls, review: ShownReview) -> ReviewShape:
        name = review.name
        return cls(
            digest=review.digest.hex(),
            kind=review.kind.value,
            entry=review.entry,
            made_at=review.made_at,
            opened_at=review.opened_at,
            text=review.text,
            name=None if name is None else name.text,
            salt=None if name is None else name.salt.hex(),
        )


@router.get(
    "/resources/{digest}/reviews",
    response_model=list[ReviewShape],
    openapi_extra=needs(Permission.RESOURCE_READ),
)
def reviews(library: InLibrary, digest: NamedDigest) -> list[ReviewShape]:
    """List what reviewers and teachers wrote of a work, oldest first: at most 200, blind ones by digest."""
    return [ReviewShape.of(one) for one in reviews_of(library, Digest.parse(digest))]


@router.get(
    "/reviews/{digest}",
    response_class=Response,
    responses={200: bytes_of("application/json")},
    openapi_extra=needs(Permission.RESOURCE_READ),
)
def review(library: InLibrary, digest: NamedDigest) -> Response:
    """Return the bytes whose digest the ledger attests, once they are public (docs/formats.md §19)."""
    data = review_body(library, Digest.parse(digest))
    headers = {"Content-Disposition": f'attachment; filename="muhr-review-{digest[:16]}.json"'}
    return Response(data, media_type="application/json", headers=headers)
