"""One annotation: read it, let another stand in its place, or take it back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from ledger_service.api.door import needs
from ledger_service.domain.people.permission import Permission
from ledger_service.services.pools import PLACES
from reading_room.annotations.paths.containers import OF_GROUP, OWN, READ, SHARED
from reading_room.annotations.paths.frame import (
    ANSWERS,
    TAKES,
    InGroup,
    InReach,
    InShared,
    NamedId,
    headers_of_note,
    note_bytes,
    read_given,
    read_sent,
    router,
    send,
)
from reading_room.annotations.rules.audience import Container
from reading_room.annotations.rules.prefer import check_match
from reading_room.annotations.rules.told import tag_of
from reading_room.annotations.sql import SqlNotes
from reading_room.annotations.verbs.notes import Note
from reading_room.annotations.verbs.reach import Reaches
from reading_room.annotations.verbs.read import find_note
from reading_room.annotations.verbs.write import Check, Written, change, remove

Given = Annotated[Any, Depends(read_sent)]
CHANGES: dict[str, Any] = {
    "parameters": [
        {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "schema": {"type": "string"},
            "description": "the ETag of what the caller has seen",
        }
    ]
}
PUT = {**needs(Permission.ANNOTATION_OWN), **TAKES, **CHANGES}


@router.get(OF_GROUP + "{note}", response_class=Response, responses=ANSWERS, openapi_extra=OWN)
@PLACES.takes
def read_of_group(
    request: Request, reaches: InReach, container: InGroup, note: NamedId
) -> Response:
    """Return an annotation of a group."""
    return _sent(request, reaches, find_note(reaches, SqlNotes, container, note))


@router.get(SHARED + "{note}", response_class=Response, responses=ANSWERS, openapi_extra=READ)
@PLACES.takes
def read_one(request: Request, reaches: InReach, container: InShared, note: NamedId) -> Response:
    """Return a public annotation, or one of the caller's own."""
    return _sent(request, reaches, find_note(reaches, SqlNotes, container, note))


@router.put(OF_GROUP + "{note}", response_class=Response, responses=ANSWERS, openapi_extra=PUT)
def put_of_group(
    request: Request, reaches: InReach, container: InGroup, note: NamedId, given: Given
) -> Response:
    """Let another stand in place of one's own annotation."""
    return _changed(request, reaches, container, note, given)


@router.put(SHARED + "{note}", response_class=Response, responses=ANSWERS, openapi_extra=PUT)
def put_one(
    request: Request, reaches: InReach, container: InShared, note: NamedId, given: Given
) -> Response:
    """Let another stand in place of one's own annotation."""
    return _changed(request, reaches, container, note, given)


@router.delete(OF_GROUP + "{note}", status_code=204, openapi_extra={**OWN, **CHANGES})
def delete_of_group(
    request: Request, reaches: InReach, container: InGroup, note: NamedId
) -> Response:
    """Take one's own annotation back."""
    return _removed(request, reaches, container, note)


@router.delete(SHARED + "{note}", status_code=204, openapi_extra={**OWN, **CHANGES})
def delete_one(request: Request, reaches: InReach, container: InShared, note: NamedId) -> Response:
    """Take one's own annotation back."""
    return _removed(request, reaches, container, note)


def _sent(request: Request, reaches: Reaches, note: Note) -> Response:
    return send(request, note_bytes(reaches, note), headers_of_note(reaches, note))


def _changed(
    request: Request, reaches: Reaches, container: Container, id_: str, given: Any
) -> Response:
    written, check = Written(read_given(reaches, given)), _seen(request, reaches)
    return _sent(request, reaches, change(reaches, SqlNotes, container, id_, written, check))


def _removed(request: Request, reaches: Reaches, container: Container, id_: str) -> Response:
    remove(reaches, SqlNotes, container, id_, _seen(request, reaches))
    return Response(status_code=204)


def _seen(request: Request, reaches: Reaches) -> Check:
    """Return what checks, in the transaction that writes, that who asks has seen what stands."""

    def check(note: Note) -> None:
        check_match(request.headers.get("if-match"), tag_of(note_bytes(reaches, note)))

    return check
