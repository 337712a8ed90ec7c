"""Routes of auditors' cases: list, open, close."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import AskedPage, Hex32, Page, Shape
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import LONGEST_HOLDER
from ledger_service.domain.people.case import LONGEST_NAME, MOST_ABOUT, Case
from ledger_service.domain.people.permission import Permission
from ledger_service.services.people.open_case import close_case, list_cases, open_case

router = APIRouter(tags=["library"], route_class=JsonRoute)


class NewCase(Shape):
    """auditor: the colleague's name. until: seconds since 1970 UTC. about: digests; null: everything."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    auditor: Annotated[str, Field(min_length=1, max_length=LONGEST_HOLDER)]
    until: int
    about: Annotated[list[Hex32], Field(min_length=1, max_length=MOST_ABOUT)] | None = None


class CaseShape(Shape):
    """A case. auditor: the colleague's number; closed_at: when it was ended, null if it was not."""

    case: Hex32
    name: str
    auditor: int
    opened_at: int
    until: int
    about: list[Hex32] | None
    closed_at: int | None

    @classmethod
    def of(cls, item: Case) -> CaseShape:
        about = None if item.about is None else sorted(digest.hex() for digest in item.about)
        return cls(
            case=item.id,
            name=item.name,
            auditor=item.auditor,
            opened_at=item.opened_at,
            until=item.until,
            about=about,
            closed_at=item.closed_at,
        )


@router.get("/cases", response_model=Page[CaseShape], openapi_extra=needs(Permission.CASE_READ))
def list_(library: InLibrary, caller: InCaller, page: AskedPage) -> Page[CaseShape]:
    """List cases, newest first: to an auditor their own."""
    return Page[CaseShape].of(list_cases(library.store, caller, page), CaseShape.of)


@router.post(
    "/cases",
    status_code=201,
    response_model=CaseShape,
    openapi_extra=needs(Permission.CASE_OPEN),
)
@once
def open_(library: InLibrary, caller: InCaller, new: NewCase) -> CaseShape:
    """Let an auditor look at what private entries commit to, until a time."""
    about = None if new.about is None else frozenset(Digest.parse(item) for item in new.about)
    made = open_case(library.store, library.clock, caller, new.name, new.auditor, new.until, about)
    return CaseShape.of(made)


@router.delete(
    "/cases/{case}", response_model=CaseShape, openapi_extra=needs(Permission.CASE_CLOSE)
)
def close(library: InLibrary, caller: InCaller, case: str) -> CaseShape:
    """End a case: its auditor looks at nothing by it from this answer on."""
    return CaseShape.of(close_case(library.store, library.clock, caller, case))
