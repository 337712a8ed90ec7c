"""What the pages of events share: the folder of templates, times of the library's zone, who may come in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.messages import formats
from ledger_service.web.layout import (
    Layout,
    Session,
    session_of,
    signed_in,
)
from reading_room.events.rules.calendar import ZONE_INFO
from reading_room.events.sql import SqlEvents
from reading_room.events.sql.questions import SqlQuestions

PATH, DESK, OWN = "/events", "/desk/events", "/me/events"
BOTH = (SqlEvents, SqlQuestions)
layout = Layout(Path(__file__).parents[1] / "templates")
SignedIn = Annotated[Caller, Depends(signed_in)]


def day(seconds: int) -> str:
    """Return the day of a time in the library's zone, as people write it."""
    return formats.date(_local(seconds))


def hour(seconds: int) -> str:
    """Return the time of the clock in the library's zone."""
    return f"{datetime.fromtimestamp(seconds, ZONE_INFO):%H:%M}"


def stamp(seconds: int) -> str:
    """Return a time for programs, with its offset."""
    return datetime.fromtimestamp(seconds, ZONE_INFO).isoformat()


TIMES: dict[str, Any] = {"day": day, "hour": hour, "stamp": stamp}
"""What every template of the room is given."""


def keeper(request: Request) -> Session:
    """Return who is signed in at the desk; raise RoleNotHeld for those who keep no events."""
    found = session_of(request)
    reach(found.caller, Permission.EVENT_KEEP)
    return found


Keeper = Annotated[Session, Depends(keeper)]


def show_desk(
    request: Request,
    template: str,
    session: Session,
    refusal: LedgerError | None = None,
    **values: object,
) -> HTMLResponse:
    """Return a page of the desk. refusal: why what was asked is not done, told at its top."""
    told = TIMES | values
    return layout.desk_page(request, template, session.caller, status_of(refusal), refusal, **told)


def status_of(refusal: LedgerError | None) -> int:
    """Return the status of a page that tells why something is not done."""
    return 200 if refusal is None else 422


def _local(seconds: int) -> int:
    """Return the seconds at which a clock in UTC shows what one in the library's zone shows then."""
    local = datetime.fromtimestamp(seconds, ZONE_INFO)
    return int(local.replace(tzinfo=UTC).timestamp())
