"""Routes for what becomes of a registered resource: it points to others, or no more, or is withdrawn."""

from __future__ import annotations

from fastapi import APIRouter

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.api.resources.shapes import (
    ChangeShape,
    NewOriginal,
    NewSuccessor,
    NewTakenBack,
    NewWithdrawal,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.domain.resources.registration import Link, Relation, WithdrawalReason
from ledger_service.services.resources.change_resource import (
    changes_of,
    declare_rendition,
    supersede_resource,
    take_back_link,
    withdraw_resource,
)

router = APIRouter(prefix="/resources/{digest}", tags=["resources"], route_class=JsonRoute)


@router.post(
    "/supersession",
    status_code=202,
    response_model=ChangeShape,
    openapi_extra=needs(Permission.RESOURCE_CHANGE),
)
@once
def supersede(library: InLibrary, caller: InCaller, digest: str, new: NewSuccessor) -> ChangeShape:
    """Point to the registered resource that takes the place of this one, or to a translation."""
    relation = Relation[new.relation.upper()]
    wanted, successor = Digest.parse(digest), Digest.parse(new.successor)
    return ChangeShape.of(supersede_resource(library, caller, wanted, successor, relation))


@router.post(
    "/rendition",
    status_code=202,
    response_model=ChangeShape,
    openapi_extra=needs(Permission.RESOURCE_CHANGE),
)
@once
def declare(library: InLibrary, caller: InCaller, digest: str, new: NewOriginal) -> ChangeShape:
    """Say of which registered resource this one is another file; once."""
    wanted, original = Digest.parse(digest), Digest.parse(new.original)
    return ChangeShape.of(declare_rendition(library, caller, wanted, original))


@router.post(
    "/taken-back",
    status_code=202,
    response_model=ChangeShape,
    openapi_extra=needs(Permission.RESOURCE_CHANGE),
)
@once
def take_back(library: InLibrary, caller: InCaller, digest: str, new: NewTakenBack) -> ChangeShape:
    """Take back that this resource points to another; once, and the same link is not made again."""
    wanted, other = Digest.parse(digest), Digest.parse(new.other)
    link = Link[new.relation.upper()]
    return ChangeShape.of(take_back_link(library, caller, wanted, other, link))


@router.post(
    "/withdrawal",
    status_code=202,
    response_model=ChangeShape,
    openapi_extra=needs(Permission.RESOURCE_CHANGE),
)
@once
def withdraw(library: InLibrary, caller: InCaller, digest: str, new: NewWithdrawal) -> ChangeShape:
    """Withdraw a resource for good: openings of it are refused from this answer on.

    With its key destroyed, which an entry attests, nobody can ever read its closed content again.
    """
    named, reason = Digest.parse(digest), WithdrawalReason[new.reason.upper()]
    job = withdraw_resource(library, caller, named, reason, destroys_key=new.destroy_key)
    return ChangeShape.of(job)


@router.get(
    "/changes", response_model=list[ChangeShape], openapi_extra=needs(Permission.CHANGE_READ)
)
def list_changes(library: InLibrary, caller: InCaller, digest: str) -> list[ChangeShape]:
    """List what was asked for a resource of this library, oldest first, and what became of it."""
    return [ChangeShape.of(job) for job in changes_of(library, caller, Digest.parse(digest))]
