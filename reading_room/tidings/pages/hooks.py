"""The page on which librarians say who is told of changes, and see how that goes."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import InvalidInput, LedgerError
from ledger_service.domain.people.permission import Permission
from ledger_service.web.layout import Fields, Session, library_of, read_fields
from reading_room.tidings.pages.frame import show, with_permission
from reading_room.tidings.rules.change import ChangeKind
from reading_room.tidings.sql import SqlChanges, SqlHooks
from reading_room.tidings.verbs.keep_hooks import (
    MadeHook,
    add_hook,
    change_secret,
    list_hooks,
    remove_hook,
    resume_hook,
)

PATH = "/desk/hooks"
router = APIRouter(prefix=PATH, include_in_schema=False)
Keeper = Annotated[Session, Depends(with_permission(Permission.HOOK_KEEP))]


@router.get("")
def list_(request: Request, session: Keeper) -> Response:
    """Show who is told, and the form for others."""
    return _page(request, session)


@router.post("")
async def add(request: Request, session: Keeper) -> Response:
    """Let an address be told of changes; the answer shows the secret once."""
    given = await read_fields(request)
    return await run_in_threadpool(partial(_add, request, session, given))


@router.post("/{hook}/{act}")
async def change(request: Request, session: Keeper, hook: str, act: str) -> Response:
    """Give a receiver another secret, try it again, or tell it nothing any more."""
    await read_fields(request)
    return await run_in_threadpool(partial(_change, request, session, hook, act))


def _add(request: Request, session: Session, given: Fields) -> Response:
    library = library_of(request)
    try:
        tables, is_all = (SqlHooks, SqlChanges), given["before"] == "yes"
        kinds = given.all("kind")
        made = add_hook(library, tables, session.caller, given["url"], kinds, from_first=is_all)
    except LedgerError as exc:
        return _page(request, session, exc, given=given)
    return _page(request, session, made=made)


def _change(request: Request, session: Session, hook: str, act: str) -> Response:
    library, caller = library_of(request), session.caller
    try:
        if act == "secret":
            return _page(request, session, made=change_secret(library, SqlHooks, caller, hook))
        if act == "resume":
            resume_hook(library, SqlHooks, caller, hook)
        elif act == "remove":
            remove_hook(library, SqlHooks, caller, hook)
        else:
            raise InvalidInput("unknown-parameter", name=act[:40], known="secret, resume, remove")
    except LedgerError as exc:
        return _page(request, session, exc)
    return RedirectResponse(PATH, 303)


def _page(
    request: Request,
    session: Session,
    refusal: LedgerError | None = None,
    made: MadeHook | None = None,
    given: Fields | None = None,
) -> Response:
    return show(
        request,
        "hooks.html",
        session,
        refusal,
        hooks=list_hooks(library_of(request), SqlHooks, session.caller),
        kinds=list(ChangeKind),
        made=made,
        given=given or Fields(),
    )
