"""Write an annotation, change it, and take it back: each reader does so with their own alone."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import NamedTuple

from ledger_service.domain.errors import (
    AnnotationChanged,
    AnnotationNotFound,
    OverLimit,
    RoleNotHeld,
)
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.ports.store import Transaction
from ledger_service.services.people.notices import own_key
from reading_room.annotations.ports import Kept, NoteTables
from reading_room.annotations.rules.annotation import Annotation
from reading_room.annotations.rules.audience import Audience, Container
from reading_room.annotations.verbs.notes import Note, opened, standing
from reading_room.annotations.verbs.reach import Reaches
from reading_room.annotations.verbs.seals import Seals, Tables, whose

MOST_OF_A_READER = 10_000
MOST_BESIDE_A_RESOURCE = 500  # of one reader, for one audience
MOST_AT_A_PLACE = 20_000  # of all readers, for one audience
MOST_SHARED_AN_HOUR = 60  # of one reader, for groups and for everybody
HOUR = 3600
Check = Callable[[Note], None]


class Written(NamedTuple):
    """What is to be kept. unnames: see `Note`; None: as it was, and no for a new one."""

    annotation: Annotation
    unnames: bool | None = None


def write(reaches: Reaches, tables: Tables, container: Container, written: Written) -> Note:
    """Keep a new annotation, and return it.

    Raises:
        NotAuthenticated, RoleNotHeld, ResourceNotFound, ContentClosed, AnnotationNotFound: see `Reaches`.
        OverLimit: the reader, or the resource, has as many as the library allows.
    """
    library, caller, now = reaches.library, reaches.caller, reaches.library.clock()
    reach(caller, Permission.ANNOTATION_OWN)
    reaches.check_write(container)
    with library.store.write() as transaction:
        key = own_key(transaction, caller.subject)
        seals = Seals(library, transaction, tables)
        seals.prepare(container)
        place = seals.place(container, key)
        assert place is not None  # its key was prepared
        _check_room(transaction.room(tables), container, whose(key), place, now)
        content, name = seals.close(container, key, written.annotation)
        kept = Kept(
            secrets.token_hex(16),
            container.audience,
            container.group,
            place,
            whose(key),
            content,
            name,
            made_at=now,
            changed_at=now,
            unnames=written.unnames is True,
        )
        transaction.room(tables).add(kept)
        return opened(seals, kept, key)


def change(
    reaches: Reaches,
    tables: Tables,
    container: Container,
    id_: str,
    written: Written,
    check: Check = lambda _: None,
) -> Note:
    """Let this stand in place of the caller's own annotation, and return it; raise as `write`.

    check(note): raises AnnotationChanged if what stands is not what the caller has seen.

    Raises:
        AnnotationNotFound: there is none such here. RoleNotHeld: it is another reader's.
    """
    library, caller = reaches.library, reaches.caller
    reach(caller, Permission.ANNOTATION_OWN)
    reaches.check_write(container)
    with library.store.write() as transaction:
        kept, note, key = _own(reaches, tables, transaction, container, id_)
        check(note)
        seals = Seals(library, transaction, tables)
        content, name = seals.close(container, key, written.annotation)
        now = max(library.clock(), kept.changed_at)
        new = kept._replace(
            content=content,
            name=name,
            changed_at=now,
            version=kept.version + 1,
            unnames=kept.unnames if written.unnames is None else written.unnames,
        )
        transaction.room(tables).replace(new)
        return opened(seals, new, key)


def remove(
    reaches: Reaches,
    tables: Tables,
    container: Container,
    id_: str,
    check: Check = lambda _: None,
) -> None:
    """Remove the caller's own annotation, also once the resource is closed to them; raise as `change`."""
    caller = reaches.caller
    reach(caller, Permission.ANNOTATION_OWN)
    with reaches.library.store.write() as transaction:
        _, note, _ = _own(reaches, tables, transaction, container, id_)
        check(note)
        transaction.room(tables).remove(id_)


def erase_annotations(transaction: Transaction, tables: Tables, reader_key: bytes) -> None:
    """Remove what the reader with this key wrote; public ones stay without the name where they chose so."""
    transaction.room(tables).remove_of_writer(whose(reader_key))


def check_version(version: int) -> Check:
    """Return what checks that an annotation has this version still."""

    def check(note: Note) -> None:
        if note.version != version:
            raise AnnotationChanged()

    return check


def _own(
    reaches: Reaches, tables: Tables, transaction: Transaction, container: Container, id_: str
) -> tuple[Kept, Note, bytes]:
    """Return the caller's own annotation: as a row and as it is shown, and their key."""
    key = own_key(transaction, reaches.caller.subject)
    seals = Seals(reaches.library, transaction, tables)
    kept = standing(transaction.room(tables).find(id_), seals.place(container, key))
    if kept.whose != whose(key):
        if container.audience is Audience.PUBLIC:
            raise RoleNotHeld("own-name")
        raise AnnotationNotFound()
    return kept, opened(seals, kept, key), key


def _check_room(
    room: NoteTables, container: Container, writer: bytes, place: bytes, now: int
) -> None:
    """Check that there is room for one more; raise OverLimit."""
    if room.count_of_writer(writer) >= MOST_OF_A_READER:
        raise OverLimit("annotations", most=MOST_OF_A_READER)
    if room.count_of_writer(writer, place) >= MOST_BESIDE_A_RESOURCE:
        raise OverLimit("annotations-here", most=MOST_BESIDE_A_RESOURCE)
    if container.audience is Audience.PRIVATE:
        return
    if room.count_of_writer(writer, since=now - HOUR) >= MOST_SHARED_AN_HOUR:
        raise OverLimit("annotations-an-hour", most=MOST_SHARED_AN_HOUR)
    if room.count_at(place, hidden=True) >= MOST_AT_A_PLACE:
        raise OverLimit("annotations-of-all", most=MOST_AT_A_PLACE)
