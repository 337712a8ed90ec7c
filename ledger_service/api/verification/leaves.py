"""The leaves of a resource, by which somebody with almost the same file finds where it differs."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.api.callers import TELLS_MORE, InCaller, InLibrary, needs
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import Shape
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.verification.difference import LEAF_BYTES
from ledger_service.services.pools import CONTENT
from ledger_service.services.verification.list_leaves import list_leaves

router = APIRouter(prefix="/resources", tags=["resources"], route_class=JsonRoute)


class LeavesShape(Shape):
    """The SHA-256 of each leaf in the order of the file; all but the last have leaf_bytes."""

    digest: str
    cid: str
    bytes: int
    leaf_bytes: int
    leaves: list[str]


@router.get(
    "/{digest}/leaves",
    response_model=LeavesShape,
    openapi_extra=needs(Permission.RESOURCE_READ) | TELLS_MORE,
)
@CONTENT.takes
def leaves(library: InLibrary, caller: InCaller, digest: str) -> LeavesShape:
    """List the leaves to which the CID commits: of open content for everybody, else for who may read it."""
    found, listed = list_leaves(library, caller, Digest.parse(digest))
    return LeavesShape(
        digest=found.digest.hex(),
        cid=found.cid.base32(),
        bytes=listed.size_bytes,
        leaf_bytes=LEAF_BYTES,
        leaves=[leaf.hex() for leaf in listed.hashes],
    )
