"""One's own reports and endorsements: write one, open at once or later."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.authorship.author import LONGEST_NAME
from ledger_service.domain.authorship.review import LONGEST_TEXT, ReviewKind
from ledger_service.domain.errors import (
    InvalidInput,
    LedgerError,
    NotFound,
    OverLimit,
    StatementClosed,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.services.authorship.reviews import open_review, own_reviews, write_review
from ledger_service.web.layout import Fields, library_of, read_fields
from reading_room.authorship.pages.frame import SignedIn, layout

PATH = "/me/reviews"
router = APIRouter(prefix=PATH, include_in_schema=False)


@router.get("")
def reviews(
    request: Request, caller: SignedIn, resource: Annotated[str, Query(max_length=64)] = ""
) -> Response:
    """Show what one wrote, newest first, and the form. resource: the work that is written of."""
    return _page(request, caller, Fields({"resource": [resource]}))


@router.post("")
async def act(request: Request, caller: SignedIn) -> Response:
    """Write a report or an endorsement, or open a blind one."""
    fields = await read_fields(request)
    return await run_in_threadpool(partial(_act, request, caller, fields))


def _act(request: Request, caller: Caller, fields: Fields) -> Response:
    library = library_of(request)
    try:
        if fields["do"] == "open":
            open_review(library, caller, Digest.parse(fields["review"]))
        else:
            write_review(
                library,
                caller,
                Digest.typed(fields["resource"]),
                ReviewKind.ENDORSEMENT if fields["kind"] == "endorsement" else ReviewKind.REPORT,
                fields["text"],
                fields["name"],
                is_blind=bool(fields["blind"]),
            )
    except (InvalidInput, NotFound, OverLimit, StatementClosed) as exc:
        return _page(request, caller, fields, exc)
    return RedirectResponse(PATH, 303)


def _page(
    request: Request, caller: Caller, fields: Fields, refusal: LedgerError | None = None
) -> Response:
    return layout.own_page(
        request,
        "reviews.html",
        caller,
        200 if refusal is None else 422,
        refusal,
        own=own_reviews(library_of(request), caller),
        given=fields,
        longest_name=LONGEST_NAME,
        longest_text=LONGEST_TEXT,
    )
