"""Attendance: codes that change, rules of presence, one root, and credentials of those who were there."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger_service.domain.errors import (
    CheckInRefused,
    EventNotOpen,
    InvalidCode,
    InvalidInput,
    LedgerError,
    NoPlaceHeld,
    RoleNotHeld,
)
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.people.act import ActKind
from ledger_service.ports.paging import PageRequest
from ledger_service.ports.people import ActFilter
from ledger_service.services.credentials.own_source import check_own_credential
from ledger_service.services.credentials.show_credentials import list_own
from ledger_service.services.credentials.take_credential import take_credential
from reading_room.events.attendance.closing import close_check_in, find_closed
from reading_room.events.attendance.rules import (
    LETTERS,
    STEP_SECONDS,
    Sightings,
    code_of,
    gathered,
    read_code,
    step_of,
)
from reading_room.events.attendance.sql import SqlAttendance
from reading_room.events.attendance.verbs import (
    Asked,
    CheckedIn,
    check_in_all,
    open_check_in,
    show_code,
)
from reading_room.events.reader_data import erase, export
from reading_room.events.rules.event import Event
from reading_room.events.rules.place import Place, PlaceState, Role
from reading_room.events.sql import SqlEvents
from reading_room.events.verbs.events import key_of
from reading_room.events.verbs.places import NAME
from tests.simulators.bench import LIBRARIAN, Bench, as_reader

BOTH = (SqlEvents, SqlAttendance)
CHECK_IN = check_in_all(BOTH)
Seat = Callable[..., str]


@pytest.fixture
def event(bench: Bench, new_event: Callable[..., Event]) -> Event:
    return new_event(places=0)


@pytest.fixture
def seat(bench: Bench, event: Event) -> Seat:
    """Return a function that enrolls a reader with a place at the event."""

    def take(role: Role = Role.PARTICIPANT, name: str = "Zulfiya") -> str:
        reader, now = bench.reader(), bench.clock()
        sealed = key_of(bench.library, event).seal(name.encode(), NAME)
        place = Place(
            secrets.token_hex(16), event.id, role, PlaceState.TAKEN, 0, now, now, reader, sealed
        )
        with bench.store.write() as transaction:
            transaction.room(SqlEvents).add_place(place)
        return reader

    return take


def code(bench: Bench, event: Event) -> str:
    return show_code(bench.library, BOTH, LIBRARIAN, event.id).code


def come(bench: Bench, *asked: Asked) -> list[CheckedIn | LedgerError]:
    with bench.store.write() as transaction:
        return CHECK_IN(bench.library, transaction, list(asked))


def test_a_code_changes_and_is_valid_for_two_steps() -> None:
    secret, now = b"s" * 32, 1_700_000_000
    shown = [code_of(secret, "e", step) for step in range(1000)]
    assert len(set(shown)) == 1000
    assert all(len(one) == 8 and set(one) <= set(LETTERS) for one in shown)
    assert code_of(secret, "other", 5) != code_of(secret, "e", 5)
    at = now // STEP_SECONDS
    typed = read_code(code_of(secret, "e", at).lower()[:4] + " -" + code_of(secret, "e", at)[4:])
    assert step_of(secret, "e", typed, now) == at
    assert step_of(secret, "e", typed, now + STEP_SECONDS) == at
    for later in (now + 2 * STEP_SECONDS, now - STEP_SECONDS):
        with pytest.raises(InvalidCode):
            step_of(secret, "e", typed, later)
    for wrong in ("", "ABC", "ABCDEFG1", "ABCDEFGHI", "ÄBCDEFGH"):
        with pytest.raises(InvalidCode):
            read_code(wrong)


def test_sightings_are_gathered_whatever_their_order() -> None:
    assert gathered([("a", 700), ("b", 5), ("a", 100)]) == {
        "a": Sightings(2, 100, 700),
        "b": Sightings(1, 5, 5),
    }
    assert Sightings(2, 100, 700).minutes == 10


def test_a_code_counts_once_for_each_and_for_one_device(
    bench: Bench, event: Event, seat: Seat
) -> None:
    first, second = as_reader(seat()), as_reader(seat())
    open_check_in(bench.library, BOTH, LIBRARIAN, event.id)
    now = code(bench, event)
    outcomes = come(
        bench,
        Asked(first, event.id, now, "phone"),
        Asked(first, event.id, now, "phone"),
        Asked(second, event.id, now, "phone"),
        Asked(second, event.id, now, "another phone"),
        Asked(as_reader(bench.reader()), event.id, now),
        Asked(first, event.id, "ABCDEFGH"),
        Asked(first, "0" * 16, now),
    )
    kinds = [type(one).__name__ for one in outcomes]
    assert kinds == [
        "CheckedIn",
        "CheckInRefused",
        "CheckInRefused",
        "CheckedIn",
        "NoPlaceHeld",
        "InvalidCode",
        "EventNotFound",
    ]
    assert isinstance(outcomes[2], CheckInRefused)
    assert outcomes[2].reason.name == "check-in-refused.device"
    bench.clock.advance(2 * STEP_SECONDS)
    [replayed] = come(bench, Asked(first, event.id, now, "phone"))
    assert isinstance(replayed, InvalidCode)
    assert show_code(bench.library, BOTH, LIBRARIAN, event.id).seen == 2


def test_who_came_gets_a_credential_and_who_left_early_does_not(
    bench: Bench, event: Event, seat: Seat
) -> None:
    library = replace(bench.library, public_url="https://library.example.uz")
    stays, leaves, absent = seat(Role.SPEAKER, "Nodira"), seat(), seat()
    open_check_in(library, BOTH, LIBRARIAN, event.id, least_times=2, least_minutes=45)
    for reader in (stays, leaves):
        come(bench, Asked(as_reader(reader), event.id, code(bench, event)))
    bench.clock.advance(60 * 60)
    come(bench, Asked(as_reader(stays), event.id, code(bench, event)))
    before = len(bench.bodies())
    closed = close_check_in(library, BOTH, LIBRARIAN, event.id)
    assert closed.attendance.by_role == {"speaker": 1}
    bodies = bench.bodies()
    assert len(bodies) == before + 1
    entry = Entry.parse(bodies[closed.entry])
    assert entry.text("statement") == closed.attendance.statement.hex()
    assert find_closed(library, BOTH, as_reader(absent), event.id) == closed
    assert [list_own(library, as_reader(one)) for one in (leaves, absent)] == [[], []]
    [own] = list_own(library, as_reader(stays))
    taken = take_credential(library, as_reader(stays), own.credential.id).taken
    assert taken is not None
    assert check_own_credential(library, taken.format()).shown == {
        "event": "Navoiy haqida suhbat",
        "date": own.value("date"),
        "role": "speaker",
        "minutes": 60,
        "name": "Nodira",
    }
    with bench.store.read() as transaction:
        assert transaction.room(SqlAttendance).sightings(event.id) == []
    for again in (
        lambda: close_check_in(library, BOTH, LIBRARIAN, event.id),
        lambda: open_check_in(library, BOTH, LIBRARIAN, event.id),
    ):
        with pytest.raises(EventNotOpen):
            again()


def test_organizers_show_the_code_and_only_the_library_attests(
    bench: Bench, event: Event, seat: Seat
) -> None:
    organizer, participant = as_reader(seat(Role.ORGANIZER)), as_reader(seat())
    with pytest.raises(NoPlaceHeld):
        open_check_in(bench.library, BOTH, participant, event.id)
    open_check_in(bench.library, BOTH, organizer, event.id)
    assert len(show_code(bench.library, BOTH, organizer, event.id).code) == 8
    with pytest.raises(NoPlaceHeld):
        show_code(bench.library, BOTH, participant, event.id)
    with pytest.raises(RoleNotHeld):
        close_check_in(bench.library, BOTH, organizer, event.id)


def test_a_reader_takes_out_when_they_were_seen_and_nobody_else(
    bench: Bench, event: Event, seat: Seat
) -> None:
    mine, others = seat(), seat()
    open_check_in(bench.library, BOTH, LIBRARIAN, event.id)
    come(bench, Asked(as_reader(mine), event.id, code(bench, event)))
    [told] = export(bench.library, mine)["places"]
    assert told["seen_at"] == [bench.clock()]
    [told] = export(bench.library, others)["places"]
    assert told["seen_at"] == []


def test_who_of_the_library_opened_check_in_is_recorded_and_no_reader(
    bench: Bench, event: Event, seat: Seat
) -> None:
    def recorded() -> list[str]:
        asked = ActFilter(kind=ActKind.CHECK_IN_OPENED)
        with bench.store.read() as transaction:
            found = transaction.acts.page(asked, PageRequest("", 100)).items
        return [one.holder for one in found if one.act.about == event.id]

    open_check_in(bench.library, BOTH, as_reader(seat(Role.ORGANIZER)), event.id)
    assert recorded() == []
    open_check_in(bench.library, BOTH, LIBRARIAN, event.id, least_times=2)
    assert recorded() == [LIBRARIAN.subject]


def test_an_event_to_which_nobody_came_is_not_attested_and_its_rule_may_be_eased(
    bench: Bench, event: Event, seat: Seat
) -> None:
    reader = as_reader(seat())
    open_check_in(bench.library, BOTH, LIBRARIAN, event.id, least_minutes=30)
    come(bench, Asked(reader, event.id, code(bench, event)))
    with pytest.raises(InvalidInput):
        close_check_in(bench.library, BOTH, LIBRARIAN, event.id)
    [refused] = come(bench, Asked(reader, event.id, "ABCDEFGH"))
    assert isinstance(refused, EventNotOpen)
    open_check_in(bench.library, BOTH, LIBRARIAN, event.id)
    assert close_check_in(bench.library, BOTH, LIBRARIAN, event.id).attendance.size == 1


def test_who_is_erased_before_the_end_is_counted_and_named_nowhere(
    bench: Bench, event: Event, seat: Seat
) -> None:
    gone, stays = seat(name="Somebody"), seat()
    open_check_in(bench.library, BOTH, LIBRARIAN, event.id)
    come(bench, *(Asked(as_reader(one), event.id, code(bench, event)) for one in (gone, stays)))
    with bench.store.write() as transaction:
        erase(transaction, gone)
        transaction.access.erase_reader(gone)
    assert close_check_in(bench.library, BOTH, LIBRARIAN, event.id).attendance.size == 2
    [own] = list_own(bench.library, as_reader(stays))
    assert own.attendance is not None
    assert b"Somebody" not in (bench.folder / "muhr.db").read_bytes()
