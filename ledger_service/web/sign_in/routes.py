"""The page that asks how to sign in, and the way out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import NotAuthenticated
from ledger_service.domain.people.session import COOKIE
from ledger_service.services.people.begin_session import end_session
from ledger_service.web.sign_in import by_university
from ledger_service.web.sign_in.page import LONGEST_THEN, home_of, left, show_ways
from ledger_service.web.signed_in import check_own_site, own_path, visitor

router = APIRouter(include_in_schema=False)
AskedThen = Annotated[str, Query(max_length=LONGEST_THEN)]
AskedEnded = Annotated[str, Query(max_length=10)]


@router.get("/sign-in")
def sign_in(request: Request, then: AskedThen = "", ended: AskedEnded = "") -> Response:
    """Ask how to sign in; whoever is signed in already is led on."""
    who = visitor(request)
    if who.roles:
        return RedirectResponse(own_path(then, home_of(request, who.roles)), 303)
    refusal = NotAuthenticated("session-ended") if ended else None
    return show_ways(request, then, refusal)


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session, and let the browser forget its secret."""
    check_own_site(request)
    secret = request.cookies.get(COOKIE, "")
    await run_in_threadpool(end_session, request.app.state.library, secret)
    return left(request.cookies.get(by_university.COOKIE, ""))
