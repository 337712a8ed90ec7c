"""The page on which a reader reads: what is open at once, what is closed once its reader has opened it.

It needs no script. Who is signed in opens with one button, and asks for a loan, or sees their place in
line, where they may not. Else the token travels in the form's body and is kept nowhere. What the browser
keeps is the key of one opening, in a cookie that scripts do not see, that goes to two addresses of this
resource only, and that ends with the opening (docs/adr/0088), and with the session that it was begun in
(docs/adr/0125).
"""

from __future__ import annotations

from functools import partial
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from ledger_service import messages
from ledger_service.domain.chain_errors import CohortNotOpen
from ledger_service.domain.content.book_parts import Chapter
from ledger_service.domain.errors import (
    BookPartNotFound,
    ClaimOnItsWay,
    Conflict,
    ContentNotFound,
    LedgerError,
    NoCheckoutLeft,
    NoLiveGrant,
    NoSeatFree,
    NotAuthenticated,
    NotPermitted,
    OpeningNotFound,
    UnknownReader,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.session import COOKIE as SESSION_COOKIE
from ledger_service.ports.lending import Opening
from ledger_service.services.lending.cohorts.claim_grant import claim_first
from ledger_service.services.lending.offer_reading import Offer, offer_reading
from ledger_service.services.lending.read_book import find_readable
from ledger_service.services.lending.read_in_page import (
    COOKIE,
    Held,
    content_in_page,
    open_in_page,
)
from ledger_service.services.lending.read_opening import OpenedContent
from ledger_service.services.library import Library
from ledger_service.services.people.begin_session import Session
from ledger_service.services.people.grant_access import authenticate
from ledger_service.services.pools import LENDING, PLACES
from ledger_service.services.resources.find_captions import find_captions
from ledger_service.services.resources.find_content import access_to
from ledger_service.web.cookies import keep_cookie
from ledger_service.web.language import language_of
from ledger_service.web.layout import Layout, library_of
from ledger_service.web.media_facts import made_of
from ledger_service.web.readers import (
    FILMS,
    Reader,
    code_of,
    content_address,
    policy_of,
    reader_of,
    verdict_here,
)
from ledger_service.web.signed_in import keeps_cookies, session_of, visitor

router = APIRouter(include_in_schema=False)
layout = Layout()
LARGEST_FORM_BYTES = 2048
DAY_SECONDS = 86_400
FORM = "application/x-www-form-urlencoded"
WAITS = (ClaimOnItsWay, CohortNotOpen)
"""What a course gives, and the chain does not have yet."""
REFUSALS = (*WAITS, NotPermitted, ContentNotFound, UnknownReader, NoSeatFree, NoCheckoutLeft)
"""What the page tells above its form, since the reader can do something about it there."""


@router.get("/read/{digest}", response_class=HTMLResponse)
@PLACES.takes
def read(request: Request, digest: str) -> Response:
    """Show a resource, or what whoever comes may do to read it."""
    return _page(request, Digest.parse(digest))


@router.post("/read/{digest}", response_class=HTMLResponse)
async def open_(request: Request, digest: str) -> Response:
    """Open a resource for this browser, and lead back to its page."""
    library = library_of(request)
    wanted = Digest.parse(digest)
    try:
        token = await _token(request)
        key, opening = await LENDING.run(partial(_opened, request, library, token, wanted))
    except REFUSALS as exc:
        return await PLACES.run(partial(_page, request, wanted, exc))
    answer = _back(wanted)
    _keep(request, answer, wanted, key, opening.expires_at - library.clock())
    return answer


@router.post("/read/{digest}/close", response_class=HTMLResponse)
async def close(request: Request, digest: str) -> Response:
    """Let this browser forget the opening: the next person at it must open for themselves."""
    wanted = Digest.parse(digest)
    answer = _back(wanted)
    _keep(request, answer, wanted, "", 0)
    return answer


def _opened(
    request: Request, library: Library, token: str | None, digest: Digest
) -> tuple[str, Opening]:
    """Return the key for this browser, and the opening: by a token if one is given, else by the session."""
    within = _session(request)
    if token is not None:
        caller = authenticate(library.store, library.clock, library.steward, token)
    elif within is not None:
        caller = within.caller
    else:
        raise NotAuthenticated("session-ended" if SESSION_COOKIE in request.cookies else "no-token")
    claimed = claim_first(library, caller, digest)
    if claimed is not None:
        raise ClaimOnItsWay()
    return open_in_page(library, caller, digest, within)


def _session(request: Request) -> Session | None:
    """Return the browser's session, None if it has none that stands; raise FormOfAnotherSite."""
    if SESSION_COOKIE not in request.cookies:
        return None
    try:
        return session_of(request)
    except NotAuthenticated:
        return None


async def _token(request: Request) -> str | None:
    """Return the token that a form holds, None if it holds none; raise NotAuthenticated for a long one."""
    body = b""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM:
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_FORM_BYTES:
                raise NotAuthenticated()
    given = parse_qs(body.decode("utf-8", "replace")).get("token", [])
    if len(given) > 1:
        raise NotAuthenticated("no-token")
    return given[0].strip() if given else None


def _page(request: Request, digest: Digest, refusal: LedgerError | None = None) -> Response:
    """Return the page of a resource. refusal: why it was not opened just now."""
    library = library_of(request)
    access = access_to(library, digest)
    if access is None:  # the verdict tells of what was withdrawn or is not registered
        return RedirectResponse(f"/verify?digest={digest}", 303)
    opened = None
    if access.open_license is not None:
        refusal = None  # nobody need be let in
    elif refusal is None:
        opened, refusal = _opened_here(library, request, digest)
    record = access.registration.record
    is_open = access.open_license is not None or opened is not None
    held = Held.of(request.cookies)
    reader = reader_of(record.media_type)
    page = layout.page(
        request,
        "reading.html",
        status=200 if refusal is None else _status(refusal),
        access=access,
        record=record,
        reader=reader,
        code=None if reader is None else code_of(reader, request.app.state.libraries),
        address=content_address(digest),
        is_open=is_open,
        chapters=_chapters(request, digest) if is_open and reader is Reader.BOOK else None,
        opened=opened,
        cover=made_of(request, digest, "cover"),
        captions=find_captions(library, record) if reader in FILMS else [],
        tiles=made_of(request, digest, "tiles"),
        verdict=verdict_here(library, digest),
        offer=None if is_open else _offer(request, digest),
        days=access.license.terms.longest_loan_seconds // DAY_SECONDS,
        ends_with_session=held is not None and held.is_of_session,
        signs_in=keeps_cookies(request),
        is_unknown=isinstance(refusal, NotAuthenticated),
        waits=isinstance(refusal, WAITS),
        fault="" if refusal is None else messages.detail(refusal, language_of(request)),
        digest=digest,
    )
    page.headers["Cache-Control"] = "no-store"
    page.headers["Content-Security-Policy"] = policy_of(reader)
    return page


def _offer(request: Request, digest: Digest) -> Offer | None:
    """Return what whoever is signed in may do to read it; None if nobody is."""
    who = visitor(request)
    return offer_reading(library_of(request), who, digest) if who.roles else None


def _chapters(request: Request, digest: Digest) -> list[Chapter] | None:
    """Return the chapters of a book that this browser has open; None if it is none that can be read so."""
    library = library_of(request)
    try:
        return find_readable(library, digest, Held.of(request.cookies)).book().chapters()
    except (BookPartNotFound, ContentNotFound):
        return None


def _opened_here(
    library: Library, request: Request, digest: Digest
) -> tuple[OpenedContent | None, LedgerError | None]:
    """Return what this browser has open of the resource; else why no more, if it had it open."""
    held = Held.of(request.cookies)
    if held is None:
        return None, None
    try:
        return content_in_page(library, held, digest), None
    except NoLiveGrant as exc:
        return None, exc
    except OpeningNotFound:
        return None, None


def _status(refusal: LedgerError) -> int:
    if isinstance(refusal, WAITS):
        return 202
    if isinstance(refusal, Conflict):
        return 409
    return 401 if isinstance(refusal, NotAuthenticated) else 403


def _back(digest: Digest) -> RedirectResponse:
    answer = RedirectResponse(f"/read/{digest}", 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _keep(request: Request, answer: Response, digest: Digest, key: str, seconds: int) -> None:
    """Let the browser keep the key for so long; 0: forget it."""
    for path in (f"/read/{digest}", content_address(digest)):
        keep_cookie(request, answer, COOKIE, key, seconds, path=path)
