"""Containers: the annotations of one resource for one audience, page by page, and new ones."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from ledger_service.api.door import InLibrary, needs, once
from ledger_service.domain.people.permission import Permission
from ledger_service.messages import said
from ledger_service.services.pools import PLACES
from reading_room.annotations.paths.frame import (
    ACCEPT_POST,
    ANSWERS,
    CONSTRAINED_BY,
    LDP,
    TAKES,
    InGroup,
    InReach,
    InShared,
    headers_of_note,
    read_given,
    read_sent,
    router,
    send,
    told_alone,
    told_note,
)
from reading_room.annotations.rules.audience import Audience, Container
from reading_room.annotations.rules.prefer import Shows, wanted
from reading_room.annotations.rules.told import (
    LAST_PAGE,
    MEDIA_TYPE,
    NOTES_A_PAGE,
    ToldContainer,
    told_container,
    told_page,
    written,
)
from reading_room.annotations.sql import SqlNotes
from reading_room.annotations.verbs.reach import Reaches, earlier_editions
from reading_room.annotations.verbs.read import list_notes
from reading_room.annotations.verbs.write import Written, write

SHARED, OF_GROUP = "/{digest}/{audience}/", "/{digest}/groups/{group}/"
OWN = needs(Permission.ANNOTATION_OWN)
READ = {**needs(Permission.RESOURCE_READ), "security": [{}]}
Page = Annotated[int | None, Query(ge=0, le=LAST_PAGE, description="from 0")]
Iris = Annotated[int | None, Query(ge=0, le=1, description="1: addresses in place of descriptions")]
Given = Annotated[Any, Depends(read_sent)]


class Made(JSONResponse):
    """An annotation that was made, as JSON-LD."""

    media_type = MEDIA_TYPE


@router.get(OF_GROUP, response_class=Response, responses=ANSWERS, openapi_extra=OWN)
@PLACES.takes
def read_group(
    request: Request, reaches: InReach, container: InGroup, page: Page = None, iris: Iris = None
) -> Response:
    """List the annotations of a group that the caller is in."""
    return _listed(request, reaches, container, page, iris)


@router.get(SHARED, response_class=Response, responses=ANSWERS, openapi_extra=READ)
@PLACES.takes
def read_shared(
    request: Request, reaches: InReach, container: InShared, page: Page = None, iris: Iris = None
) -> Response:
    """List the public annotations of a resource, or the caller's own private ones."""
    return _listed(request, reaches, container, page, iris)


@router.post(
    OF_GROUP,
    status_code=201,
    response_model=None,
    response_class=Made,
    openapi_extra={**OWN, **TAKES},
)
@once
def add_to_group(
    library: InLibrary, response: Response, reaches: InReach, container: InGroup, given: Given
) -> dict[str, Any]:
    """Write an annotation for a group."""
    del library
    return _added(response, reaches, container, given)


@router.post(
    SHARED,
    status_code=201,
    response_model=None,
    response_class=Made,
    openapi_extra={**OWN, **TAKES},
)
@once
def add(
    library: InLibrary, response: Response, reaches: InReach, container: InShared, given: Given
) -> dict[str, Any]:
    """Write an annotation for everybody who may open the resource, or for oneself."""
    del library
    return _added(response, reaches, container, given)


def _added(
    response: Response, reaches: Reaches, container: Container, given: Any
) -> dict[str, Any]:
    note = write(reaches, SqlNotes, container, Written(read_given(reaches, given)))
    response.headers.update(headers_of_note(reaches, note))
    response.headers["Location"] = reaches.library.public_url + note.path
    return told_alone(reaches, note)


def _listed(
    request: Request, reaches: Reaches, container: Container, page: int | None, iris: int | None
) -> Response:
    asked = wanted(request.headers.get("prefer", ""))
    shows = asked or Shows.DESCRIPTIONS
    if iris is not None:
        shows = Shows.IRIS if iris else Shows.DESCRIPTIONS
    limit = 0 if page is None and shows is Shows.MINIMAL else NOTES_A_PAGE
    found = list_notes(reaches, SqlNotes, container, (page or 0) * NOTES_A_PAGE, limit)
    address = reaches.library.public_url + container.path
    label = said(f"page.notes.container-{container.audience.value}", "en")
    told = ToldContainer(address, label, found.total, found.changed_at)
    items = [told_note(reaches, note) for note in found.notes]
    if page is not None:
        told.check_page(page)
        shown = Shows.IRIS if shows is Shows.IRIS else Shows.DESCRIPTIONS
        body = written(told_page(told, shown, page, items))
        return send(request, body, {"Vary": "Accept, Prefer", "Allow": "GET, HEAD, OPTIONS"})
    body = written(told_container(told, shows, items))
    return send(request, body, _headers(reaches, container, shows, asked))


def _headers(
    reaches: Reaches, container: Container, shows: Shows, asked: Shows | None
) -> dict[str, str]:
    """Return the headers of a container; earlier editions have theirs, which it names."""
    address = reaches.library.public_url + container.path
    links = [
        f'<{LDP}BasicContainer>; rel="type"',
        f'<{CONSTRAINED_BY}>; rel="{LDP}constrainedBy"',
    ]
    if container.audience is not Audience.PRIVATE:
        for edition in earlier_editions(reaches):
            before = Container(edition, container.audience, container.group)
            links.append(f'<{reaches.library.public_url}{before.path}>; rel="predecessor-version"')
    headers = {
        "Link": ", ".join(links),
        "Vary": "Accept, Prefer",
        "Allow": "GET, HEAD, OPTIONS, POST",
        "Accept-Post": ACCEPT_POST,
    }
    if shows is not Shows.MINIMAL:
        headers["Content-Location"] = f"{address}?iris={int(shows is Shows.IRIS)}"
    if asked is not None:
        headers["Preference-Applied"] = "return=representation"
    return headers
