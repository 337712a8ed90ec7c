"""What was written for everybody, for rooms that tell of a work in a protocol of others."""

from __future__ import annotations

from ledger_service.domain.errors import NotFound, NotPermitted
from ledger_service.domain.identifiers import Digest
from ledger_service.ports.resources import Remark
from ledger_service.services.library import Library
from ledger_service.services.people.begin_session import nobody
from reading_room.annotations.rules.annotation import Source
from reading_room.annotations.rules.audience import Audience, Container
from reading_room.annotations.rules.told import Times, told_annotation
from reading_room.annotations.sql import SqlNotes
from reading_room.annotations.verbs.notes import Note
from reading_room.annotations.verbs.reach import Reaches
from reading_room.annotations.verbs.read import list_notes

MOST = 200  # of the oldest: viewers of the protocol of annotations itself are told all


def remarks(library: Library, digest: Digest) -> list[Remark]:
    """Return public annotations of a resource, as anybody sees them; none of what is closed or gone."""
    reaches = Reaches(library, nobody(library), digest)
    container = Container(digest, Audience.PUBLIC)
    try:
        found = list_notes(reaches, SqlNotes, container, 0, MOST)
    except (NotFound, NotPermitted):
        return []
    return [_remark(library, note) for note in found.notes]


def _remark(library: Library, note: Note) -> Remark:
    source = Source(library.public_url, note.digest)
    address, times = library.public_url + note.path, Times(note.made_at, note.changed_at)
    told = told_annotation(note.annotation, source, address, times)
    del told["target"]
    place = note.annotation.place
    area, span = place.area, place.span
    return Remark(
        told,
        place.page or 0,
        note.annotation.canvas,
        None if area is None else (area.x, area.y, area.width, area.height),
        area is None or area.is_percent,
        None if span is None else (span.start, span.end),
    )
