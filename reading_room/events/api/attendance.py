"""Routes of attendance: check in by a code, and for the desk open it, show the code, and close it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from ledger_service.api.door import TELLS_MORE, InCaller, InLibrary, JsonRoute, Shape, needs, once
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.people.permission import Permission
from reading_room.events.attendance.closing import Closed, close_check_in, find_closed
from reading_room.events.attendance.limits import check_may_try, note_failure
from reading_room.events.attendance.rules import MOST_MINUTES, MOST_TIMES, CheckInState
from reading_room.events.attendance.sql import SqlAttendance
from reading_room.events.attendance.verbs import (
    Asked,
    CheckedIn,
    check_in_all,
    open_check_in,
    show_code,
)
from reading_room.events.sql import SqlEvents

router = APIRouter(prefix="/events/{event}", route_class=JsonRoute, tags=["events"])
BOTH = (SqlEvents, SqlAttendance)
CHECK_IN = check_in_all(BOTH)


class NewCheckIn(Shape):
    """code: as the screen shows it now."""

    code: Annotated[str, Field(max_length=40)]


class NewRule(Shape):
    """Who counts as having been there: seen in so many steps, with so many minutes from first to last."""

    least_times: Annotated[int, Field(ge=1, le=MOST_TIMES)] = 1
    least_minutes: Annotated[int, Field(ge=0, le=MOST_MINUTES)] = 0


class CheckedInShape(Shape):
    """times: how often the caller was seen by now."""

    times: int
    least_times: int
    least_minutes: int


class CheckInStateShape(Shape):
    """opened_at: seconds since 1970 UTC."""

    opened_at: int
    least_times: int
    least_minutes: int

    @classmethod
    def of(cls, one: CheckInState) -> CheckInStateShape:
        return cls(
            opened_at=one.opened_at, least_times=one.least_times, least_minutes=one.least_minutes
        )


class CodeShape(Shape):
    """code: of now, empty if nobody checks in; left: seconds until the next; seen: how many checked in."""

    code: str
    left: int
    seen: int


class ClosedShape(Shape):
    """attendance: what the ledger attests; statement: its digest; entry: that attests it."""

    statement: str
    entry: int
    attendance: dict[str, Any]

    @classmethod
    def of(cls, closed: Closed) -> ClosedShape:
        attendance = closed.attendance
        return cls(
            statement=attendance.statement.hex(), entry=closed.entry, attendance=attendance.value()
        )


@router.post(
    "/check-ins", response_model=CheckedInShape, openapi_extra=needs(Permission.EVENT_JOIN)
)
async def check_in(
    request: Request, library: InLibrary, caller: InCaller, event: str, new: NewCheckIn
) -> CheckedInShape:
    """Check in by the code of now. A code counts once for each participant."""
    asked = Asked(caller, event, new.code)
    check_may_try(request.app.state, asked)
    try:
        found: CheckedIn = await library.append_async(CHECK_IN, asked)
    except LedgerError as exc:
        note_failure(request.app.state, asked, exc)
        raise
    return CheckedInShape(**found._asdict())


@router.post(
    "/attendance/opening",
    response_model=CheckInStateShape,
    openapi_extra=needs(Permission.EVENT_KEEP),
)
@once
def open_(library: InLibrary, caller: InCaller, event: str, new: NewRule) -> CheckInStateShape:
    """Let people check in from now on, by this rule."""
    rule = new.least_times, new.least_minutes
    return CheckInStateShape.of(open_check_in(library, BOTH, caller, event, *rule))


@router.get(
    "/attendance/code", response_model=CodeShape, openapi_extra=needs(Permission.EVENT_KEEP)
)
def code(library: InLibrary, caller: InCaller, event: str) -> CodeShape:
    """Return the code of now, for a screen of one's own."""
    shown = show_code(library, BOTH, caller, event)
    return CodeShape(code=shown.code, left=shown.left, seen=shown.seen)


@router.post(
    "/attendance/closing",
    response_model=ClosedShape,
    openapi_extra=needs(Permission.CREDENTIAL_ISSUE),
)
@once
def close(library: InLibrary, caller: InCaller, event: str) -> ClosedShape:
    """End check-in: the ledger attests who was there, and each participant has a credential to take."""
    return ClosedShape.of(close_check_in(library, BOTH, caller, event))


@router.get(
    "/attendance",
    response_model=ClosedShape,
    openapi_extra={**needs(Permission.LIBRARY_READ), **TELLS_MORE},
)
def attendance(library: InLibrary, caller: InCaller, event: str) -> ClosedShape:
    """Return how many were at an event by role, and the root of what proves it. It names nobody."""
    return ClosedShape.of(find_closed(library, BOTH, caller, event))
