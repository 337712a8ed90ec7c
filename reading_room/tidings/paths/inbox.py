"""The inbox: anybody may post, what is of a service that was allowed is kept, and librarians read it."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from ledger_service.api.door import ADDRESS, InCaller, InLibrary, needs, read_declared
from ledger_service.domain import canonical_json
from ledger_service.domain.people.permission import Permission
from ledger_service.ports.paging import PageRequest
from ledger_service.services.pools import PLACES
from reading_room.tidings.rules.notification import LARGEST_BYTES
from reading_room.tidings.sql import SqlHooks, SqlLetters, SqlNotifications, SqlPeers
from reading_room.tidings.verbs.decide_notification import (
    NotificationTables,
    list_notifications,
    show_notification,
)
from reading_room.tidings.verbs.take_notification import take_notification

router = APIRouter(prefix="/inbox", tags=["tidings"])
TABLES = NotificationTables(SqlNotifications, SqlPeers, SqlHooks, SqlLetters)
LD_JSON = "application/ld+json"
TAKEN = (LD_JSON, "application/json")
CONTAINER = "http://www.w3.org/ns/ldp"
MOST_LISTED = 200
HEADERS = {"Accept-Post": ", ".join(TAKEN)}


@router.post(
    "",
    status_code=201,
    response_class=Response,
    openapi_extra={
        **needs(Permission.NOTIFICATION_SEND),
        "security": [{}],
        "requestBody": {
            "required": True,
            "content": {LD_JSON: {"schema": {"type": "object"}}},
        },
    },
)
async def take(request: Request, library: InLibrary, caller: InCaller) -> Response:
    """Take a notification of a service that is allowed; the same one twice has one address."""
    body = await read_declared(request, TAKEN, LARGEST_BYTES)
    address = str(request.scope.get(ADDRESS) or (request.client and request.client.host) or "")
    tables = (SqlPeers, SqlNotifications)
    verb = partial(take_notification, library, tables, caller, body, address)
    number, _ = await PLACES.run(verb)
    place = f"{library.public_url}/inbox/{number}"
    return Response(status_code=201, headers={"Location": place, **HEADERS})


@router.get(
    "",
    response_class=Response,
    responses={200: {"content": {LD_JSON: {"schema": {"type": "object"}}}}},
    openapi_extra=needs(Permission.NOTIFICATION_DECIDE),
)
def container(library: InLibrary, caller: InCaller) -> Response:
    """List the newest notifications, as a container of Linked Data Platform; for librarians."""
    page = list_notifications(library, TABLES, caller, PageRequest(limit=MOST_LISTED))
    inbox = f"{library.public_url}/inbox"
    told = {
        "@context": CONTAINER,
        "@id": inbox,
        "contains": [f"{inbox}/{item.number}" for item in page.items],
    }
    return Response(canonical_json.canonicalize(told), headers=HEADERS, media_type=LD_JSON)


@router.get(
    "/{number}",
    response_class=Response,
    responses={200: {"content": {LD_JSON: {"schema": {"type": "object"}}}}},
    openapi_extra=needs(Permission.NOTIFICATION_DECIDE),
)
def notification(
    library: InLibrary, caller: InCaller, number: Annotated[int, Path(ge=1, lt=2**53)]
) -> Response:
    """Return a notification as it came; for librarians."""
    found = show_notification(library, TABLES, caller, number)
    return Response(found.body, media_type=LD_JSON)
