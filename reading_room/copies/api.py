"""Routes that tell of an open work of a consortium's members, and hand its bytes out if a copy is here."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from ledger_service.api.door import (
    InLibrary,
    JsonRoute,
    Shape,
    bytes_of,
    deliver_copy,
    needs,
)
from ledger_service.domain.consortium.member import Member
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.consortium.copies.find_copy import (
    OpenWork,
    copy_content,
    find_open_work,
)
from ledger_service.services.pools import OPEN_CONTENT

router = APIRouter(prefix="/copies", tags=["consortium"], route_class=JsonRoute)


class HolderShape(Shape):
    """A member. url: of its service."""

    steward: str
    name: str
    url: str

    @classmethod
    def of(cls, member: Member) -> HolderShape:
        return cls(steward=member.steward.hex(), name=member.name, url=member.url)


class OpenWorkShape(Shape):
    """An open work. owners: who stand by it; holders: who else keeps it by the council's rule.

    is_kept: whether a copy is here, of size_bytes, which `/copies/{digest}/content` sends.
    """

    digest: str
    cid: str
    license: str
    owners: list[HolderShape]
    holders: list[HolderShape]
    is_own: bool
    is_kept: bool
    size_bytes: int | None

    @classmethod
    def of(cls, work: OpenWork) -> OpenWorkShape:
        return cls(
            digest=work.digest.hex(),
            cid=work.cid.base32(),
            license=work.license.hex(),
            owners=[HolderShape.of(one) for one in work.owners],
            holders=[HolderShape.of(one) for one in work.holders],
            is_own=work.is_own,
            is_kept=work.copy is not None,
            size_bytes=None if work.copy is None else work.copy.size_bytes,
        )


@router.get("/{digest}", openapi_extra=needs(Permission.RESOURCE_READ))
def work(library: InLibrary, digest: str) -> OpenWorkShape:
    """Tell who stands by an open work of members, who keeps it, and whether a copy is here."""
    return OpenWorkShape.of(find_open_work(library, Digest.parse(digest)))


@router.get(
    "/{digest}/content",
    response_class=StreamingResponse,
    responses={200: bytes_of("*/*"), 206: bytes_of("*/*")},
    openapi_extra=needs(Permission.RESOURCE_READ),
)
@OPEN_CONTENT.takes
def content(library: InLibrary, digest: str, request: Request) -> Response:
    """Send the bytes of a copy that is here, or one range of them, each block checked; anybody may."""
    return deliver_copy(copy_content(library, Digest.parse(digest)), request)
