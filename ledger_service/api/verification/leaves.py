"""The leaves of a resource, by which somebody with almost the same file finds where it differs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from ledger_service.api.callers import TELLS_MORE, InCaller, InLibrary, needs
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import PageCursor, Shape
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.verification.difference import LEAF_BYTES
from ledger_service.ports.paging import PageRequest
from ledger_service.services.pools import CONTENT
from ledger_service.services.verification.list_leaves import list_leaves

MOST_LEAVES = 8192  # of an answer: a file of 8 GiB, in half a megabyte

router = APIRouter(prefix="/resources", tags=["resources"], route_class=JsonRoute)


class LeavesShape(Shape):
    """The SHA-256 of each leaf in the order of the file; all but the file's last have leaf_bytes.

    bytes: of the whole file. next: the cursor of the leaves after these, null at the file's end.
    """

    digest: str
    cid: str
    bytes: int
    leaf_bytes: int
    leaves: list[str]
    next: str | None


@router.get(
    "/{digest}/leaves",
    response_model=LeavesShape,
    openapi_extra=needs(Permission.RESOURCE_READ) | TELLS_MORE,
)
@CONTENT.takes
def leaves(
    library: InLibrary,
    caller: InCaller,
    digest: str,
    cursor: PageCursor = "",
    limit: Annotated[int, Query(ge=1, le=MOST_LEAVES)] = MOST_LEAVES,
) -> LeavesShape:
    """List the leaves to which the CID commits: of open content for everybody, else for who may read it."""
    listed = list_leaves(library, caller, Digest.parse(digest), PageRequest(cursor, limit))
    return LeavesShape(
        digest=listed.registration.digest.hex(),
        cid=listed.registration.cid.base32(),
        bytes=listed.size_bytes,
        leaf_bytes=LEAF_BYTES,
        leaves=[leaf.hex() for leaf in listed.hashes],
        next=listed.next,
    )
