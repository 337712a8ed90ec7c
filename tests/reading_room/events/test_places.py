"""Places at an event: nobody twice, never more than there are, a line that is fair, offers that end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger_service.domain.errors import EventNotOpen, InvalidPlace, NoPlaceHeld, PlaceNotFound
from ledger_service.domain.people.notices.notice import NoticeKind
from ledger_service.services.people.notices import list_notices
from reading_room.events.rules.event import EventState
from reading_room.events.rules.place import OFFER_SECONDS, PlaceState, Role
from reading_room.events.sql import SqlEvents
from reading_room.events.verbs.events import find_event
from reading_room.events.verbs.follow import close_events
from reading_room.events.verbs.keep_events import give_role
from reading_room.events.verbs.places import find_place, list_places, own_place
from reading_room.events.verbs.take_place import leave_place, take_place
from tests.reading_room.events.conftest import NewEvent
from tests.simulators.bench import LIBRARIAN, Bench, as_reader

DAY = 86_400


def come(bench: Bench, event, count: int) -> list:
    callers = [as_reader(bench.reader()) for _ in range(count)]
    for caller in callers:
        take_place(bench.library, SqlEvents, caller, event.id, "Dilnoza  Yusupova")
    return callers


def states(bench: Bench, event, callers) -> list[str]:
    found = [own_place(bench.library, SqlEvents, one, event.id) for one in callers]
    return [one.state.value if one is not None else "none" for one in found]


def kinds(bench: Bench, caller) -> list[NoticeKind]:
    return [one.notice.kind for one in list_notices(bench.library, caller)]


def test_who_comes_first_has_a_place_and_the_others_wait_in_line(
    bench: Bench, new_event: NewEvent
) -> None:
    event = new_event()
    callers = come(bench, event, 4)
    assert states(bench, event, callers) == ["taken", "taken", "waiting", "waiting"]
    again = take_place(bench.library, SqlEvents, callers[2], event.id, "Dilnoza")
    assert again.state is PlaceState.WAITING
    found = find_event(bench.library, SqlEvents, LIBRARIAN, event.id)
    assert (found.free, found.waiting) == (0, 2)
    names = [name for _, name in list_places(bench.library, SqlEvents, LIBRARIAN, event.id)]
    assert names == ["Dilnoza Yusupova"] * 2 + ["Dilnoza", "Dilnoza Yusupova"]


def test_a_place_that_is_given_back_is_offered_to_the_next_and_then_to_who_follows(
    bench: Bench, new_event: NewEvent
) -> None:
    event = new_event(
        begins_at=bench.library.clock() + 5 * DAY, ends_at=bench.library.clock() + 6 * DAY
    )
    one, two, three, four = come(bench, event, 4)
    leave_place(bench.library, SqlEvents, one, event.id)
    assert states(bench, event, (two, three, four)) == ["taken", "offered", "waiting"]
    assert kinds(bench, three) == [NoticeKind.EVENT_PLACE_OFFERED]
    # Whoever comes now passes nobody, and neither does whoever left.
    (late,) = come(bench, event, 1)
    take_place(bench.library, SqlEvents, one, event.id, "Anvar")
    assert states(bench, event, (late, one)) == ["waiting", "waiting"]
    bench.clock.advance(OFFER_SECONDS)
    close_events(bench.library, SqlEvents)
    assert states(bench, event, (three, four, late)) == ["lapsed", "offered", "waiting"]
    assert kinds(bench, three)[0] == NoticeKind.EVENT_OFFER_LAPSED
    take_place(bench.library, SqlEvents, four, event.id, "Bobur")
    assert states(bench, event, (two, four, late, one)) == ["taken", "taken", "waiting", "waiting"]
    leave_place(bench.library, SqlEvents, late, event.id)
    leave_place(bench.library, SqlEvents, two, event.id)
    assert states(bench, event, (one,)) == ["offered"]


def test_an_offer_ends_when_the_event_begins_but_lasts_ten_minutes(
    bench: Bench, new_event: NewEvent
) -> None:
    event = new_event(places=1)
    one, two, three = come(bench, event, 3)
    leave_place(bench.library, SqlEvents, one, event.id)
    offered = own_place(bench.library, SqlEvents, two, event.id)
    assert offered is not None
    assert offered.held_until == event.begins_at
    bench.clock.now = event.begins_at
    close_events(bench.library, SqlEvents)
    next_one = own_place(bench.library, SqlEvents, three, event.id)
    assert next_one is not None
    assert next_one.held_until == event.begins_at + 600


def test_a_rush_gives_no_place_twice_and_never_more_than_there_are(
    bench: Bench, new_event: NewEvent
) -> None:
    event = new_event(places=10)
    callers = [as_reader(bench.reader()) for _ in range(40)]
    tries = callers + callers  # everybody presses twice

    def press(caller) -> str:
        return take_place(bench.library, SqlEvents, caller, event.id, "N").state.value

    with ThreadPoolExecutor(8) as pool:
        pressed = list(pool.map(press, tries))
    assert pressed[:40] == pressed[40:]
    assert states(bench, event, callers) == pressed[:40]
    assert sorted(set(pressed)) == ["taken", "waiting"]
    assert pressed[:40].count("taken") == 10
    listed = list_places(bench.library, SqlEvents, LIBRARIAN, event.id)
    assert len({place.reader for place, _ in listed}) == len(listed) == 40
    by_serial = [place.state.value for place, _ in listed]
    assert by_serial == ["taken"] * 10 + ["waiting"] * 30


def test_a_speaker_takes_no_place_of_a_participant(bench: Bench, new_event: NewEvent) -> None:
    event = new_event(places=1)
    one, two = come(bench, event, 2)
    place = own_place(bench.library, SqlEvents, one, event.id)
    assert place is not None
    given = give_role(bench.library, SqlEvents, LIBRARIAN, place.id, Role.SPEAKER)
    assert given.is_taken
    assert states(bench, event, (two,)) == ["offered"]
    with pytest.raises(EventNotOpen, match="full"):
        give_role(bench.library, SqlEvents, LIBRARIAN, place.id, Role.PARTICIPANT)
    with pytest.raises(NoPlaceHeld):
        list_places(bench.library, SqlEvents, one, event.id)
    give_role(bench.library, SqlEvents, LIBRARIAN, place.id, Role.ORGANIZER)
    assert find_place(bench.library, SqlEvents, one, place.id).role is Role.ORGANIZER
    assert len(list_places(bench.library, SqlEvents, one, event.id)) == 2


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b", "a\u202eb"])
def test_a_name_that_is_none_is_refused(bench: Bench, new_event: NewEvent, name: str) -> None:
    event = new_event()
    with pytest.raises(InvalidPlace):
        take_place(bench.library, SqlEvents, as_reader(bench.reader()), event.id, name)


def test_nothing_is_taken_or_left_where_nothing_is_announced(
    bench: Bench, new_event: NewEvent
) -> None:
    caller, event = as_reader(bench.reader()), new_event()
    with pytest.raises(PlaceNotFound):
        leave_place(bench.library, SqlEvents, caller, event.id)
    for state in (EventState.HELD, EventState.CANCELED):
        closed = new_event(state=state)
        with pytest.raises(EventNotOpen, match="over"):
            take_place(bench.library, SqlEvents, caller, closed.id, "Anvar")
    bench.clock.now = event.ends_at
    with pytest.raises(EventNotOpen, match="over"):
        take_place(bench.library, SqlEvents, caller, event.id, "Anvar")
    close_events(bench.library, SqlEvents)
    found = find_event(bench.library, SqlEvents, caller, event.id)
    assert found.event.state is EventState.HELD
