"""Closed materials: given by grants of the core to those with a place, until a stated time, once each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_service.domain.errors import InvalidEvent, RoleNotHeld
from ledger_service.domain.identifiers import Digest
from reading_room.events.rules.event import Material, MaterialKind
from reading_room.events.sql import SqlEvents
from reading_room.events.verbs.give_materials import Given, give_material
from reading_room.events.verbs.take_place import take_place
from tests.reading_room.events.conftest import NewEvent
from tests.simulators.bench import BOOK, LIBRARIAN, Bench, as_reader

DIGEST = Digest.of(BOOK)
HOUR = 3600


@pytest.fixture
def event(bench: Bench, new_event: NewEvent):
    """Return an event that gives the book for an hour after it."""
    bench.registered(BOOK, title="Xamsa")
    until = bench.library.clock() + 4 * HOUR
    before = new_event(places=3)
    told = replace(before.told, materials=(Material(DIGEST, MaterialKind.SLIDES, until),))
    event = replace(before, told=told)
    with bench.library.store.write() as transaction:
        transaction.room(SqlEvents).replace_event(event)
    return event


def test_those_with_a_place_are_given_it_and_no_others(bench: Bench, event) -> None:
    callers = [as_reader(bench.reader()) for _ in range(5)]
    for caller in callers:
        take_place(bench.library, SqlEvents, caller, event.id, "N")
    for expected in (Given(3, 0), Given(0, 0)):
        assert give_material(bench.library, SqlEvents, LIBRARIAN, event.id, DIGEST) == expected
    with bench.library.store.read() as transaction:
        held = [transaction.grants.of_reader(one.subject, DIGEST) for one in callers]
    assert [len(grants) for grants in held] == [1, 1, 1, 0, 0]
    assert {grants[0].until for grants in held[:3]} == {event.told.materials[0].until}


def test_what_is_no_material_or_over_is_not_given(bench: Bench, event) -> None:
    with pytest.raises(InvalidEvent, match="not-given"):
        give_material(bench.library, SqlEvents, LIBRARIAN, event.id, Digest.of(b"other"))
    with pytest.raises(RoleNotHeld):
        give_material(bench.library, SqlEvents, as_reader(bench.reader()), event.id, DIGEST)
    bench.clock.now = event.told.materials[0].until
    with pytest.raises(InvalidEvent, match="not-given"):
        give_material(bench.library, SqlEvents, LIBRARIAN, event.id, DIGEST)
