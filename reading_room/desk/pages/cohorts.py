"""Courses: a class list is read, what was understood is shown, and then it is granted, followed, ended."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import InvalidCohort, InvalidInput, LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.cohort import COHORT_STATES_STANDING, CohortState
from ledger_service.domain.lending.list_file import MOST_LIST_BYTES
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.paging import PageRequest
from ledger_service.services.lending.cohorts.close_cohort import (
    Leaving,
    close_cohort,
    let_listed_leave,
)
from ledger_service.services.lending.cohorts.find_cohorts import list_cohorts, show_cohort
from ledger_service.services.lending.cohorts.grant_cohort import grant_cohort
from ledger_service.services.lending.cohorts.read_list import AskedCohort, SeenList, read_list
from ledger_service.services.library import Library
from ledger_service.services.pools import DEAR
from ledger_service.services.resources.find_resources import find_title
from ledger_service.web.layout import (
    Fields,
    library_of,
    read_fields,
    read_parts,
)
from reading_room.desk.decisions_asked import DAY_SECONDS
from reading_room.desk.pages.forms import number_of
from reading_room.desk.pages.visitors import Visitor, show, with_permission

router = APIRouter(prefix="/desk/cohorts", include_in_schema=False)
Onlooker = Annotated[Visitor, Depends(with_permission(Permission.COHORT_READ))]
Granter = Annotated[Visitor, Depends(with_permission(Permission.COHORT_GRANT))]
Closer = Annotated[Visitor, Depends(with_permission(Permission.COHORT_CLOSE))]
Short = Annotated[str, Query(max_length=200)]
ROWS = 25
LONGEST_DAYS = 5 * 366


@router.get("")
def list_(request: Request, visitor: Onlooker, digest: Short = "", cursor: Short = "") -> Response:
    """Show the form for a class list, and the courses so far, newest first."""
    return _list(request, visitor, Fields({"digest": [digest]}), cursor=cursor)


@router.post("")
async def read(request: Request, visitor: Granter) -> Response:
    """Read a class list, and show what was understood of it."""
    given = Fields()
    try:
        data = await _file(request, given)
        seen = await DEAR.run(partial(_read, library_of(request), visitor, given, data))
    except LedgerError as exc:
        return await run_in_threadpool(partial(_list, request, visitor, given, refusal=exc))
    return await run_in_threadpool(partial(_list, request, visitor, given, seen=seen))


@router.get("/{cohort}")
def follow(request: Request, visitor: Onlooker, cohort: str) -> Response:
    """Show a course: how far it is, who may still claim, and how it is ended."""
    return _one(request, visitor, cohort)


@router.post("/{cohort}/grant")
@DEAR.takes
def grant(request: Request, visitor: Granter, cohort: str) -> Response:
    """Give everybody on a list that was read the right to claim."""
    return _done(request, visitor, cohort, grant_cohort)


@router.post("/{cohort}/leavers")
async def leave(request: Request, visitor: Closer, cohort: str) -> Response:
    """Let those leave whom a list names."""
    given, library = Fields(), library_of(request)
    try:
        data = await _file(request, given)
        left = await run_in_threadpool(
            let_listed_leave, library, visitor.caller, cohort, data, given["issuer"]
        )
    except LedgerError as exc:
        return await run_in_threadpool(partial(_one, request, visitor, cohort, refusal=exc))
    return await run_in_threadpool(partial(_one, request, visitor, cohort, left=left))


@router.post("/{cohort}/close")
async def close(request: Request, visitor: Closer, cohort: str) -> Response:
    """Let nobody claim any more; a list that was only read is forgotten."""
    given = await read_fields(request)
    return await run_in_threadpool(partial(_close, request, visitor, cohort, given))


def _close(request: Request, visitor: Visitor, cohort: str, given: Fields) -> Response:
    library = library_of(request)
    state = show_cohort(library, visitor.caller, cohort).cohort.state
    if state in COHORT_STATES_STANDING and given["sure"] != "yes":
        return _one(request, visitor, cohort, refusal=InvalidInput("close-not-sure"))
    close_cohort(library, visitor.caller, cohort)
    is_draft = state is CohortState.DRAFT
    return RedirectResponse("/desk/cohorts" if is_draft else f"/desk/cohorts/{cohort}", 303)


async def _file(request: Request, given: Fields) -> bytes:
    """Return the list of a form, whose fields are put into `given`.

    Raises:
        InvalidInput: there is none. InvalidCohort: it is longer than a list is.
    """
    data, has_file = bytearray(), False
    async for part in read_parts(request):
        if part.name and part.file_name is None:
            given.values.setdefault(part.name, []).append(part.value)
        elif part.file_name is not None:
            has_file = bool(part.file_name)
        data += part.data
        if len(data) > MOST_LIST_BYTES:
            raise InvalidCohort("too-large", most=MOST_LIST_BYTES)
    if not has_file:
        raise InvalidInput("no-file")
    return bytes(data)


def _read(library: Library, visitor: Visitor, given: Fields, data: bytes) -> SeenList:
    days = number_of(given, "days")
    if not days or days > LONGEST_DAYS:
        raise InvalidInput("not-a-number", text=given["days"][:40])
    until = (library.clock() + days * DAY_SECONDS) // 60 * 60
    digest = Digest.parse(given["digest"].lower())
    asked = AskedCohort(given["course"], digest, until, issuer=given["issuer"])
    return read_list(library, visitor.caller, data, asked)


def _done(request: Request, visitor: Visitor, cohort: str, do: Callable[..., object]) -> Response:
    """Do it and lead to the course; show there why it is not done."""
    try:
        do(library_of(request), visitor.caller, cohort)
    except LedgerError as exc:
        return _one(request, visitor, cohort, refusal=exc)
    return RedirectResponse(f"/desk/cohorts/{cohort}", 303)


def _one(
    request: Request,
    visitor: Visitor,
    cohort: str,
    *,
    refusal: LedgerError | None = None,
    left: Leaving | None = None,
) -> Response:
    library = library_of(request)
    found = show_cohort(library, visitor.caller, cohort)
    return show(
        request,
        "desk_cohort.html",
        visitor,
        200 if refusal is None else 422,
        refusal,
        found=found.cohort,
        counts=found.counts,
        state=found.cohort.state_at(library.clock()),
        is_standing=found.cohort.state_at(library.clock()) in COHORT_STATES_STANDING,
        work=find_title(library, found.cohort.digest),
        left=left,
    )


def _list(
    request: Request,
    visitor: Visitor,
    given: Fields,
    *,
    cursor: str = "",
    refusal: LedgerError | None = None,
    seen: SeenList | None = None,
) -> Response:
    library = library_of(request)
    page = list_cohorts(library, visitor.caller, PageRequest(cursor, ROWS))
    return show(
        request,
        "desk_cohorts.html",
        visitor,
        200 if refusal is None else 422,
        refusal,
        page=page,
        works={item.cohort.digest: find_title(library, item.cohort.digest) for item in page.items},
        is_first=not cursor,
        now=library.clock(),
        given=given,
        seen=seen,
        work="" if seen is None else find_title(library, seen.cohort.digest),
    )
