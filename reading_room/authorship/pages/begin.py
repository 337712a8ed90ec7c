"""The list of one's own statements, and the form that begins one."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from ledger_service.domain.authorship.authors_statement import MOST_AUTHORS
from ledger_service.domain.errors import InvalidAuthors, InvalidInput, LedgerError, OverLimit
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.services.authorship import (
    Begun,
    NewPlace,
    begin_statement,
    own_statements,
)
from ledger_service.services.authorship.begin_statement import LARGEST_FILE_BYTES
from ledger_service.web.layout import library_of
from reading_room.authorship.pages.frame import PATH, SignedIn, layout

router = APIRouter(prefix=PATH, include_in_schema=False)
LARGEST_FORM_BYTES = LARGEST_FILE_BYTES + 16_384


@router.get("")
def statements(request: Request, caller: SignedIn) -> Response:
    """Show one's own statements, newest first, and ask for a new one."""
    return _list(request, caller)


@router.post("")
async def begin(request: Request, caller: SignedIn) -> Response:
    """Begin a statement, and show once the link for each of its other authors."""
    reach(caller, Permission.STATEMENT_SIGN)
    size = request.headers.get("content-length", "")
    if not (size.isascii() and size.isdigit() and len(size) < 12):
        raise InvalidInput("form-malformed")
    if int(size) > LARGEST_FORM_BYTES:
        refusal = InvalidAuthors("file", most=LARGEST_FILE_BYTES)
        return await run_in_threadpool(_list, request, caller, refusal)
    async with request.form(max_files=1, max_fields=8, max_part_size=4096) as form:
        given = form.get("file")
        data = b"" if given is None or isinstance(given, str) else await given.read()
        return await run_in_threadpool(_begin, request, caller, form, data)


def _begin(request: Request, caller: Caller, form: Mapping[str, object], data: bytes) -> Response:
    library = library_of(request)
    title = str(form.get("title", ""))
    try:
        places = _places(caller, form)
        typed = str(form.get("digest", ""))
        if not data and not typed.strip():
            raise InvalidAuthors("no-file")
        digest = Digest.of(data) if data else Digest.typed(typed)
        begun = begin_statement(library, caller, digest, title, places, data or None)
    except (InvalidInput, OverLimit) as exc:
        return _list(request, caller, exc, title)
    return layout.own_page(
        request,
        "statement_links.html",
        caller,
        begun=begun,
        title=title,
        links=_links(request, begun),
    )


def _places(caller: Caller, form: Mapping[str, object]) -> list[NewPlace]:
    """Return the places that a form asks for: the caller's own, if they are an author, and the others'."""
    text = str(form.get("count", ""))
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise InvalidAuthors("count", most=MOST_AUTHORS)
    own = str(form.get("own", ""))
    if int(text) > MOST_AUTHORS or (own and not (own.isascii() and own.isdigit() and len(own) < 4)):
        raise InvalidAuthors("count", most=MOST_AUTHORS)
    places = [NewPlace() for _ in range(int(text))]
    if own:
        if not 0 < int(own) <= len(places):
            raise InvalidAuthors("count", most=MOST_AUTHORS)
        places[int(own) - 1] = NewPlace(reader=caller.subject)
    return places


def _links(request: Request, begun: Begun) -> list[tuple[int, str]]:
    url = str(request.app.state.public_url)
    codes = enumerate(begun.codes, 1)
    return [(place, f"{url}{PATH}/invited/{code}") for place, code in codes if code is not None]


def _list(
    request: Request, caller: Caller, refusal: LedgerError | None = None, title: str = ""
) -> Response:
    return layout.own_page(
        request,
        "statements.html",
        caller,
        200 if refusal is None else 422,
        refusal,
        own=own_statements(library_of(request), caller),
        typed_title=title,
        most=MOST_AUTHORS,
        most_bytes=LARGEST_FILE_BYTES,
    )
