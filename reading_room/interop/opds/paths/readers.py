"""What is for readers: how they sign in, and what they have borrowed."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from ledger_service.api.door import InLibrary, needs
from ledger_service.domain.exports.forms.opds import AUTHENTICATION_TYPE
from ledger_service.domain.people.permission import Permission
from ledger_service.services.library import Library
from reading_room.interop.opds.paths.frame import (
    JSON_OBJECT,
    InAddresses,
    name_of,
    router,
    say,
    send,
)
from reading_room.interop.opds.rules.addresses import Addresses
from reading_room.interop.opds.rules.authentication import authentication

DOCUMENT: dict[int | str, dict[str, Any]] = {200: {"content": {AUTHENTICATION_TYPE: JSON_OBJECT}}}


@router.get(
    "/authentication",
    response_class=Response,
    responses=DOCUMENT,
    openapi_extra=needs(Permission.LIBRARY_READ),
)
def sign_in(library: InLibrary, request: Request, addresses: InAddresses) -> Response:
    """Say how one signs in: by the number of a library card and a passphrase, or by a token."""
    told = document_of(request, library, addresses)
    return send(request, addresses, told, AUTHENTICATION_TYPE)


def document_of(request: Request, library: Library, addresses: Addresses) -> dict[str, Any]:
    """Return the document that says how one signs in."""
    words = {
        "card": say(addresses, "page.opds.card"),
        "passphrase": say(addresses, "page.opds.passphrase"),
        "sign-in": say(addresses, "page.opds.sign-in"),
        "shelf": say(addresses, "page.opds.shelf"),
    }
    return authentication(addresses, name_of(request, library), words)
