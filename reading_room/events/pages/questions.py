"""The page of an event's questions, for who takes part: ask, vote, and for who organizes it answer and hide.

The page is whole without scripts; with them it asks itself anew every few seconds.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from ledger_service.domain.errors import Conflict, InvalidInput, LedgerError
from ledger_service.domain.people.caller import Caller
from ledger_service.web.layout import PRIVATE_HEADERS, Fields, library_of, read_fields
from reading_room.events.pages.frame import BOTH, PATH, TIMES, SignedIn, layout, status_of
from reading_room.events.rules.question import LONGEST_ANSWER, LONGEST_QUESTION, QuestionState
from reading_room.events.verbs.ask import ask, list_questions, moderate, vote
from reading_room.events.verbs.show import show_event

router = APIRouter(prefix=PATH + "/{event}/questions", include_in_schema=False)
Number = Annotated[int, Path(ge=1, lt=2**53)]
STATES = {
    "answer": QuestionState.ANSWERED,
    "hide": QuestionState.HIDDEN,
    "show": QuestionState.ASKED,
}


@router.get("", response_class=HTMLResponse)
def questions(request: Request, caller: SignedIn, event: str) -> HTMLResponse:
    """Show what was asked."""
    return _page(request, caller, event)


@router.post("")
async def add(request: Request, caller: SignedIn, event: str) -> Response:
    """Ask something."""
    fields = await read_fields(request)
    return await run_in_threadpool(partial(_add, request, caller, event, fields))


@router.post("/{number}")
async def act(request: Request, caller: SignedIn, event: str, number: Number) -> Response:
    """Vote for a question, take the vote back, answer, hide or show it."""
    fields = await read_fields(request)
    return await run_in_threadpool(partial(_act, request, caller, event, number, fields))


def _add(request: Request, caller: Caller, event: str, fields: Fields) -> Response:
    try:
        is_named = fields["named"] == "yes"
        ask(library_of(request), BOTH, caller, event, fields["text"], is_named=is_named)
    except (InvalidInput, Conflict) as exc:
        return _page(request, caller, event, exc, fields["text"])
    return RedirectResponse(f"{PATH}/{event}/questions", 303)


def _act(request: Request, caller: Caller, event: str, number: int, fields: Fields) -> Response:
    library, do = library_of(request), fields["do"]
    try:
        if do in STATES:
            moderate(library, BOTH, caller, event, number, STATES[do], fields["answer"])
        elif do in ("vote", "unvote"):
            vote(library, BOTH, caller, event, number, is_for=do == "vote")
        else:
            raise InvalidInput("unknown-parameter", name=do[:40], known=", ".join(STATES))
    except (InvalidInput, Conflict) as exc:
        return _page(request, caller, event, exc)
    return RedirectResponse(f"{PATH}/{event}/questions#q-{number}", 303)


def _page(
    request: Request,
    caller: Caller,
    event: str,
    refusal: LedgerError | None = None,
    typed: str = "",
) -> HTMLResponse:
    library = library_of(request)
    found = list_questions(library, BOTH, caller, event)
    seen = show_event(library, BOTH, caller, event)
    page = layout.page(
        request,
        "event_questions.html",
        status_of(refusal),
        refusal=refusal,
        seen=seen,
        event=seen.counted.event,
        questions=found,
        may_ask=seen.place is not None and seen.place.is_taken,
        typed=typed,
        longest=LONGEST_QUESTION,
        longest_answer=LONGEST_ANSWER,
        **TIMES,
    )
    page.headers.update(PRIVATE_HEADERS)
    return page
