"""Addresses by which a resource is found by any name that it has, and a page where a name is pasted.

One that stands is led to (303). Several are listed. Of one that was withdrawn the answer is 410, and of a
name that nothing has 404; a text that fails its scheme's check gets 422, and is told why.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from ledger_service import messages
from ledger_service.domain.exports.cited_work import work_of
from ledger_service.domain.exports.forms.erc import MEDIA_TYPE, format_erc
from ledger_service.domain.resources.registration import Registration
from ledger_service.services.resources.find_resources import list_stewards
from ledger_service.web.layout import language_of, library_of
from reading_room.search.pages.frame import layout, place_of, router
from reading_room.search.rules.name import Misread, Name, read_names, read_value
from reading_room.search.sql import SqlSearch
from reading_room.search.verbs.find_named import NamedWorks, find_named

PATH = "/resolve"
INFLECTIONS = (b"info", b"info=", b"?", b"??")
"""What asks an ARK for words in place of the resource; `?` alone cannot be told from nothing."""
FOUND, GONE, UNKNOWN, WRONG = 303, 410, 404, 422


@router.get(PATH, response_class=HTMLResponse)
def resolve(request: Request, name: Annotated[str, Query()] = "") -> Response:
    """Lead to what a pasted name is a name of; show a field for one if none is given."""
    if not name.strip():
        return layout.page(request, "resolve.html", typed="", found=None, misread=None, scheme="")
    read = read_names(name)
    return _answer(request, name, read.names, read.misread)


@router.get("/ark:{rest:path}", response_class=Response)
def ark(request: Request, rest: str) -> Response:
    """Lead to the resource of an ARK, ours or one of a record; `?info` tells of it in words."""
    read = read_value("ark", f"ark:{rest}")
    if request.scope["query_string"] in INFLECTIONS and isinstance(read, Name):
        found = find_named(library_of(request), SqlSearch, [read])
        if found:
            return _told(request, found)
    return _of(request, f"ark:{rest}", read)


@router.get("/hash/sha256/{value}", response_class=Response)
def digest(request: Request, value: str) -> Response:
    """Lead to the resource of a digest."""
    return _of(request, value, read_value("hash", value))


@router.get("/hash:{rest:path}", response_class=Response)
def hash_address(request: Request, rest: str) -> Response:
    """Lead to the resource of a whole address, hash://sha256/ and a digest."""
    return _of(request, f"hash:{rest}", read_value("hash", f"hash:{rest}"))


@router.get("/id/{scheme}/{value:path}", response_class=Response)
def identifier(request: Request, scheme: str, value: str) -> Response:
    """Lead to the resource of an identifier of any scheme that records have."""
    return _of(request, value, read_value(scheme, value) or Misread(scheme[:40], value))


def _short(scheme: str) -> None:
    """Add a short address, such as /doi/10.…, for a scheme."""

    @router.get(f"/{scheme}/{{value:path}}", response_class=Response, name=f"by_{scheme}")
    def by_scheme(request: Request, value: str) -> Response:
        return _of(request, value, read_value(scheme, value))


for _scheme in ("doi", "isbn", "issn", "handle", "orcid", "ror"):
    _short(_scheme)


def _of(request: Request, typed: str, read: Name | Misread | None) -> Response:
    if isinstance(read, Name):
        return _answer(request, typed, [read], None)
    return _answer(request, typed, [], read)


def _answer(
    request: Request, typed: str, names: Sequence[Name], misread: Misread | None
) -> Response:
    found = find_named(library_of(request), SqlSearch, names)
    if len(found.standing) == 1:
        return RedirectResponse(place_of(request, found.standing[0].digest), FOUND)
    return layout.page(
        request,
        "resolve.html",
        _status(found, misread),
        typed=typed[:500],
        found=found,
        misread=misread,
        scheme=names[0].scheme if names else "",
        place=lambda digest: place_of(request, digest),
    )


def _status(found: NamedWorks, misread: Misread | None) -> int:
    if found.standing:
        return 200
    if found.withdrawn:
        return GONE
    return UNKNOWN if misread is None else WRONG


def _told(request: Request, found: NamedWorks) -> Response:
    """Return in short what an ARK names, as lines of ANVL."""
    library, base = library_of(request), str(request.app.state.public_url)
    item: Registration = [*found.standing, *found.withdrawn][0]
    stewards = {one.id: one.name for one in list_stewards(library)}
    work = work_of(
        item,
        base,
        license=("", ""),
        steward=stewards.get(item.steward, item.steward.hex()),
        changed_at=item.accepted_at,
        is_open=False,
        naan=library.limits.ark_naan,
        withdrawn=not found.standing,
    )
    words = messages.said("page.resolve.promise", language_of(request), entry=item.accepted_entry)
    text = format_erc(work, words, f"{base}/entries/{item.accepted_entry}")
    return Response(text.encode(), GONE if work.withdrawn else 200, media_type=MEDIA_TYPE)
