"""The first page below /me: what a reader is told, where else they hear of it, and what else there is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from ledger_service.domain.errors import (
    InvalidDigest,
    InvalidInput,
    InvalidMailAddress,
    LedgerError,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.services.library import Library
from ledger_service.services.people.notices import (
    LONGEST_MAIL_ADDRESS,
    Told,
    Ways,
    choose_ways,
    list_notices,
    mark_seen,
    show_pushes,
    show_ways,
)
from ledger_service.services.resources.find_resources import find_title
from ledger_service.web.layout import (
    Layout,
    language_of,
    library_of,
    read_fields,
    service_worker,
    signed_in,
)

router = APIRouter(prefix="/me", include_in_schema=False)
layout = Layout(Path(__file__).parents[1] / "templates")
SignedIn = Annotated[Caller, Depends(signed_in)]
MOST_DIGITS = 15


@router.get("", response_class=HTMLResponse)
def overview(request: Request, caller: SignedIn) -> HTMLResponse:
    """Show what there is."""
    return _show(request, caller)


@router.get("/worker.js", response_class=Response)
def worker() -> Response:
    """Return the service worker that shows a push; it is for all pages of a person's own."""
    return service_worker("news/worker.js", "/me")


@router.post("/notices")
async def see(request: Request, caller: SignedIn) -> Response:
    """Mark what was shown as seen: what came meanwhile stays new."""
    until = (await read_fields(request))["until"]
    if not (until.isascii() and until.isdigit() and len(until) <= MOST_DIGITS):
        raise InvalidInput("not-a-number", text=until[:40])
    await run_in_threadpool(mark_seen, library_of(request), caller, int(until))
    return RedirectResponse("/me", 303)


@router.post("/mail")
async def choose(request: Request, caller: SignedIn) -> Response:
    """Choose whether a mail tells of news, and where it goes."""
    fields = await read_fields(request)
    mail = "" if fields["do"] == "off" else fields["mail"]

    def act() -> Response:
        try:
            choose_ways(library_of(request), caller, Ways(mail, language_of(request)))
        except InvalidMailAddress as exc:
            return _show(request, caller, exc)
        return RedirectResponse("/me", 303)

    return await run_in_threadpool(act)


def _show(request: Request, caller: Caller, refusal: LedgerError | None = None) -> HTMLResponse:
    library, is_reader = library_of(request), Role.READER in caller.roles
    told = list_notices(library, caller) if is_reader else []
    return layout.own_page(
        request,
        "me.html",
        caller,
        200 if refusal is None else 422,
        refusal,
        is_reader=is_reader,
        told=told,
        titles=_titles(library, told),
        ways=show_ways(library, caller) if is_reader else None,
        sends_mail=library.mailer is not None,
        longest_mail=LONGEST_MAIL_ADDRESS,
        pushes=show_pushes(library, caller) if is_reader else None,
    )


def _titles(library: Library, told: list[Told]) -> dict[str, str]:
    """Return the titles of what notices are about, by their digests in hex."""
    titles = {}
    for about in {one.notice.about for one in told}:
        try:
            title = find_title(library, Digest.parse(about))
        except InvalidDigest:
            continue
        if title is not None:
            titles[about] = title
    return titles
