"""`/odl/…`: the feed of what may be lent, checkouts, and each loan's status at an address nobody guesses.

The other library sends its token as a bearer, or as the password of Basic authentication, as Palace does. A
status document asks for neither (LSD §2.1).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Collection, Coroutine
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse
from fastapi.routing import APIRoute, APIRouter

from ledger_service import messages
from ledger_service.api.door import (
    IS_HEAD,
    InCaller,
    InLibrary,
    bytes_of,
    deliver_opened,
    needs,
    problem,
)
from ledger_service.domain.errors import InvalidCheckout, LedgerError, LoanNotFound
from ledger_service.domain.exports.forms.opds import FEED_TYPE, PUBLICATION_TYPE
from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.domain.people.permission import Permission
from ledger_service.messages.languages import of_program
from ledger_service.ports.paging import PageRequest
from ledger_service.services.lending.distribution.change_loan import (
    open_loan,
    read_loan,
    register_device,
    renew_loan,
    return_loan,
)
from ledger_service.services.lending.distribution.check_out import AskedCheckout, check_out
from ledger_service.services.lending.distribution.find_loan import (
    ToldLoan,
    find_loan,
    find_reading,
    list_running,
)
from ledger_service.services.lending.distribution.list_offers import list_offers, show_offer
from ledger_service.services.library import Library
from ledger_service.services.pools import CONTENT, LENDING, PLACES
from ledger_service.services.resources.find_resources import library_name
from reading_room.interop.odl import rules
from reading_room.interop.odl.ports import Protection

SECRET_DIGITS = 64
PUBLIC = needs(Permission.LICENSE_READ)
BY_A_DEVICE = {
    **PUBLIC,
    "parameters": [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
        for name in ("id", "name")
    ],
}
"""What reading systems say of themselves, and nobody keeps."""
OF_LIBRARIES = needs(Permission.LOAN_DISTRIBUTE)
Handle = Callable[[Request], Coroutine[Any, Any, Response]]
Text = Annotated[str, Query(max_length=1000)]


class TokenByBasic(APIRoute):
    """A route that takes a token as the password of Basic authentication, too, whatever the name."""

    def get_route_handler(self) -> Handle:
        handle = super().get_route_handler()

        async def handle_so(request: Request) -> Response:
            headers = [
                (name, _as_bearer(value) if name == b"authorization" else value)
                for name, value in request.scope["headers"]
            ]
            scope = {**request.scope, "headers": headers}
            return await handle(Request(scope, request.receive))

        return handle_so


router = APIRouter(prefix=rules.PREFIX, tags=["odl"], route_class=TokenByBasic)


@router.get("/", response_class=Response, openapi_extra=OF_LIBRARIES)
@PLACES.takes
def offers(
    library: InLibrary,
    caller: InCaller,
    request: Request,
    cursor: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Response:
    """List what other libraries may lend, with licenses (ODL §2)."""
    page = list_offers(library, caller, PageRequest(cursor, limit))
    site = _site(request)
    address = f"{site}{rules.PREFIX}/"
    own = f"{address}?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
    following = None if page.next is None else f"{address}?limit={limit}&cursor={page.next}"
    digests = [offer.registration.digest for offer in page.items]
    protected = _protected(library, request, digests)
    document = rules.feed(library_name(library), own, following, page.items, protected, site)
    return _json(document, FEED_TYPE)


@router.get("/licenses/{digest}/{name_or_id}", response_class=Response, openapi_extra=OF_LIBRARIES)
@PLACES.takes
def info(
    library: InLibrary, caller: InCaller, request: Request, digest: str, name_or_id: str
) -> Response:
    """Tell how many may still borrow, and the calling library's own loans (ODL §4)."""
    wanted = Digest.parse(digest)
    offer = show_offer(library, caller, wanted, LicenseId.parse(name_or_id))
    running = list_running(library, caller, wanted)
    protected = _protected(library, request, [wanted])
    return _json(rules.license_info(offer, protected, running), rules.INFO_TYPE)


@router.post(
    "/licenses/{digest}/{name_or_id}/checkouts",
    status_code=201,
    response_class=Response,
    openapi_extra=OF_LIBRARIES,
)
@LENDING.takes
def borrow(
    library: InLibrary,
    caller: InCaller,
    request: Request,
    digest: str,
    name_or_id: str,
    *,
    id: Text = "",
    checkout_id: Text = "",
    patron_id: Text = "",
    expires: Text = "",
    notification_url: Text = "",
    passphrase: Text = "",
    hint: Text = "",
    hint_url: Text = "",
) -> Response:
    """Lend to a reader of the calling library (ODL §5.4): 201 with the loan's status, 303 if there is one."""
    try:
        asked = AskedCheckout(
            Digest.parse(digest),
            LicenseId.parse(name_or_id),
            id,
            checkout_id,
            patron_id,
            _until(expires),
            notification_url,
            _site(request),
            passphrase,
            hint,
            hint_url,
        )
        told, is_new = check_out(library, caller, asked)
    except LedgerError as exc:
        return _refused(request, exc, rules.checkout_problem(exc))
    address = rules.status_address(told)
    if not is_new:
        return RedirectResponse(address, 303)
    return _status(library, request, told, status=201, headers={"Location": address})


@router.get("/status/{secret}", response_class=Response, openapi_extra=PUBLIC)
@PLACES.takes
def status(library: InLibrary, request: Request, secret: str) -> Response:
    """Tell how a loan is (LSD §2)."""
    return _status(library, request, find_loan(library, secret))


@router.get("/status/{secret}/license", response_class=Response, openapi_extra=PUBLIC)
@PLACES.takes
def license(library: InLibrary, secret: str) -> Response:
    """Tell what is lent, until when, and where it is read."""
    document = rules.lent_publication(library_name(library), find_loan(library, secret))
    return _json(document, PUBLICATION_TYPE)


@router.get(
    "/status/{secret}/license.lcpl",
    response_class=Response,
    responses={200: bytes_of(rules.LICENSE_TYPE)},
    openapi_extra=PUBLIC,
)
@LENDING.takes
def protected_license(library: InLibrary, request: Request, secret: str) -> Response:
    """Give the loan's license of LCP, with the end that the loan has now. That is an opening."""
    told, protection = find_loan(library, secret), _protection(request)
    if protection is None:
        raise LoanNotFound()
    if IS_HEAD in request.scope:
        if not protection.has_license(library, told):
            raise LoanNotFound()
        return Response(headers=NOT_KEPT, media_type=rules.LICENSE_TYPE)
    document = protection.license_loan(library, told)
    return Response(document, headers=NOT_KEPT, media_type=rules.LICENSE_TYPE)


@router.get("/lcp/status/{license_id}", response_class=Response, openapi_extra=PUBLIC)
@PLACES.takes
def status_of_license(library: InLibrary, request: Request, license_id: str) -> Response:
    """Tell how the loan of a license is: the license names this address, as its server was set up to."""
    told = _licensed(library, request, license_id)
    return _status(library, request, told, id=license_id)


@router.get("/lcp/hint/{license_id}", response_class=RedirectResponse, openapi_extra=PUBLIC)
@PLACES.takes
def hint(library: InLibrary, request: Request, license_id: str) -> Response:
    """Lead to the page on which the other library reminds its reader of the passphrase."""
    told = _licensed(library, request, license_id)
    if not told.said.hint_url:
        raise LoanNotFound()
    return RedirectResponse(told.said.hint_url, 302, headers=NOT_KEPT)


@router.post("/status/{secret}/register", response_class=Response, openapi_extra=PUBLIC)
@PLACES.takes
def register(
    library: InLibrary, request: Request, secret: str, id: Text = "", name: Text = ""
) -> Response:
    """Take note that a device uses the loan (LSD §3.3)."""
    return _done(library, request, "register", lambda: register_device(library, secret, id, name))


@router.put("/status/{secret}/return", response_class=Response, openapi_extra=BY_A_DEVICE)
@LENDING.takes
def give_back(library: InLibrary, request: Request, secret: str) -> Response:
    """Return the loan (LSD §3.4)."""
    return _done(library, request, "return", lambda: return_loan(library, secret))


@router.put("/status/{secret}/renew", response_class=Response, openapi_extra=BY_A_DEVICE)
@LENDING.takes
def renew(library: InLibrary, request: Request, secret: str, end: Text = "") -> Response:
    """Let the loan end later (LSD §3.5), by default as late as the license allows."""

    def renewed() -> ToldLoan:
        find_loan(library, secret)  # which of no loan says so before anything is read
        return renew_loan(library, secret, _until(end))

    return _done(library, request, "renew", renewed)


@router.get("/publications/{secret}", response_class=Response, openapi_extra=PUBLIC)
@LENDING.takes
def publication(library: InLibrary, request: Request, secret: str) -> Response:
    """Open what is lent, and lead to its bytes. The opening is an entry of the ledger."""
    if IS_HEAD in request.scope:
        told = find_reading(library, secret)
        return Response(headers=NOT_KEPT, media_type=told.registration.record.media_type)
    opening = open_loan(library, secret)
    address = f"{_site(request)}{rules.PREFIX}/openings/{secret}{opening.secret}"
    return RedirectResponse(address, 302, headers=NOT_KEPT)


@router.get(
    "/openings/{secret}",
    response_class=StreamingResponse,
    responses={200: bytes_of("*/*"), 206: bytes_of("*/*")},
    openapi_extra=PUBLIC,
)
@CONTENT.takes
def content(library: InLibrary, request: Request, secret: str) -> Response:
    """Send the bytes of an opening, or a range of them. Its name is the loan's, and its own behind."""
    reading, opening = secret[:SECRET_DIGITS], secret[SECRET_DIGITS:]
    return deliver_opened(library, read_loan(library, reading, opening), request, True)


NOT_KEPT = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"}


def _done(library: Library, request: Request, action: str, do: Callable[[], ToldLoan]) -> Response:
    """Return the status after what was done, or the problem of LSD that says why it was not."""
    try:
        return _status(library, request, do())
    except LedgerError as exc:
        return _refused(request, exc, rules.status_problem(action, exc))


def _refused(request: Request, error: LedgerError, typed: rules.Typed | None) -> Response:
    if typed is None:
        raise error
    kind, status = typed
    return problem(request, error, status=status, type=kind)


def _status(
    library: Library,
    request: Request,
    told: ToldLoan,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    id: str = "",
) -> Response:
    language = of_program(request.headers)
    message = messages.said(f"page.loan-status.{told.status.name.lower()}", language)
    spoken = {"Content-Language": language, "Vary": "Accept-Language", **(headers or {})}
    protection = _protection(request)
    has_license = protection is not None and protection.has_license(library, told)
    document = rules.status_document(told, message, has_license=has_license, id=id)
    return _json(document, rules.STATUS_TYPE, status, spoken)


def _protection(request: Request) -> Protection | None:
    found: Protection | None = request.app.state.protection
    return found


def _protected(
    library: Library, request: Request, digests: Collection[Digest]
) -> frozenset[Digest]:
    """Return those of these resources whose loans may have licenses of LCP."""
    protection = _protection(request)
    return frozenset() if protection is None else protection.protected(library, digests)


def _licensed(library: Library, request: Request, license_id: str) -> ToldLoan:
    protection = _protection(request)
    if protection is None:
        raise LoanNotFound()
    return protection.find_licensed(library, license_id)


def _json(
    document: dict[str, Any],
    media_type: str,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    told = {**NOT_KEPT, **(headers or {})}
    return JSONResponse(document, status, headers=told, media_type=media_type)


def _site(request: Request) -> str:
    site: str = request.app.state.public_url
    return site


def _until(given: str) -> int | None:
    """Return the time that is asked for, None for none; raise InvalidCheckout for what is no time."""
    if not given:
        return None
    try:
        return rules.asked_time(given)
    except (ValueError, OverflowError) as exc:
        raise InvalidCheckout("expires") from exc


def _as_bearer(value: bytes) -> bytes:
    """Return an Authorization header, with the password of Basic (RFC 7617) as a bearer token."""
    scheme, _, sent = value.partition(b" ")
    if scheme.lower() != b"basic":
        return value
    try:
        pair = base64.b64decode(sent, validate=True)
    except (binascii.Error, ValueError):
        return value
    return b"Bearer " + pair.partition(b":")[2]
