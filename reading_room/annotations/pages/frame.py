"""What the pages of notes share: who looks at which resource, and how notes are shown there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from ledger_service.domain.errors import InvalidAnnotation, LedgerError, ResourceNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.ports.cohorts import Group
from ledger_service.services.library import Library
from ledger_service.services.resources.find_content import Access, access_to
from ledger_service.web.layout import PRIVATE_HEADERS, Layout, library_of, visitor
from reading_room.annotations.pages.markdown import said_in, tags_of
from reading_room.annotations.rules.annotation import LONGEST_NAME, LONGEST_TEXT
from reading_room.annotations.rules.audience import Audience, Container
from reading_room.annotations.rules.typed import PIXELS, Kind, kind_of
from reading_room.annotations.verbs.moderate import Hides
from reading_room.annotations.verbs.notes import Note
from reading_room.annotations.verbs.reach import Reaches

PATH = "/notes"
GROUP = "g-"
"""Begins the name of a group where forms and addresses of pages say for whom a note is."""
layout = Layout(Path(__file__).parents[1] / "templates")


@dataclass(frozen=True)
class Shown:
    """A resource whose notes somebody looks at."""

    request: Request
    caller: Caller
    digest: Digest

    @classmethod
    def of(cls, request: Request, digest: str, caller: Caller | None = None) -> Shown:
        """Return the resource of an address. caller: who must be known there, by default whoever it is."""
        return cls(request, caller or visitor(request), Digest.parse(digest))

    @property
    def library(self) -> Library:
        """The library whose pages these are."""
        return library_of(self.request)

    @cached_property
    def access(self) -> Access:
        """How people come to read it; raises ResourceNotFound for what is not here, or was withdrawn."""
        found = access_to(self.library, self.digest)
        if found is None:
            raise ResourceNotFound("here", digest=str(self.digest))
        return found

    @cached_property
    def reaches(self) -> Reaches:
        """What the caller may do here."""
        rooms = self.request.app.state.groups

        def is_member(library: Library, caller: Caller, group: str) -> bool:
            return any(room.is_member(library, caller, group) for room in rooms)

        return Reaches(self.library, self.caller, self.digest, is_member)

    @cached_property
    def groups(self) -> list[Group]:
        """The groups that the caller is in."""
        if not self.reaches.is_reader:
            return []
        rooms = self.request.app.state.groups
        return [group for room in rooms for group in room.groups_of(self.library, self.caller)]

    @property
    def kind(self) -> Kind:
        """What its notes are told of."""
        return kind_of(self.access.registration.record.media_type)

    def container(self, named: str) -> Container:
        """Return the container that a form or an address names; raise InvalidAnnotation for none."""
        if named in (Audience.PRIVATE, Audience.PUBLIC):
            return Container(self.digest, Audience(named))
        if named.startswith(GROUP):
            return Container.of_group(self.digest, named.removeprefix(GROUP))
        raise InvalidAnnotation("audience")


def page(
    shown: Shown, template: str, refusal: LedgerError | None, status: int, **values: Any
) -> HTMLResponse:
    """Return a page of notes, which nothing keeps."""
    told = {
        "shown": shown,
        "digest": shown.digest,
        "record": shown.access.registration.record,
        "group_names": {group.id: group.name for group in shown.groups},
        "refusal": refusal,
        "longest_text": LONGEST_TEXT,
        "longest_name": LONGEST_NAME,
        **TELLS,
    }
    made = layout.page(shown.request, template, status, **told, **values)
    made.headers.update(PRIVATE_HEADERS)
    return made


def place_named(note: Note) -> str:
    """Return by what a form or an address names the container of a note."""
    return GROUP + note.container.group if note.container.group else note.audience.value


def page_of(note: Note) -> str:
    """Return the address of the page of a note."""
    return f"{PATH}/{note.digest}/{place_named(note)}/{note.id}"


def shown_at(note: Note) -> str:
    """Return the address at which the part is seen that a note is about, also without scripts."""
    place = note.annotation.place
    content = f"/api/v1/resources/{note.digest}/content"
    if place.page is not None:
        return f"{content}#page={place.page}"
    if place.span is not None:
        return f"{content}#{place.span.format()}"
    return f"/read/{note.digest}"


def told_place(note: Note) -> dict[str, Any]:
    """Return where a note belongs, as scripts of readers take it."""
    place = note.annotation.place
    told: dict[str, Any] = {"page": place.page, "cfi": place.cfi}
    if place.quote is not None:
        told["quote"] = place.quote.exact
    if place.span is not None:
        told |= {"from": place.span.start, "to": place.span.end}
    if place.area is not None:
        area = place.area
        told |= {"x": area.x, "y": area.y, "width": area.width, "height": area.height}
        told["unit"] = "percent" if area.is_percent else PIXELS
    return {name: value for name, value in told.items() if value is not None}


TELLS: dict[str, Any] = {
    "said_in": said_in,
    "tags_of": tags_of,
    "page_of": page_of,
    "shown_at": shown_at,
    "told_place": told_place,
    "hides": list(Hides),
    "GROUP": GROUP,
}
"""What templates of notes use."""
