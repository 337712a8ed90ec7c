"""What is for readers: how they sign in, what they have borrowed, and borrowing and giving back.

Apps ask for all of it by GET. Each is the same however often it is asked: a loan is one loan, what was given
back is given back.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from ledger_service.api.door import IS_HEAD, SECURED, InLibrary, needs
from ledger_service.domain.errors import LoanNotNeeded
from ledger_service.domain.exports.forms.opds import (
    AUTHENTICATION_TYPE,
    FEED_TYPE,
    PUBLICATION_TYPE,
)
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.lending.request import check_request_id
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission
from ledger_service.services.lending.change_grant import return_grant
from ledger_service.services.lending.requests.end_request import withdraw_request
from ledger_service.services.library import Library
from ledger_service.services.pools import GRANTS, LENDING, PLACES
from reading_room.interop.opds.paths.callers import for_caller
from reading_room.interop.opds.paths.catalog import FEED, everywhere, home
from reading_room.interop.opds.paths.frame import (
    JSON_OBJECT,
    InAddresses,
    name_of,
    publication_of,
    router,
    say,
    send,
    standing,
)
from reading_room.interop.opds.paths.publications import PUBLICATION
from reading_room.interop.opds.rules.addresses import Addresses
from reading_room.interop.opds.rules.authentication import AUTHENTICATION_REL, authentication
from reading_room.interop.opds.rules.feed import Feed
from reading_room.interop.opds.rules.loan import told_as_lent, told_in_line
from reading_room.interop.opds.verbs.borrow import (
    Borrowed,
    borrow,
    list_borrowed,
    open_borrowed,
)
from reading_room.interop.opds.verbs.tell_works import tell_work

DOCUMENT: dict[int | str, dict[str, Any]] = {200: {"content": {AUTHENTICATION_TYPE: JSON_OBJECT}}}
UNKNOWN: dict[int | str, dict[str, Any]] = {
    401: {
        "description": "How one signs in, since it is not known who asks",
        "content": {AUTHENTICATION_TYPE: JSON_OBJECT},
    }
}
OPENED: dict[int | str, dict[str, Any]] = {
    200: {"description": "It is led (302) to where it is read, under an opening"}
}


@router.get(
    "/authentication",
    response_class=Response,
    responses=DOCUMENT,
    openapi_extra=needs(Permission.LIBRARY_READ),
)
def sign_in(library: InLibrary, request: Request, addresses: InAddresses) -> Response:
    """Say how one signs in: by the number of a library card and a passphrase, or by a token."""
    return send(request, addresses, _document(request, library, addresses), AUTHENTICATION_TYPE)


@router.get(
    "/shelf",
    response_class=Response,
    responses=FEED | UNKNOWN,
    openapi_extra={**needs(Permission.REQUEST_MAKE), **SECURED},
)
async def shelf(library: InLibrary, request: Request, addresses: InAddresses) -> Response:
    """List what whoever asks has borrowed, and what they wait for."""

    def act(caller: Caller) -> Response:
        found = list_borrowed(library, caller, addresses.base)
        feed = Feed(
            title=say(addresses, "page.opds.shelf"),
            address=addresses.shelf,
            links=everywhere(addresses),
            publications=[_told(addresses, one) for one in found],
            navigation=[] if found else [home(addresses)],
            works=len(found),
        )
        return send(request, addresses, feed.told(), FEED_TYPE, is_private=True)

    refuse = partial(_refused, request, library, addresses)
    return await for_caller(request, library, Permission.REQUEST_MAKE, PLACES, act, refuse)


@router.get(
    "/publications/{digest}/borrow",
    response_class=Response,
    responses=PUBLICATION | UNKNOWN,
    openapi_extra={**needs(Permission.REQUEST_MAKE), **SECURED},
)
async def lend(
    library: InLibrary, request: Request, addresses: InAddresses, digest: str
) -> Response:
    """Ask to be lent a work: the answer has it to read, or the place in line."""
    wanted = Digest.parse(digest)

    def act(caller: Caller) -> Response:
        if IS_HEAD in request.scope:
            return _nothing(PUBLICATION_TYPE)
        try:
            told = _told(addresses, borrow(library, caller, wanted, addresses.base))
        except LoanNotNeeded:
            told = publication_of(addresses, tell_work(library, wanted, addresses.base))
        return send(request, addresses, told, PUBLICATION_TYPE, is_private=True)

    refuse = partial(_refused, request, library, addresses)
    return await for_caller(request, library, Permission.REQUEST_MAKE, GRANTS, act, refuse)


@router.get(
    "/publications/{digest}/file",
    response_class=Response,
    responses=OPENED | UNKNOWN,
    openapi_extra={**needs(Permission.CONTENT_OPEN), **SECURED},
)
async def open_file(
    library: InLibrary, request: Request, addresses: InAddresses, digest: str
) -> Response:
    """Open what was borrowed, and lead to its file. The opening is an entry of the ledger."""
    return await _open(library, request, addresses, Digest.parse(digest), "content")


@router.get(
    "/publications/{digest}/manifest",
    response_class=Response,
    responses=OPENED | UNKNOWN,
    openapi_extra={**needs(Permission.CONTENT_OPEN), **SECURED},
)
async def open_manifest(
    library: InLibrary, request: Request, addresses: InAddresses, digest: str
) -> Response:
    """Open what was borrowed, and lead to its manifest. The opening is an entry of the ledger."""
    return await _open(library, request, addresses, Digest.parse(digest), "manifest.json")


@router.get(
    "/loans/{grant}/return",
    response_class=Response,
    responses=PUBLICATION | UNKNOWN,
    openapi_extra={**needs(Permission.REQUEST_MAKE), **SECURED},
)
async def give_back(
    library: InLibrary, request: Request, addresses: InAddresses, grant: str
) -> Response:
    """Give a loan back; the answer is the work as everybody sees it."""
    wanted = GrantId.parse(grant)

    def act(caller: Caller) -> Response:
        if IS_HEAD in request.scope:
            return _nothing(PUBLICATION_TYPE)
        digest = return_grant(library, caller, wanted).digest
        return _as_seen(library, request, addresses, digest)

    refuse = partial(_refused, request, library, addresses)
    return await for_caller(request, library, Permission.REQUEST_MAKE, GRANTS, act, refuse)


@router.get(
    "/requests/{request}/withdrawal",
    response_class=Response,
    responses=PUBLICATION | UNKNOWN,
    openapi_extra={**needs(Permission.REQUEST_MAKE), **SECURED},
)
async def leave_line(
    library: InLibrary,
    asked: Request,
    addresses: InAddresses,
    request: str,
) -> Response:
    """Leave a line; the answer is the work as everybody sees it."""

    def act(caller: Caller) -> Response:
        if IS_HEAD in asked.scope:
            return _nothing(PUBLICATION_TYPE)
        digest = withdraw_request(library, caller, check_request_id(request)).digest
        return _as_seen(library, asked, addresses, digest)

    refuse = partial(_refused, asked, library, addresses)
    return await for_caller(asked, library, Permission.REQUEST_MAKE, GRANTS, act, refuse)


async def _open(
    library: Library, request: Request, addresses: Addresses, digest: Digest, what: str
) -> Response:
    def act(caller: Caller) -> Response:
        if IS_HEAD in request.scope:
            return _nothing(PUBLICATION_TYPE)
        place = addresses.opening(str(digest), open_borrowed(library, caller, digest), what)
        return RedirectResponse(place, 302, {"Cache-Control": "no-store"})

    refuse = partial(_refused, request, library, addresses)
    return await for_caller(request, library, Permission.CONTENT_OPEN, LENDING, act, refuse)


def _told(addresses: Addresses, one: Borrowed) -> dict[str, Any]:
    work, grant, asked = one.told.work, one.grant, one.asked
    if grant is not None:
        return told_as_lent(addresses, work, grant.id.hex(), grant.accepted_at, grant.until)
    if asked is None:
        return publication_of(addresses, one.told)
    request = asked.request
    return told_in_line(
        addresses, work, request.id, request.asked_at, request.held_until, asked.place
    )


def _as_seen(library: Library, request: Request, addresses: Addresses, digest: Digest) -> Response:
    found = standing(tell_work(library, digest, addresses.base))
    told = publication_of(addresses, found)
    return send(request, addresses, told, PUBLICATION_TYPE, is_private=True)


def _document(request: Request, library: Library, addresses: Addresses) -> dict[str, Any]:
    words = {
        "card": say(addresses, "page.opds.card"),
        "passphrase": say(addresses, "page.opds.passphrase"),
        "sign-in": say(addresses, "page.opds.sign-in"),
        "shelf": say(addresses, "page.opds.shelf"),
    }
    return authentication(addresses, name_of(request, library), words)


def _refused(request: Request, library: Library, addresses: Addresses) -> Response:
    """Tell whom the library does not know how one signs in: the document itself is the body."""
    told = _document(request, library, addresses)
    answer = send(request, addresses, told, AUTHENTICATION_TYPE, is_private=True, status=401)
    answer.headers["WWW-Authenticate"] = 'Bearer realm="muhr", Basic realm="muhr", charset="UTF-8"'
    where = (
        f'<{addresses.authentication}>; rel="{AUTHENTICATION_REL}"; type="{AUTHENTICATION_TYPE}"'
    )
    answer.headers["Link"] = where
    return answer


def _nothing(media_type: str) -> Response:
    """Answer HEAD, which asks for nothing to be done."""
    return Response(headers={"Cache-Control": "no-store"}, media_type=media_type)
