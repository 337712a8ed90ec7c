"""Events and places as they are found: drafts by the desk, names by who organizes, the erased by nobody."""

from __future__ import annotations

import secrets

import pytest

from ledger_service.domain.errors import EventNotFound, NoPlaceHeld, PlaceNotFound
from ledger_service.domain.people.caller import Caller
from reading_room.events.reader_data import erase, export
from reading_room.events.rules.event import EventState
from reading_room.events.rules.place import HOLDING, Place, PlaceState, Role
from reading_room.events.sql import SqlEvents
from reading_room.events.verbs.events import find_event, key_of, list_all, list_events
from reading_room.events.verbs.places import NAME, find_place, list_places, own_place
from tests.reading_room.events.conftest import NewEvent
from tests.simulators.bench import LIBRARIAN, STEWARD, Bench, as_reader

ANYBODY = Caller.anybody(STEWARD)


def sit(bench: Bench, event, reader: str, role=Role.PARTICIPANT, state=PlaceState.TAKEN) -> Place:
    now = bench.library.clock()
    name = key_of(bench.library, event).seal(b"Anvar Karimov", NAME)
    place = Place(secrets.token_hex(16), event.id, role, state, 0, now, now, reader, name)
    with bench.library.store.write() as transaction:
        return transaction.room(SqlEvents).add_place(place)


def test_a_draft_is_seen_by_the_desk_alone(bench: Bench, new_event: NewEvent) -> None:
    draft, open_one = new_event(state=EventState.DRAFT), new_event()
    for caller in (ANYBODY, as_reader(bench.reader())):
        with pytest.raises(EventNotFound):
            find_event(bench.library, SqlEvents, caller, draft.id)
        assert [one.event for one in list_events(bench.library, SqlEvents)] == [open_one]
    assert find_event(bench.library, SqlEvents, LIBRARIAN, draft.id).event == draft
    assert {one.event.id for one in list_all(bench.library, SqlEvents, LIBRARIAN)} == {
        draft.id,
        open_one.id,
    }


@pytest.mark.parametrize("name", ["", "x" * 16, "0" * 15, "0" * 16, "0" * 5000, "../etc"])
def test_a_name_of_no_event_is_not_found(bench: Bench, name: str) -> None:
    with pytest.raises(EventNotFound):
        find_event(bench.library, SqlEvents, ANYBODY, name)


def test_an_event_is_listed_before_and_after_it_is_over(bench: Bench, new_event: NewEvent) -> None:
    later, sooner = new_event(begins_at=bench.library.clock() + 7200), new_event()
    listed = list_events(bench.library, SqlEvents)
    assert [one.event.id for one in listed] == [sooner.id, later.id]
    assert list_events(bench.library, SqlEvents, is_over=True) == []
    bench.clock.now = later.ends_at
    listed = list_events(bench.library, SqlEvents, is_over=True)
    assert [one.event.id for one in listed] == [later.id, sooner.id]


def test_names_are_told_to_who_organizes_and_to_nobody_else(
    bench: Bench, new_event: NewEvent
) -> None:
    event = new_event()
    mine, other, organizer = (bench.reader() for _ in range(3))
    place = sit(bench, event, mine)
    sit(bench, event, organizer, Role.ORGANIZER)
    library = bench.library
    for caller in (LIBRARIAN, as_reader(organizer)):
        told = list_places(library, SqlEvents, caller, event.id, HOLDING)
        assert [name for _, name in told] == ["Anvar Karimov"] * 2
        assert find_place(library, SqlEvents, caller, place.id) == place
    with pytest.raises(NoPlaceHeld):
        list_places(library, SqlEvents, as_reader(other), event.id)
    with pytest.raises(PlaceNotFound):
        find_place(library, SqlEvents, as_reader(other), place.id)
    assert find_place(library, SqlEvents, as_reader(mine), place.id) == place
    assert own_place(library, SqlEvents, as_reader(mine), event.id) == place
    found = find_event(library, SqlEvents, ANYBODY, event.id)
    assert (found.taken, found.free) == ({Role.PARTICIPANT: 1, Role.ORGANIZER: 1}, 1)
    assert b"Anvar" not in (bench.folder / "muhr.db").read_bytes()


def test_who_is_erased_is_gone_from_places_and_counts_of_what_was_held_stand(
    bench: Bench, new_event: NewEvent
) -> None:
    held, to_come = new_event(state=EventState.HELD), new_event()
    reader = bench.reader()
    before, _ = sit(bench, held, reader), sit(bench, to_come, reader)
    library = bench.library
    assert [one["title"] for one in export(library, reader)["places"]] == [held.told.title] * 2  # type: ignore[attr-defined]
    with library.store.write() as transaction:
        erase(transaction, reader)
    assert export(library, reader) == {}
    assert find_event(library, SqlEvents, ANYBODY, held.id).taken == {Role.PARTICIPANT: 1}
    assert find_event(library, SqlEvents, ANYBODY, to_come.id).taken == {}
    [(nobodys, name)] = list_places(library, SqlEvents, LIBRARIAN, held.id)
    assert (nobodys.id, nobodys.reader, nobodys.name, name) == (before.id, None, None, "")
