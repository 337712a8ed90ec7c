"""Who takes part is told of changes once, by notices and by what a calendar takes in, and of nobody else."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace

import icalendar
import pytest

from ledger_service import letters, messages
from ledger_service.adapters.mail import SmtpMailer, Text
from ledger_service.domain.errors import MailUnavailable
from ledger_service.domain.people.notices.notice import NoticeKind
from ledger_service.ports.publication import MailServer
from ledger_service.services.library import Library
from ledger_service.services.people.notices import Ways, choose_ways, list_notices
from reading_room.events.rules.event import Event, EventForm, EventState
from reading_room.events.sql import SqlEvents
from reading_room.events.sql.questions import SqlQuestions
from reading_room.events.verbs.follow import tell_readers
from reading_room.events.verbs.keep_events import change_event, step_event, tell_participants
from reading_room.events.verbs.show import show_event
from reading_room.events.verbs.take_place import leave_place, take_place
from tests.reading_room.events.conftest import NewEvent
from tests.simulators.bench import LIBRARIAN, Bench, as_reader
from tests.simulators.people.mailbox import Mailbox, running

BOTH = (SqlEvents, SqlQuestions)
ADDRESS = "anvar@example.org"
TEXTS = {"en": Text("There is news", "See it")}


@pytest.fixture
def kept() -> Mailbox:
    return Mailbox()


@pytest.fixture
def library(bench: Bench, kept: Mailbox) -> Iterator[Library]:
    """Yield the library with a server for mail, and the letters that it writes."""
    with running(kept) as port:
        server = MailServer("127.0.0.1", port, "library@example.org", is_own_machine=True)
        mailer = SmtpMailer(server, TEXTS, ssl.create_default_context(), letters.event_letters())
        yield replace(bench.library, mailer=mailer)


def told(library: Library) -> None:
    while tell_readers(library, BOTH, lambda: False):
        pass


def retold(event: Event, **others: object) -> EventForm:
    told = replace(
        event.told, **{name: others.pop(name) for name in list(others) if name in vars(event.told)}
    )
    times = {"begins_at": event.begins_at, "ends_at": event.ends_at, "places": event.places}
    return EventForm(kind=event.kind, told=told, **{**times, **others})  # type: ignore[arg-type]


def calendar_in(kept: Mailbox) -> tuple[str, icalendar.Calendar]:
    """Return method and calendar of the last mail."""
    to, mail = kept.mails[-1]
    assert to == [ADDRESS]
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(part.get_content())
    assert part["content-type"].params["method"] == calendar["METHOD"]
    return str(calendar["METHOD"]), calendar


def kinds(library: Library, caller) -> list[NoticeKind]:
    return [one.notice.kind for one in list_notices(library, caller)][::-1]


def test_an_invitation_its_change_and_the_end_of_it_are_mailed_to_who_asked(
    bench: Bench, library: Library, kept: Mailbox, new_event: NewEvent
) -> None:
    event, mailed, plain = new_event(), as_reader(bench.reader()), as_reader(bench.reader())
    choose_ways(library, mailed, Ways(ADDRESS, "ru"))
    take_place(library, SqlEvents, mailed, event.id, 'Anvar; "K"', is_mailed=True)
    take_place(library, SqlEvents, plain, event.id, "Bobur")
    for _ in range(2):
        told(library)
    method, calendar = calendar_in(kept)
    assert (method, len(kept.mails)) == ("REQUEST", 1)
    [written] = calendar.events
    assert (written["SEQUENCE"], written["STATUS"]) == (0, "CONFIRMED")
    assert written["DTSTART"].params["TZID"] == "Asia/Tashkent"
    assert int(written.start.timestamp()) == event.begins_at
    assert written["ATTENDEE"] == f"mailto:{ADDRESS}"
    assert written["ORGANIZER"] == "mailto:library@example.org"
    subject = kept.mails[0][1]["subject"]
    assert subject == event.told.title
    assert messages.said("page.mail.event-request-text", "ru", title="", link="")[:12] in str(
        kept.mails[0][1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    )

    later = retold(event, begins_at=event.begins_at + 900)
    change_event(library, SqlEvents, LIBRARIAN, event.id, later)
    change_event(library, SqlEvents, LIBRARIAN, event.id, later)  # nothing changes in a calendar
    told(library)
    method, calendar = calendar_in(kept)
    assert (method, calendar.events[0]["SEQUENCE"], len(kept.mails)) == ("REQUEST", 1, 2)

    step_event(library, SqlEvents, LIBRARIAN, event.id, EventState.CANCELED)
    told(library)
    method, calendar = calendar_in(kept)
    [written] = calendar.events
    assert (method, written["SEQUENCE"], written["STATUS"]) == ("CANCEL", 2, CALLED_OFF)
    assert len(kept.mails) == 3
    expected = [NoticeKind.EVENT_CHANGED, NoticeKind.EVENT_CANCELED]
    assert kinds(library, mailed) == kinds(library, plain) == expected


CALLED_OFF = "CANCELLED"  # codespell:ignore cancelled


def test_whoever_leaves_is_told_so_by_their_calendar(
    bench: Bench, library: Library, kept: Mailbox, new_event: NewEvent
) -> None:
    event, caller = new_event(), as_reader(bench.reader())
    choose_ways(library, caller, Ways(ADDRESS, "uz"))
    take_place(library, SqlEvents, caller, event.id, "Anvar", is_mailed=True)
    leave_place(library, SqlEvents, caller, event.id)
    told(library)
    assert kept.mails == []  # they were never invited
    take_place(library, SqlEvents, caller, event.id, "Anvar", is_mailed=True)
    told(library)
    leave_place(library, SqlEvents, caller, event.id)
    for _ in range(2):
        told(library)
    assert [calendar_in(kept)[0], len(kept.mails)] == ["CANCEL", 2]


def test_a_server_that_takes_nothing_keeps_nobody_else_from_hearing(
    bench: Bench, kept: Mailbox, new_event: NewEvent
) -> None:
    closed = MailServer("127.0.0.1", 9, "library@example.org", is_own_machine=True)
    library = replace(
        bench.library, mailer=SmtpMailer(closed, TEXTS, letters=letters.event_letters())
    )
    event, mailed, plain = new_event(), as_reader(bench.reader()), as_reader(bench.reader())
    choose_ways(library, mailed, Ways(ADDRESS, "en"))
    take_place(library, SqlEvents, mailed, event.id, "Anvar", is_mailed=True)
    take_place(library, SqlEvents, plain, event.id, "Bobur")
    for _ in range(2):
        with pytest.raises(MailUnavailable):
            told(library)
    tell_participants(library, BOTH, LIBRARIAN, event.id, "14-xona")
    with pytest.raises(MailUnavailable):
        told(library)
    assert kinds(library, plain) == [NoticeKind.EVENT_MESSAGE]


def test_a_message_is_for_those_with_a_place_and_told_once(
    bench: Bench, library: Library, kept: Mailbox, new_event: NewEvent
) -> None:
    event = new_event(places=1)
    has, waits = as_reader(bench.reader()), as_reader(bench.reader())
    for caller in (has, waits):
        take_place(library, SqlEvents, caller, event.id, "N")
    for text in ("14-xona", "15-xona"):
        tell_participants(library, BOTH, LIBRARIAN, event.id, text)
    for _ in range(2):
        told(library)
    assert kinds(library, has) == [NoticeKind.EVENT_MESSAGE]
    assert kinds(library, waits) == []
    shown = show_event(library, BOTH, has, event.id).messages
    assert [text for _, text in shown] == ["15-xona", "14-xona"]
    assert show_event(library, BOTH, waits, event.id).messages == []
    assert b"14-xona" not in (bench.folder / "muhr.db").read_bytes()
    step_event(library, SqlEvents, LIBRARIAN, event.id, EventState.CANCELED)
    told(library)
    assert kinds(library, waits) == [NoticeKind.EVENT_CANCELED]
