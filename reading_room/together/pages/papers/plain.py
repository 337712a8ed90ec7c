"""A paper's text by a plain form: replaced as a whole, if nobody changed it meanwhile."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import PaperChanged, PaperTooLarge
from ledger_service.web.layout import library_of, read_fields
from reading_room.together.editing.replace_text import replace_text
from reading_room.together.pages.papers.frame import PREFIX, SignedIn, base_of, opened
from reading_room.together.pages.papers.write import show_editor
from reading_room.together.sql import SqlTogether

router = APIRouter(include_in_schema=False)
LARGEST_FORM_BYTES = 4 * 1024**2


@router.post(PREFIX + "/text")
async def replace(request: Request, caller: SignedIn, project: str, paper: str) -> Response:
    """Let the paper have the text of the form; show both texts if it has another one now."""
    fields = await read_fields(request, LARGEST_FORM_BYTES)
    text, version = fields.as_typed("text"), fields["version"]

    def act() -> Response:
        found = opened(request, caller, project, paper)
        try:
            replace_text(library_of(request), SqlTogether, caller, found.id, text, version)
        except (PaperChanged, PaperTooLarge) as exc:
            return show_editor(request, caller, opened(request, caller, project, paper), exc, text)
        return RedirectResponse(base_of(found), 303)

    return await run_in_threadpool(act)
