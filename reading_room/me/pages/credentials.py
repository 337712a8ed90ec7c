"""What a reader holds of the library's word: take it, show some of it, print it, bind it to a key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from ledger_service import messages
from ledger_service.api.door import InCaller, InLibrary, needs
from ledger_service.domain import foreign_json
from ledger_service.domain.credentials.issuer_key import PublicKey
from ledger_service.domain.errors import InvalidCredential, InvalidJson, LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.permission import Permission
from ledger_service.services.credentials.attest_certificate import attest_certificate
from ledger_service.services.credentials.publish import find_attendance
from ledger_service.services.credentials.show_credentials import OwnCredential, find_own, list_own
from ledger_service.services.credentials.take_credential import take_credential
from ledger_service.services.library import Library
from ledger_service.services.pools import RECEIPTS
from ledger_service.services.resources.find_resources import library_name
from ledger_service.web.layout import Fields, Layout, OwnLink, language_of, read_fields
from reading_room.me.pages.certificate import field_text, print_certificate

PATH = "/me/credentials"
LINK = OwnLink(PATH, "page.credentials.title", "page.credentials.about", Permission.CREDENTIAL_OWN)
LONGEST_JWK = 1024
FIELDS = ("event", "name", "role", "date", "minutes")
router = APIRouter(include_in_schema=False)
layout = Layout(Path(__file__).parents[1] / "templates")
OWN = needs(Permission.CREDENTIAL_OWN)
Asked = Annotated[Fields, Depends(read_fields)]


@router.get(PATH, response_class=HTMLResponse, openapi_extra=OWN)
def credentials(request: Request, library: InLibrary, caller: InCaller) -> HTMLResponse:
    """List what the reader holds."""
    return layout.own_page(request, "credentials.html", caller, held=list_own(library, caller))


@router.get(PATH + "/{credential}", response_class=HTMLResponse, openapi_extra=OWN)
def one(
    request: Request,
    library: InLibrary,
    caller: InCaller,
    credential: str,
    show: Annotated[tuple[str, ...], Query(max_length=len(FIELDS))] = (),
    make: str = "",
) -> HTMLResponse:
    """Show what it says; with names of fields, the text that shows these. Nothing is changed by it."""
    own = find_own(library, caller, credential)
    return _page(request, library, caller, own, show, is_made=make == "yes")


@router.post(PATH + "/{credential}", openapi_extra=OWN)
def take(
    request: Request, library: InLibrary, caller: InCaller, credential: str, fields: Asked
) -> Response:
    """Take it, bound to the key that the page made if the reader wishes."""
    try:
        take_credential(library, caller, credential, _key(fields["jwk"]))
    except InvalidCredential as exc:
        own = find_own(library, caller, credential)
        return _page(request, library, caller, own, (), exc)
    return RedirectResponse(f"{PATH}/{credential}", 303)


@router.post(PATH + "/{credential}/certificate", openapi_extra=OWN)
@RECEIPTS.takes
def certificate(
    request: Request, library: InLibrary, caller: InCaller, credential: str, _: Asked
) -> Response:
    """Print it; the ledger attests the digest of the file, so that it is verified like any file."""
    own = find_own(library, caller, credential)
    if own.taken is None:
        return RedirectResponse(f"{PATH}/{credential}", 303)
    statement = own.credential.statement
    entry = None if statement is None else find_attendance(library, statement).entry
    data = print_certificate(
        own, entry, library_name(library), library.public_url, language_of(request)
    )
    attest_certificate(library, caller, credential, Digest.of(data))
    name = f"muhr-certificate-{own.credential.place}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/pdf", headers=headers)


def _key(text: str) -> PublicKey | None:
    if not text:
        return None
    try:
        return PublicKey.of_jwk(foreign_json.parse(text.encode(), LONGEST_JWK))
    except InvalidJson as exc:
        raise InvalidCredential("key") from exc


def _page(
    request: Request,
    library: Library,
    caller: InCaller,
    own: OwnCredential,
    show: tuple[str, ...],
    refusal: LedgerError | None = None,
    *,
    is_made: bool = False,
) -> HTMLResponse:
    with messages.speaking(language_of(request)):
        said = [
            (name, field_text(name, own.value(name))) for name in FIELDS if own.value(name) != ""
        ]
    text = own.taken.show(show).format() if own.taken is not None and is_made else ""
    return layout.own_page(
        request,
        "credential.html",
        caller,
        200 if refusal is None else 422,
        refusal,
        own=own,
        said=said,
        chosen=show,
        text=text,
        link=f"{library.public_url}/credentials/verify#{text}",
        is_bound=own.taken is not None and "cnf" in own.taken.claims(),
    )
