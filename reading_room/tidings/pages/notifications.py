"""The page on which librarians see and decide what services of others notify the library of."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import InvalidCursor, LedgerError
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.services.resources.find_resources import find_title
from ledger_service.web.layout import Session, library_of, read_fields
from reading_room.tidings.pages.frame import show, with_permission
from reading_room.tidings.ports import KeptNotification
from reading_room.tidings.rules.notification import NotificationState
from reading_room.tidings.sql import SqlHooks, SqlLetters, SqlNotifications, SqlPeers
from reading_room.tidings.verbs.decide_notification import (
    NotificationTables,
    decide_notification,
    list_notifications,
)

PATH = "/desk/notifications"
ROWS = 25
TABLES = NotificationTables(SqlNotifications, SqlPeers, SqlHooks, SqlLetters)
router = APIRouter(prefix=PATH, include_in_schema=False)
Decider = Annotated[Session, Depends(with_permission(Permission.NOTIFICATION_DECIDE))]
Number = Annotated[int, Path(ge=1, lt=2**53)]


@router.get("")
def list_(
    request: Request,
    session: Decider,
    cursor: Annotated[str, Query(max_length=200)] = "",
    state: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show notifications, newest first: all, or those that wait."""
    return _page(request, session, cursor, is_pending=state == NotificationState.PENDING.value)


@router.post("/{number}/accept")
async def accept(request: Request, session: Decider, number: Number) -> Response:
    """Accept a notification."""
    await read_fields(request)
    return await run_in_threadpool(partial(_decide, request, session, number, is_accepted=True))


@router.post("/{number}/refuse")
async def refuse(request: Request, session: Decider, number: Number) -> Response:
    """Refuse a notification."""
    await read_fields(request)
    return await run_in_threadpool(partial(_decide, request, session, number, is_accepted=False))


def _decide(request: Request, session: Session, number: int, *, is_accepted: bool) -> Response:
    library = library_of(request)
    try:
        decide_notification(library, TABLES, session.caller, number, is_accepted=is_accepted)
    except LedgerError as exc:
        return _page(request, session, refusal=exc)
    return RedirectResponse(PATH, 303)


def _page(
    request: Request,
    session: Session,
    cursor: str = "",
    refusal: LedgerError | None = None,
    *,
    is_pending: bool = False,
) -> Response:
    library = library_of(request)
    wanted = NotificationState.PENDING if is_pending else None
    try:
        asked = PageRequest(cursor, ROWS)
        page = list_notifications(library, TABLES, session.caller, asked, wanted)
    except InvalidCursor as exc:
        page, refusal = Page[KeptNotification]([], None), refusal or exc
    digests = {item.says.digest for item in page.items if item.says.digest is not None}
    return show(
        request,
        "notifications.html",
        session,
        refusal,
        page=page,
        is_first=not cursor,
        is_pending=is_pending,
        titles={digest: find_title(library, digest) for digest in digests},
        inbox=f"{library.public_url}/inbox",
    )
