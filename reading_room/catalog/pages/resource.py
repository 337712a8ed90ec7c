"""The page of a resource, and the other forms that its address has: whoever asks says which by Accept.

Of what was withdrawn the page is a tombstone: it has the same address, says why and since when, and its
status is 410, so that machines forget it (docs/adr/0104).
"""

from __future__ import annotations

import io
import json
from functools import partial

import segno
from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from ledger_service.api.door import keep_for_all
from ledger_service.domain.errors import NotAcceptable, ResourceNotFound, RouteNotFound
from ledger_service.domain.exports.cited_words import cite_by_apa, cite_by_gost
from ledger_service.domain.exports.cited_work import Work
from ledger_service.domain.exports.forms import FORMS, Form, form_of
from ledger_service.domain.exports.forms.schema_org import format_schema_org
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.content import MadeFile
from ledger_service.services.lending.tell_access import ToldAccess, tell_access
from ledger_service.services.pools import PLACES
from ledger_service.services.verification.former_registration import find_former
from ledger_service.web.layout import library_of, made_files, visitor
from reading_room.catalog.pages.frame import public_url, router, show
from reading_room.catalog.pages.history import GONE, HISTORY_TYPES, history_links, told_as
from reading_room.catalog.rules.accept import preferred
from reading_room.catalog.rules.rights import rights_of
from reading_room.catalog.rules.signposting import (
    LINKSET_TYPE,
    Signpost,
    form_header,
    link_header,
    linkset,
)
from reading_room.catalog.verbs.show_entry import CatalogEntry, Reading, show_entry

HTML, JSON = "text/html", "application/json"
OFFERED = (HTML, JSON, *(form.media_type for form in FORMS), *HISTORY_TYPES)


@router.get("/resources/{digest}", response_class=HTMLResponse)
@PLACES.takes
def resource(request: Request, digest: str) -> Response:
    """Show a resource, in the form that is asked for; a page if nothing else is."""
    wanted = Digest.parse(digest.strip().lower())
    asked = ", ".join(request.headers.getlist("accept")) if "accept" in request.headers else None
    media_type = preferred(asked, OFFERED)
    if media_type is None:
        raise NotAcceptable(offered=", ".join(OFFERED))
    if media_type == JSON:
        answer: Response = RedirectResponse(f"/api/v1/resources/{wanted}", 303)
    elif media_type in HISTORY_TYPES:
        answer = told_as(request, wanted, HISTORY_TYPES[media_type])
    else:
        form = next((form for form in FORMS if form.media_type == media_type), None)
        if form is None:
            keep_for_all(request)
        entry = show_entry(library_of(request), wanted)
        work = entry.work(public_url(request))
        answer = _page(request, entry, work) if form is None else _written(work, form)
        answer.headers["Link"] = link_header(work, _forms_of(work))
    answer.headers.add_vary_header("Accept")
    return answer


@router.get("/resources/{digest}/cite.{end:path}", response_class=Response)
@PLACES.takes
def cited(request: Request, digest: str, end: str) -> Response:
    """Return a form of a resource at an address of its own, as a file."""
    form = form_of(end)
    if form is None:
        raise RouteNotFound(path=request.url.path[:200])
    entry = show_entry(library_of(request), Digest.parse(digest))
    work = entry.work(public_url(request))
    answer = _written(work, form)
    answer.headers["Link"] = form_header(work)
    name = f"{digest[:16]}.{form.end}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@router.get("/resources/{digest}/linkset.json", response_class=Response)
@PLACES.takes
def links(request: Request, digest: str) -> Response:
    """Return all typed links of a resource's page, its content and its forms (RFC 9264)."""
    entry = show_entry(library_of(request), Digest.parse(digest))
    work = entry.work(public_url(request))
    body = json.dumps(linkset(work, _forms_of(work)), ensure_ascii=False, indent=1)
    status = GONE if entry.is_withdrawn else 200
    return Response(body.encode() + b"\n", status, media_type=LINKSET_TYPE)


@router.get("/resources/{digest}/qr.svg", response_class=Response)
def drawn(request: Request, digest: str) -> Response:
    """Draw the address of a resource's page as a code for phones."""
    address = f"{public_url(request)}/resources/{Digest.parse(digest)}"
    picture = io.BytesIO()
    code = segno.make_qr(address, error="m", boost_error=False)
    code.save(
        picture, kind="svg", border=4, light="#fff", dark="#000", svgclass=None, lineclass=None
    )
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(picture.getvalue(), media_type="image/svg+xml", headers=headers)


def _written(work: Work, form: Form) -> Response:
    status = GONE if work.withdrawn else 200
    return Response(form.write(work).encode(), status, media_type=form.media_type)


def _page(request: Request, entry: CatalogEntry, work: Work) -> Response:
    answer = show(
        request,
        "resource.html",
        GONE if entry.is_withdrawn else 200,
        stewards=entry.stewards,
        entry=entry,
        former=find_former(library_of(request), entry.digest),
        access=_access(request, entry),
        work=work,
        rights=rights_of(entry.license.terms.uri),
        files=_files(request, entry),
        forms=FORMS,
        history_forms=HISTORY_TYPES.values(),
        linked_data=format_schema_org(work),
        by_gost=partial(cite_by_gost, work, library_of(request).clock()),
        by_apa=cite_by_apa(work),
    )
    if entry.is_withdrawn:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _access(request: Request, entry: CatalogEntry) -> ToldAccess | None:
    """Return what whoever looks at the page may do; None if the library does not have it yet."""
    try:
        return tell_access(library_of(request), visitor(request), entry.digest)
    except ResourceNotFound:
        return None


def _files(request: Request, entry: CatalogEntry) -> list[MadeFile]:
    """Return what rooms made of a resource, if everybody may have it."""
    return made_files(request, entry.digest) if entry.reading is Reading.OPEN else []


def _forms_of(work: Work) -> list[Signpost]:
    api = work.address.replace("/resources/", "/api/v1/resources/")
    places = [(api, JSON, "")]
    places += [(f"{work.address}/cite.{form.end}", form.media_type, form.profile) for form in FORMS]
    places += history_links(work.address)
    return [Signpost(address, "describedby alternate", *kind) for address, *kind in places]
