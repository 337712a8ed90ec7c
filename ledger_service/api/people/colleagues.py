"""Routes of the library's colleagues: list, add, remove."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import Shape
from ledger_service.domain.people.caller import LONGEST_HOLDER, Role
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.people import Colleague
from ledger_service.services.people.keep_colleagues import (
    add_colleague,
    list_colleagues,
    remove_colleague,
)

router = APIRouter(prefix="/colleagues", tags=["library"], route_class=JsonRoute)


class NewColleague(Shape):
    """name: by which the library tells colleagues apart, such as a work account."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_HOLDER)]
    role: Role


class HeldRole(Shape):
    """since: when it was given, in seconds since 1970 UTC; 0: before this was kept."""

    role: str
    since: int


class ColleagueShape(Shape):
    """A colleague with the roles that they have."""

    number: int
    name: str
    roles: list[HeldRole]

    @classmethod
    def of(cls, item: Colleague) -> ColleagueShape:
        roles = [HeldRole(role=role.value, since=since) for role, since in item.since.items()]
        return cls(number=item.number, name=item.name, roles=roles)


@router.get("", response_model=list[ColleagueShape], openapi_extra=needs(Permission.COLLEAGUE_READ))
def list_(library: InLibrary, caller: InCaller) -> list[ColleagueShape]:
    """List the colleagues who have a role that one may take away."""
    return [ColleagueShape.of(item) for item in list_colleagues(library.store, caller)]


@router.post(
    "",
    status_code=201,
    response_model=ColleagueShape,
    openapi_extra=needs(Permission.COLLEAGUE_ADD),
)
@once
def add(library: InLibrary, caller: InCaller, new: NewColleague) -> ColleagueShape:
    """Give a colleague a role that the caller's role gives."""
    found = add_colleague(library.store, library.clock, caller, new.name, new.role)
    return ColleagueShape.of(found)


@router.delete(
    "/{colleague}",
    response_model=ColleagueShape,
    openapi_extra=needs(Permission.COLLEAGUE_REMOVE),
)
def remove(
    library: InLibrary,
    caller: InCaller,
    colleague: Annotated[int, Path(ge=0, lt=2**53)],
    role: Annotated[Role | None, Query(description="only this role; by default all")] = None,
) -> ColleagueShape:
    """Take a role away, or all: tokens and sessions of it let nobody in from this answer on."""
    return ColleagueShape.of(
        remove_colleague(library.store, library.clock, caller, colleague, role)
    )
