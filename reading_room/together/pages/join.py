"""The page of a link that invites: it shows what is joined, and only a button of it joins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool

from ledger_service.domain.errors import LedgerError, ProjectPartNotFound
from ledger_service.domain.people.caller import Caller
from ledger_service.web.layout import library_of, read_fields
from reading_room.together.pages.frame import SignedIn, act, layout, path_of
from reading_room.together.rules.invitation import LONGEST_SECRET
from reading_room.together.rules.words import LONGEST_NAME
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.joining import join_by_link, look_at_link

router = APIRouter(prefix="/join", include_in_schema=False)
Secret = Annotated[str, Path(max_length=LONGEST_SECRET)]


@router.get("/{secret}")
def show(request: Request, caller: SignedIn, secret: Secret) -> Response:
    """Show what the link invites to."""
    return _show(request, caller, secret)


@router.post("/{secret}")
async def join(request: Request, caller: SignedIn, secret: Secret) -> Response:
    """Join, and lead to the project."""
    fields = await read_fields(request)

    def do() -> str:
        library = library_of(request)
        return path_of(join_by_link(library, SqlTogether, caller, secret, fields["name"]))

    return await run_in_threadpool(
        act, do, lambda refusal: _show(request, caller, secret, refusal, fields["name"])
    )


def _show(
    request: Request,
    caller: Caller,
    secret: str,
    refusal: LedgerError | None = None,
    name: str = "",
) -> Response:
    joining, status = None, 200 if refusal is None else 422
    try:
        joining = look_at_link(library_of(request), SqlTogether, caller, secret)
    except ProjectPartNotFound as exc:
        refusal, status = exc, 404
    page = layout.own_page(
        request,
        "join.html",
        caller,
        status,
        refusal,
        joining=joining,
        secret=secret,
        given_name=name,
        longest_name=LONGEST_NAME,
    )
    page.headers["X-Robots-Tag"] = "noindex"
    return page
