"""Routes by which librarians say which file of the license server a resource is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from ledger_service.api.door import InCaller, InLibrary, JsonRoute, Shape, needs, once
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from reading_room.lcp.rules import Bound
from reading_room.lcp.sql import SqlLcp
from reading_room.lcp.verbs.bind_file import bind_file, list_bound, unbind_file

router = APIRouter(prefix="/lcp/files", tags=["lcp"], route_class=JsonRoute)
CHANGES = needs(Permission.RESOURCE_CHANGE)


class BoundShape(Shape):
    """publication: UUID at the license server; title: there, null in lists. Seconds since 1970 UTC."""

    digest: str
    publication: str
    bound_at: int
    title: str | None

    @classmethod
    def of(cls, bound: Bound, title: str | None = None) -> BoundShape:
        return cls(
            digest=bound.digest.hex(),
            publication=bound.publication,
            bound_at=bound.bound_at,
            title=title,
        )


class NewFile(Shape):
    """publication: the UUID that the encryption tool gave the file."""

    digest: str = Field(max_length=100)
    publication: str = Field(max_length=100)


@router.get("", response_model=list[BoundShape], openapi_extra=CHANGES)
def list_(
    library: InLibrary, caller: InCaller, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> list[BoundShape]:
    """List resources that have an encrypted file, the newest first."""
    return [BoundShape.of(one) for one in list_bound(library, SqlLcp, caller, limit)]


@router.post("", status_code=201, response_model=BoundShape, openapi_extra=CHANGES)
@once
def bind(library: InLibrary, caller: InCaller, new: NewFile) -> BoundShape:
    """Let loans of a resource have licenses for a file that the license server encrypted."""
    digest = Digest.parse(new.digest)
    return BoundShape.of(*bind_file(library, SqlLcp, caller, digest, new.publication))


@router.delete("/{digest}", response_model=BoundShape, openapi_extra=CHANGES)
def unbind(library: InLibrary, caller: InCaller, digest: str) -> BoundShape:
    """Let new loans of a resource have no licenses."""
    return BoundShape.of(unbind_file(library, SqlLcp, caller, Digest.parse(digest)))
