"""Read annotations: a container page by page, one of them, or all that somebody sees beside a resource."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ledger_service.domain.errors import AnnotationNotFound, NotPermitted
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.notices import own_key
from reading_room.annotations.ports import Kept
from reading_room.annotations.rules.audience import Audience, Container
from reading_room.annotations.verbs.notes import Note, opened, standing
from reading_room.annotations.verbs.reach import Reaches, earlier_editions
from reading_room.annotations.verbs.seals import Seals, Tables, whose

MOST_BESIDE = 500  # that are shown beside a resource at once


@dataclass(frozen=True)
class Listed:
    """Some of what a container holds. total: of all; changed_at: when one was last written, 0 if never."""

    notes: list[Note]
    total: int
    changed_at: int


class Beside(NamedTuple):
    """What somebody sees beside a resource. earlier: made on earlier editions, the newest of them first."""

    notes: list[Note]
    earlier: list[Note]
    is_cut: bool


def list_notes(
    reaches: Reaches, tables: Tables, container: Container, start: int, limit: int
) -> Listed:
    """Return annotations of a container, oldest first, after so many.

    Raises:
        NotAuthenticated, RoleNotHeld, ResourceNotFound, ContentClosed, AnnotationNotFound: see `Reaches`.
    """
    reaches.check_read(container)
    with reaches.library.store.read() as transaction:
        key = key_of(reaches, transaction)
        seals = Seals(reaches.library, transaction, tables)
        place, room = seals.place(container, key), transaction.room(tables)
        if place is None:
            return Listed([], 0, 0)
        rows = room.at([place], start, limit, hidden=False) if limit else []
        notes = [opened(seals, row, key) for row in rows]
        return Listed(notes, room.count_at(place, hidden=False), room.changed_at(place))


def find_note(reaches: Reaches, tables: Tables, container: Container, id_: str) -> Note:
    """Return an annotation; raise as `list_notes`, and AnnotationNotFound, also for one that is hidden."""
    if not reaches.is_reader:
        reaches.check_read(container)
    with reaches.library.store.read() as transaction:
        key = key_of(reaches, transaction)
        seals = Seals(reaches.library, transaction, tables)
        kept = standing(transaction.room(tables).find(id_), seals.place(container, key))
        is_own = key is not None and kept.whose == whose(key)
        note = opened(seals, kept, key)
    if not is_own:
        reaches.check_read(container)
        if note.hidden and not reaches.moderates:
            raise AnnotationNotFound()
    return note


def list_beside(reaches: Reaches, tables: Tables, groups: Sequence[str] = ()) -> Beside:
    """Return what the caller sees beside a resource: their own, their groups', and what is public.

    groups: of which the caller is a member. Raises as `list_notes`.
    """
    containers = _containers(reaches, reaches.digest, groups)
    notes = _at(reaches, tables, containers)
    earlier: list[Note] = []
    for edition in earlier_editions(reaches):
        if len(notes) + len(earlier) < MOST_BESIDE:
            earlier += _at(reaches, tables, _containers(reaches, edition, groups))
    is_cut = len(notes) + len(earlier) > MOST_BESIDE
    notes = notes[:MOST_BESIDE]
    return Beside(notes, earlier[: MOST_BESIDE - len(notes)], is_cut)


def list_own(
    library: Library, tables: Tables, caller: Caller, start: int, limit: int
) -> tuple[list[Note], int]:
    """Return what the caller wrote, newest first, after so many, and how many there are in all.

    Raises:
        RoleNotHeld: no reader. NotAuthenticated: a reader who was erased. SealBroken: what was damaged.
    """
    check_permitted(caller, Permission.ANNOTATION_OWN)
    with library.store.read() as transaction:
        key, room = own_key(transaction, caller.subject), transaction.room(tables)
        rows = room.of_writer(whose(key), start, limit)
        seals = Seals(library, transaction, tables)
        return [opened(seals, row, key) for row in rows], room.count_of_writer(whose(key))


def key_of(reaches: Reaches, transaction: Transaction) -> bytes | None:
    """Return the key of the reader who calls; None for anybody else."""
    return own_key(transaction, reaches.caller.subject) if reaches.is_reader else None


def _containers(reaches: Reaches, digest: Digest, groups: Sequence[str]) -> list[Container]:
    """Return those that the caller may read beside a resource, or else what is their own alone."""
    own = [Container(digest, Audience.PRIVATE)] if reaches.is_reader else []
    shared = [Container(digest, Audience.PUBLIC)]
    if reaches.is_reader:
        shared += [Container.of_group(digest, group) for group in groups]
    try:
        reaches.check_read(Container(reaches.digest, Audience.PUBLIC))
    except NotPermitted:
        if not own:
            raise
        return own
    return own + shared


def _at(reaches: Reaches, tables: Tables, containers: Sequence[Container]) -> list[Note]:
    """Return what these hold, in the order of where it belongs."""
    with reaches.library.store.read() as transaction:
        key = key_of(reaches, transaction)
        seals = Seals(reaches.library, transaction, tables)
        places = [seals.place(container, key) for container in containers]
        found = [place for place in places if place is not None]
        rows: list[Kept] = transaction.room(tables).at(found, 0, MOST_BESIDE + 1, hidden=True)
        notes = [opened(seals, row, key) for row in rows]
    seen = [note for note in notes if not note.hidden or note.is_own or reaches.moderates]
    return sorted(seen, key=_order)


def _order(note: Note) -> tuple[float, float]:
    place = note.annotation.place
    start = place.span.start if place.span else float(place.position[0] if place.position else 0)
    return float(place.page or 0), start
