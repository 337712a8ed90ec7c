"""What all addresses of the protocol share: who asks for which container, and how documents are sent."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response

from ledger_service.api.door import InCaller, InLibrary, JsonRoute, is_known, read_declared
from ledger_service.domain import foreign_json
from ledger_service.domain.errors import AnnotationNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.services.library import Library
from reading_room.annotations.rules.annotation import (
    CONTEXT,
    DEEPEST_JSON,
    LARGEST_BYTES,
    Annotation,
    Source,
    read_annotation,
)
from reading_room.annotations.rules.audience import PREFIX, Audience, Container
from reading_room.annotations.rules.told import (
    MEDIA_TYPE,
    Times,
    tag_of,
    told_annotation,
    written,
)
from reading_room.annotations.verbs.notes import Note
from reading_room.annotations.verbs.reach import Reaches

router = APIRouter(prefix=PREFIX, tags=["annotations"], route_class=JsonRoute)
LD_JSON = "application/ld+json"
TAKEN = (LD_JSON, "application/json")
ACCEPT_POST = f'{LD_JSON}; profile="{CONTEXT}", application/json'
LDP = "http://www.w3.org/ns/ldp#"
CONSTRAINED_BY = "http://www.w3.org/TR/annotation-protocol/"
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {LD_JSON: {"schema": {"type": "object"}}}}
}
TAKES = {
    "requestBody": {"required": True, "content": {LD_JSON: {"schema": {"type": "object"}}}},
}
NamedDigest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
NamedId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


def shared_container(digest: NamedDigest, audience: str) -> Container:
    """Return the container that an address names: public or private."""
    if audience not in (Audience.PUBLIC, Audience.PRIVATE):
        raise AnnotationNotFound()
    return Container(Digest.parse(digest), Audience(audience))


def group_container(digest: NamedDigest, group: str) -> Container:
    """Return the container of a group that an address names."""
    return Container.of_group(Digest.parse(digest), group)


InShared = Annotated[Container, Depends(shared_container)]
InGroup = Annotated[Container, Depends(group_container)]


def reaches_of(
    request: Request, library: InLibrary, caller: InCaller, digest: NamedDigest
) -> Reaches:
    """Return what the caller may do beside the resource that an address names."""
    rooms = request.app.state.groups

    def is_member(library: Library, caller: Caller, group: str) -> bool:
        return any(room.is_member(library, caller, group) for room in rooms)

    return Reaches(library, caller, Digest.parse(digest), is_member)


InReach = Annotated[Reaches, Depends(reaches_of)]


def source_of(reaches: Reaches) -> Source:
    """Return the resource by its addresses."""
    return Source(reaches.library.public_url, reaches.digest)


def told_note(reaches: Reaches, note: Note) -> dict[str, Any]:
    """Return an annotation without its context, at its address."""
    address = reaches.library.public_url + note.path
    times = Times(note.made_at, note.changed_at)
    return told_annotation(note.annotation, source_of(reaches), address, times)


def told_alone(reaches: Reaches, note: Note) -> dict[str, Any]:
    """Return an annotation by itself, with its context."""
    return {"@context": CONTEXT, **told_note(reaches, note)}


def note_bytes(reaches: Reaches, note: Note) -> bytes:
    """Return an annotation as it is sent by itself."""
    return written(told_alone(reaches, note))


def headers_of_note(reaches: Reaches, note: Note) -> dict[str, str]:
    """Return the headers of an annotation."""
    return {
        "ETag": tag_of(note_bytes(reaches, note)),
        "Link": f'<{LDP}Resource>; rel="type"',
        "Vary": "Accept",
        "Allow": "DELETE, GET, HEAD, OPTIONS, PUT",
    }


def send(request: Request, body: bytes, headers: dict[str, str]) -> Response:
    """Return a document with its ETag; 304 and no document if who asks has it."""
    headers = {"ETag": tag_of(body), "Cache-Control": "no-cache", **headers}
    if request.method == "GET" and is_known(request.headers, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, media_type=MEDIA_TYPE)


async def read_sent(request: Request) -> Any:
    """Return the JSON that a request brings.

    Raises:
        WrongContentType: it is declared as something else. TruncatedUpload: the client went away.
        InvalidJson: it is too long, too deep, or none.
    """
    body = await read_declared(request, TAKEN, LARGEST_BYTES)
    foreign_json.check_depth(body, DEEPEST_JSON)
    return foreign_json.parse(body, LARGEST_BYTES)


def read_given(reaches: Reaches, given: Any) -> Annotation:
    """Return the annotation that a request brings; raise InvalidAnnotation."""
    return read_annotation(given, source_of(reaches))
