"""The page where anybody checks a credential that somebody shows; without scripts by a form."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from ledger_service.domain.errors import CredentialNotFound, InvalidCredential, LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.services.credentials.check_credential import Checked
from ledger_service.services.credentials.own_source import check_own_credential
from ledger_service.services.credentials.publish import find_certificate
from ledger_service.services.pools import PLACES
from ledger_service.services.resources.find_resources import library_name
from ledger_service.web.layout import Fields, Layout, library_of, read_fields

PATH = "/credentials/verify"
KNOWN = frozenset({"event", "name", "role", "date", "minutes"})
router = APIRouter(include_in_schema=False)
layout = Layout()


@router.get(PATH, response_class=HTMLResponse)
def ask(request: Request) -> HTMLResponse:
    """Ask for a credential; a link brings it behind its `#`, which the browser does not send."""
    return _page(request)


@router.post(PATH, response_class=HTMLResponse)
@PLACES.takes
def check(request: Request, fields: Annotated[Fields, Depends(read_fields)]) -> HTMLResponse:
    """Show what a credential proves. Nothing of it is kept."""
    text = fields["credential"].strip()
    try:
        return _page(request, check_own_credential(library_of(request), text), text)
    except InvalidCredential as exc:
        return _page(request, None, text, exc)


def certificate_page(request: Request, digest: Digest) -> HTMLResponse | None:
    """Return the page that tells of a certificate as a file; None if this digest is none's."""
    try:
        kept, place, revocation = find_certificate(library_of(request), digest)
    except CredentialNotFound:
        return None
    return layout.page(
        request, "certificate_file.html", kept=kept, place=place, revocation=revocation
    )


def _page(
    request: Request,
    checked: Checked | None = None,
    text: str = "",
    refusal: LedgerError | None = None,
) -> HTMLResponse:
    page = layout.page(
        request,
        "credential_check.html",
        200 if refusal is None else 422,
        checked=checked,
        typed=text,
        known=KNOWN,
        refusal=refusal,
        steward=library_name(library_of(request)),
    )
    page.headers["Cache-Control"] = "no-store"
    return page
