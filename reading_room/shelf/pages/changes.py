"""What a reader does at their shelf by the forms of pages, also those of other rooms."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from ledger_service.domain.errors import (
    InvalidInput,
    InvalidShelf,
    LedgerError,
    NotAuthenticated,
    ShelfChanged,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.web.layout import library_of, read_fields, signed_in
from reading_room.shelf.pages.frame import (
    PATH,
    SignedIn,
    check_own,
    place_of,
    show_item,
    show_list,
    to_sign_in,
)
from reading_room.shelf.rules.item import made_search
from reading_room.shelf.rules.shelf import (
    LARGEST_DOCUMENT_BYTES,
    Change,
    forget_search,
    keep_search,
    move,
    parse_shelf,
    take_off,
    unite,
    write_of,
)
from reading_room.shelf.sql import SqlShelf
from reading_room.shelf.verbs.keep import change_shelf, put_on_shelf, read_shelf

router = APIRouter(prefix=PATH, include_in_schema=False)
LARGEST_FORM_BYTES = LARGEST_DOCUMENT_BYTES + 16_384
STEPS = {"up": -1, "down": 1}


@router.post("/items")
async def put(request: Request) -> Response:
    """Put a resource first on the shelf; whoever is not signed in is asked to, and then once more."""
    caller = await run_in_threadpool(_who, request)
    if caller is None:
        return to_sign_in(await _wanted(request))
    digest = Digest.parse((await read_fields(request))["digest"].lower())
    await run_in_threadpool(put_on_shelf, library_of(request), SqlShelf, caller, digest)
    return RedirectResponse(place_of(digest), 303)


@router.post("/items/{digest}")
async def change_item(request: Request, caller: SignedIn, digest: str) -> Response:
    """Write of an item, move it, or take it off. A note that somebody else's page changed is not lost."""
    fields, which = await read_fields(request), Digest.parse(digest)
    do, note, tags = fields["do"], fields["note"], fields["tags"]

    def act() -> Response:
        library = library_of(request)
        if do in STEPS:
            change_shelf(library, SqlShelf, caller, _step(which, STEPS[do]))
        elif do == "first":
            change_shelf(library, SqlShelf, caller, move(which, 0))
        elif do == "off":
            change_shelf(library, SqlShelf, caller, take_off(which))
            return RedirectResponse(PATH, 303)
        else:
            try:
                change = write_of(which, note, tags.split(","), fields["mark"] or None)
                change_shelf(library, SqlShelf, caller, change)
            except (InvalidShelf, ShelfChanged) as exc:
                own = read_shelf(library, SqlShelf, caller)
                return show_item(request, caller, own, which, exc, note, tags)
        return RedirectResponse(place_of(which), 303)

    return await run_in_threadpool(act)


@router.post("/searches")
async def change_searches(request: Request) -> Response:
    """Keep a search, or forget it."""
    caller = await run_in_threadpool(_who, request)
    fields = await read_fields(request)
    if caller is None:
        return to_sign_in(f"/search?{fields['query'][:1500]}")

    def change() -> Change:
        if fields["do"] == "forget":
            return forget_search(fields["name"])
        return keep_search(made_search(fields["name"], fields["query"]))

    return await run_in_threadpool(_changed, request, caller, change)


@router.post("/import")
async def take_in(request: Request, caller: SignedIn) -> Response:
    """Add what was exported as JSON behind what stands."""
    check_own(caller)
    size = request.headers.get("content-length", "")
    if not (size.isascii() and size.isdigit() and len(size) < 12):
        raise InvalidInput("form-malformed")
    if int(size) > LARGEST_FORM_BYTES:
        raise InvalidShelf("document", most=LARGEST_DOCUMENT_BYTES)
    async with request.form(max_files=1, max_fields=4, max_part_size=4096) as form:
        given = form.get("file")
        data = b"" if given is None or isinstance(given, str) else await given.read()
    return await run_in_threadpool(_changed, request, caller, lambda: unite(parse_shelf(data)))


def _who(request: Request) -> Caller | None:
    """Return who is signed in, None for nobody; raise FormOfAnotherSite."""
    try:
        return signed_in(request)
    except (NotAuthenticated, HTTPException):
        return None


async def _wanted(request: Request) -> str:
    """Return the page that puts on the shelf what the form names; the shelf, if it names nothing."""
    try:
        digest = Digest.parse((await read_fields(request))["digest"].lower())
    except LedgerError:
        return PATH
    return f"{PATH}/put?digest={digest.hex()}"


def _changed(request: Request, caller: Caller, make: Callable[[], Change]) -> Response:
    """Make a change, and lead to the shelf; show there why it is refused, if it is."""
    library = library_of(request)
    try:
        change_shelf(library, SqlShelf, caller, make())
    except (InvalidShelf, ShelfChanged) as exc:
        refusal: LedgerError = exc
        own = read_shelf(library, SqlShelf, caller)
        return show_list(request, caller, own, status=422, refusal=refusal)
    return RedirectResponse(PATH, 303)


def _step(digest: Digest, by: int) -> Change:
    """Return what moves an item by one place from wherever it is then."""
    return lambda shelf: move(digest, shelf.place(digest) + by)(shelf)
