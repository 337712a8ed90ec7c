"""Take out all that a reader wrote, in the form in which programs of others read annotations."""

from __future__ import annotations

from collections.abc import Mapping

from ledger_service.services.library import Library
from reading_room.annotations.rules.annotation import CONTEXT, Source
from reading_room.annotations.rules.told import Times, told_annotation
from reading_room.annotations.verbs.notes import opened
from reading_room.annotations.verbs.seals import Seals, Tables, whose
from reading_room.annotations.verbs.write import MOST_OF_A_READER


def take_out(library: Library, tables: Tables, reader: str) -> Mapping[str, object]:
    """Return a reader's annotations as an AnnotationCollection with one page; an empty mapping for none."""
    with library.store.read() as transaction:
        key = transaction.access.reader_key(reader)
        if key is None:
            return {}
        rows = transaction.room(tables).of_writer(whose(key), 0, MOST_OF_A_READER)
        seals = Seals(library, transaction, tables)
        notes = [opened(seals, row, key) for row in rows]
    items = [
        told_annotation(
            note.annotation,
            Source(library.public_url, note.digest),
            library.public_url + note.path,
            Times(note.made_at, note.changed_at),
        )
        for note in notes
    ]
    if not items:
        return {}
    return {
        "@context": CONTEXT,
        "type": "AnnotationCollection",
        "total": len(items),
        "first": {"type": "AnnotationPage", "startIndex": 0, "items": items},
    }
