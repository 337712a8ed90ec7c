"""The route that tells what a caller may do with a resource."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from ledger_service.api.callers import TELLS_MORE, InCaller, InLibrary, needs
from ledger_service.api.shapes import ReasonShape, Shape
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.lending.tell_access import (
    Access,
    ToldAccess,
    tell_access,
)

router = APIRouter(prefix="/resources", tags=["lending"])


class AccessShape(Shape):
    """why: by what right, or what stands against it. helps: what would help who may not, null if nothing."""

    action: str
    allowed: bool
    why: ReasonShape
    helps: str | None

    @classmethod
    def of(cls, item: Access) -> AccessShape:
        values: dict[str, Any] = item.why.values_to_json()
        why = ReasonShape(reason=item.why.name, values=values)
        return cls(action=item.action, allowed=item.allowed, why=why, helps=item.helps)


class ToldAccessShape(Shape):
    """license: its name. until: when the caller's grant ends, in seconds since 1970 UTC; null without one."""

    license: str
    is_open: bool
    until: int | None
    actions: list[AccessShape]

    @classmethod
    def of(cls, item: ToldAccess) -> ToldAccessShape:
        return cls(
            license=item.license,
            is_open=item.is_open,
            until=item.until,
            actions=[AccessShape.of(found) for found in item.actions],
        )


@router.get(
    "/{digest}/access",
    response_model=ToldAccessShape,
    openapi_extra=needs(Permission.RESOURCE_READ) | TELLS_MORE,
)
def access(library: InLibrary, caller: InCaller, digest: str) -> ToldAccessShape:
    """Tell what the caller may do with a resource, and why or why not; also without a token.

    Nothing is decided by it: an opening is decided anew.
    """
    return ToldAccessShape.of(tell_access(library, caller, Digest.parse(digest)))
