"""Routes for cohorts: read a class list, grant the course, see it, let members leave, close it."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from ledger_service.api.callers import InCaller, InLibrary, needs
from ledger_service.api.lending.cohort_shapes import (
    CohortShape,
    LeavingShape,
    RightShape,
    SeenListShape,
)
from ledger_service.api.repeats import once
from ledger_service.api.requests import JsonRoute, check_content_type, receive_body
from ledger_service.api.shapes import AskedHex, AskedPage, Page
from ledger_service.domain.errors import InvalidCohort
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.grant import Scope
from ledger_service.domain.lending.list_file import MOST_LIST_BYTES
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.services.lending.cohorts.close_cohort import (
    close_cohort,
    let_listed_leave,
    let_reader_leave,
)
from ledger_service.services.lending.cohorts.find_cohorts import (
    list_cohorts,
    list_rights,
    show_cohort,
)
from ledger_service.services.lending.cohorts.grant_cohort import grant_cohort
from ledger_service.services.lending.cohorts.read_list import AskedCohort, read_list
from ledger_service.services.library import Library
from ledger_service.services.pools import DEAR

CSV = "text/csv"
_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        CSV: {
            "schema": {"type": "string", "format": "binary"},
            "example": "Name;Card number\nAzizova N.;0017342\n",
        }
    },
}
Named = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Issuer = Annotated[
    str,
    Query(max_length=512, description="of the accounts in the list: the OpenID provider's address"),
]
ScopeName = Literal["read", "download", "print"]

router = APIRouter(tags=["cohorts"], route_class=JsonRoute)


@router.post(
    "/cohorts",
    status_code=201,
    response_model=SeenListShape,
    openapi_extra={**needs(Permission.COHORT_GRANT), "requestBody": _BODY},
)
async def read(
    request: Request,
    response: Response,
    library: InLibrary,
    caller: InCaller,
    digest: Annotated[str, Query(pattern=r"^[0-9a-f]{64}$")],
    course: Annotated[str, Query(min_length=1, max_length=120)],
    until: Annotated[int, Query(ge=0, lt=2**53, description="seconds since 1970 UTC")],
    scopes: Annotated[list[ScopeName], Query(max_length=3)] = ["read"],  # noqa: B006 - FastAPI copies it
    issuer: Issuer = "",
) -> SeenListShape:
    """Read a class list: CSV with a header, in which a column has card numbers or university accounts.

    Nothing is granted yet. The answer tells what was understood, and names the draft, which is kept for a
    day, without names, numbers or accounts. The same list again is the same draft.
    """
    data = await _list_of(request, caller, Permission.COHORT_GRANT)
    bits = Scope(0)
    for name in scopes:
        bits |= Scope[name.upper()]
    asked = AskedCohort(course, Digest.parse(digest), until, bits, issuer)
    seen = await DEAR.run(partial(read_list, library, caller, data, asked))
    response.headers["Location"] = f"/api/v1/cohorts/{seen.cohort.name}"
    return SeenListShape.of(seen)


@router.post(
    "/cohorts/{cohort}/grant",
    status_code=202,
    response_model=CohortShape,
    openapi_extra=needs(Permission.COHORT_GRANT),
)
@DEAR.takes
@once
def grant(library: InLibrary, caller: InCaller, cohort: Named) -> CohortShape:
    """Grant a draft: everybody on its list may claim, once the chain has one transaction."""
    grant_cohort(library, caller, cohort)
    return _shown(library, caller, cohort)


@router.get(
    "/cohorts", response_model=Page[CohortShape], openapi_extra=needs(Permission.COHORT_READ)
)
def list_(
    library: InLibrary, caller: InCaller, page: AskedPage, digest: AskedHex = None
) -> Page[CohortShape]:
    """List the courses, newest first, with how many members have claimed."""
    wanted = None if digest is None else Digest.parse(digest)
    found, now = list_cohorts(library, caller, page, wanted), library.clock()
    return Page[CohortShape].of(found, lambda seen: CohortShape.of(seen, now))


@router.get(
    "/cohorts/{cohort}", response_model=CohortShape, openapi_extra=needs(Permission.COHORT_READ)
)
def show(library: InLibrary, caller: InCaller, cohort: Named) -> CohortShape:
    """Show a course, and how many members have claimed."""
    return _shown(library, caller, cohort)


@router.delete(
    "/cohorts/{cohort}",
    status_code=202,
    response_model=CohortShape | None,
    openapi_extra=needs(Permission.COHORT_CLOSE),
)
def close(library: InLibrary, caller: InCaller, cohort: Named) -> CohortShape | None:
    """Close a course: nobody claims from now on, and what was claimed stays. A draft is gone: null."""
    found = close_cohort(library, caller, cohort)
    return None if found.stated is None else _shown(library, caller, cohort)


@router.post(
    "/cohorts/{cohort}/leavers",
    response_model=LeavingShape,
    openapi_extra={**needs(Permission.COHORT_CLOSE), "requestBody": _BODY},
)
async def leave(
    request: Request, library: InLibrary, caller: InCaller, cohort: Named, issuer: Issuer = ""
) -> LeavingShape:
    """Let those leave whom a class list names. Who has claimed loses the grant, and the others claim none."""
    data = await _list_of(request, caller, Permission.COHORT_CLOSE)
    found = await run_in_threadpool(let_listed_leave, library, caller, cohort, data, issuer)
    return LeavingShape.of(found)


@router.delete(
    "/cohorts/{cohort}/members/{reader}",
    response_model=LeavingShape,
    openapi_extra=needs(Permission.COHORT_CLOSE),
)
def remove(
    library: InLibrary,
    caller: InCaller,
    cohort: Named,
    reader: Annotated[str, Path(max_length=64)],
) -> LeavingShape:
    """Let one reader leave, by the name that the library has for them."""
    return LeavingShape.of(let_reader_leave(library, caller, cohort, reader))


@router.get(
    "/me/courses", response_model=list[RightShape], openapi_extra=needs(Permission.COHORT_CLAIM)
)
def courses(library: InLibrary, caller: InCaller) -> list[RightShape]:
    """List what courses give the calling reader now. It is claimed when the resource is first opened."""
    now = library.clock()
    return [RightShape.of(right, now) for right in list_rights(library, caller)]


def _shown(library: Library, caller: Caller, cohort: str) -> CohortShape:
    return CohortShape.of(show_cohort(library, caller, cohort), library.clock())


async def _list_of(request: Request, caller: Caller, permission: Permission) -> bytes:
    """Return the body, of a caller who may send one; raise InvalidCohort for more than a list has."""
    check_permitted(caller, permission)
    check_content_type(request, CSV)
    data = bytearray()

    def take(piece: bytes) -> None:
        data.extend(piece)
        if len(data) > MOST_LIST_BYTES:
            raise InvalidCohort("too-large", most=MOST_LIST_BYTES)

    await receive_body(request, take)
    return bytes(data)
