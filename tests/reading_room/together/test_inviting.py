"""How people come into a project, and go: by link, by name, by list; the last lead stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from ledger_service.domain.errors import (
    InvalidCohort,
    InvalidInput,
    InvalidProject,
    ProjectNotFound,
    ProjectPartNotFound,
    ProjectRefused,
    ProjectRightNotHeld,
)
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.identity import Identity, IdentityKind, tag
from ledger_service.domain.people.local_account import card_identity
from ledger_service.domain.people.notices.notice import PROJECTS, NoticeKind
from ledger_service.services.lending.forgetting.erase_reader import erase_reader
from ledger_service.services.people.identities import find_or_enroll
from ledger_service.services.people.notices import list_notices, mark_seen
from reading_room.together.groups import groups_of, is_member
from reading_room.together.rules.invitation import DAY_SECONDS, MOST_DAYS, MOST_INVITATIONS
from reading_room.together.rules.project import ProjectState
from reading_room.together.rules.role import ProjectRole
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs import projects
from reading_room.together.verbs.inviting import (
    Offer,
    end_invitation,
    invite_by_link,
    invite_list,
    invite_people,
    list_invitations,
)
from reading_room.together.verbs.joining import (
    accept_invitation,
    join_by_link,
    look_at_link,
    own_invitations,
    refuse_invitation,
)
from reading_room.together.verbs.members import (
    call_oneself,
    leave_project,
    remove_member,
    set_role,
)
from reading_room.together.verbs.membership import list_members
from reading_room.together.verbs.projects import Project, change_project, make_project
from tests.simulators.bench import LIBRARIAN, OPERATOR, Bench, as_reader

WRITER, READER = Offer(ProjectRole.WRITER, 7), Offer(ProjectRole.READER, 1)
ISSUER = "https://id.example.uz"


class Led(NamedTuple):
    bench: Bench
    lead: Caller
    project: Project

    def shown(self) -> list[tuple[int, str, ProjectRole]]:
        members = list_members(self.bench.library, SqlTogether, self.lead, self.project.id)
        return [(one.number, one.name, one.role) for one in members]


@pytest.fixture
def led(bench: Bench) -> Led:
    lead = as_reader(bench.reader())
    return Led(bench, lead, make_project(bench.library, SqlTogether, lead, "Navoiy", "Ada"))


def of_card(bench: Bench, card: str) -> Caller:
    return as_reader(find_or_enroll(bench.library, card_identity(card), Role.READER).name)


def test_a_link_shows_what_is_joined_and_lets_one_in(led: Led) -> None:
    library, project = led.bench.library, led.project.id
    link = invite_by_link(library, SqlTogether, led.lead, project, WRITER)
    one, other = as_reader(led.bench.reader()), as_reader(led.bench.reader())
    seen = look_at_link(library, SqlTogether, one, link.secret)
    assert (seen.title, seen.role, seen.by, seen.members, seen.is_member) == (
        "Navoiy",
        ProjectRole.WRITER,
        "Ada",
        1,
        False,
    )
    assert led.shown() == [(1, "Ada", ProjectRole.LEAD)]
    assert join_by_link(library, SqlTogether, one, link.secret, " Bek ") == project
    assert led.shown()[1:] == [(2, "Bek", ProjectRole.WRITER)]
    for late in (look_at_link, join_by_link):
        with pytest.raises(ProjectPartNotFound):
            late(library, SqlTogether, other, link.secret)
    with pytest.raises(ProjectRightNotHeld):
        invite_by_link(library, SqlTogether, one, project, WRITER)


def test_a_link_for_many_lets_each_in_once_until_it_ends(
    led: Led, rows_told: Callable[[], bytes]
) -> None:
    library, project = led.bench.library, led.project.id
    link = invite_by_link(library, SqlTogether, led.lead, project, READER, is_for_many=True)
    assert link.secret.encode() not in rows_told()
    people = [as_reader(led.bench.reader()) for _ in range(3)]
    for caller in (*people, *people, led.lead):
        join_by_link(library, SqlTogether, caller, link.secret)
    assert [number for number, _, _ in led.shown()] == [1, 2, 3, 4]
    [shown] = list_invitations(library, SqlTogether, led.lead, project)
    assert (shown.is_link, shown.uses, shown.until) == (True, None, link.until)
    led.bench.clock.now += DAY_SECONDS
    with pytest.raises(ProjectPartNotFound):
        join_by_link(library, SqlTogether, as_reader(led.bench.reader()), link.secret)
    assert list_invitations(library, SqlTogether, led.lead, project) == []


def test_an_invitation_that_is_ended_lets_nobody_in(led: Led) -> None:
    library, project = led.bench.library, led.project.id
    link = invite_by_link(library, SqlTogether, led.lead, project, READER)
    end_invitation(library, SqlTogether, led.lead, project, link.id)
    for secret in (link.secret, "", "x" * 10_000):
        with pytest.raises(ProjectPartNotFound):
            look_at_link(library, SqlTogether, as_reader(led.bench.reader()), secret)
    with pytest.raises(ProjectPartNotFound):
        end_invitation(library, SqlTogether, led.lead, project, link.id)


def test_who_is_invited_by_name_is_not_told_to_the_lead(led: Led) -> None:
    library, project = led.bench.library, led.project.id
    known = of_card(led.bench, "A-100 200")
    assert invite_people(library, SqlTogether, led.lead, project, WRITER, ["a100200"]) == 1
    assert invite_people(library, SqlTogether, led.lead, project, WRITER, ["B-7"]) == 1
    shown = list_invitations(library, SqlTogether, led.lead, project)
    assert {(one.about, one.role, one.uses) for one in shown} == {
        ("a100200", ProjectRole.WRITER, 1),
        ("B-7", ProjectRole.WRITER, 1),
    }
    [found] = own_invitations(library, SqlTogether, known)
    assert (found.title, found.project) == ("Navoiy", project)
    later = of_card(led.bench, "b7")
    [theirs] = own_invitations(library, SqlTogether, later)
    with pytest.raises(ProjectPartNotFound):
        accept_invitation(library, SqlTogether, known, theirs.invitation)
    accept_invitation(library, SqlTogether, known, found.invitation, "Bek")
    refuse_invitation(library, SqlTogether, later, theirs.invitation)
    assert led.shown()[1:] == [(2, "Bek", ProjectRole.WRITER)]
    assert list_invitations(library, SqlTogether, led.lead, project) == []
    with pytest.raises(InvalidInput):
        invite_people(library, SqlTogether, led.lead, project, WRITER, [" - "])


def test_who_is_invited_by_name_is_told_and_not_again_and_again(led: Led) -> None:
    library, project = led.bench.library, led.project.id
    known = of_card(led.bench, "T-1")
    for card in ("T-1", "t1", "T-2"):
        invite_people(library, SqlTogether, led.lead, project, WRITER, [card])
        for one in list_invitations(library, SqlTogether, led.lead, project):
            end_invitation(library, SqlTogether, led.lead, project, one.id)
    [told] = list_notices(library, known)
    assert (told.notice.kind, told.notice.about) == (NoticeKind.PROJECT_INVITED, PROJECTS)
    mark_seen(library, known, told.number)
    invite_people(library, SqlTogether, led.lead, project, WRITER, ["T-1"])
    assert len(list_notices(library, known)) == 2
    assert list_notices(library, led.lead) == []


def test_a_class_list_invites_whom_it_names_each_once(
    led: Led, rows_told: Callable[[], bytes]
) -> None:
    library, project = led.bench.library, led.project.id
    table = (
        b"Name;Card number;Account\nDilnoza;C-20260017001701;\nBek;c20260017001701;\n"
        b"Aziz;;aziz@uni\n;;\n"
    )
    with pytest.raises(InvalidCohort):
        invite_list(library, SqlTogether, led.lead, project, READER, table)
    for _ in range(2):
        found = invite_list(library, SqlTogether, led.lead, project, READER, table, ISSUER)
        assert (len(found.rows), found.doubles, found.ignored) == (2, 1, 1)
    assert len(list_invitations(library, SqlTogether, led.lead, project)) == 2
    person = Identity(IdentityKind.UNIVERSITY, ISSUER, "aziz@uni")
    aziz = as_reader(find_or_enroll(library, person, Role.READER).name)
    assert [one.title for one in own_invitations(library, SqlTogether, aziz)] == ["Navoiy"]
    for told in (b"Dilnoza", b"aziz@uni", b"20260017001701"):
        assert told not in rows_told()
    with pytest.raises(InvalidProject):
        invite_list(library, SqlTogether, led.lead, project, READER, b"card\n")
    with pytest.raises(InvalidCohort):
        many = "card\n" + "".join(f"{each}\n" for each in range(MOST_INVITATIONS + 1))
        invite_list(library, SqlTogether, led.lead, project, READER, many.encode())


def test_invitations_have_bounds(led: Led) -> None:
    library, project = led.bench.library, led.project.id
    cards = [f"N{each}" for each in range(MOST_INVITATIONS)]
    invite_people(library, SqlTogether, led.lead, project, READER, cards)
    invite_people(library, SqlTogether, led.lead, project, READER, cards)
    with pytest.raises(ProjectRefused):
        invite_by_link(library, SqlTogether, led.lead, project, READER)
    for offer in (Offer(ProjectRole.LEAD, 1), Offer(ProjectRole.READER, 0)):
        with pytest.raises(InvalidProject):
            invite_by_link(library, SqlTogether, led.lead, project, offer)
    with pytest.raises(InvalidProject):
        offer = Offer(ProjectRole.READER, MOST_DAYS + 1)
        invite_people(library, SqlTogether, led.lead, project, offer, ["A1"])
    with pytest.raises(InvalidProject):
        invite_people(library, SqlTogether, led.lead, project, READER, [])


def test_nobody_comes_into_what_is_archived(led: Led) -> None:
    library, project = led.bench.library, led.project.id
    link = invite_by_link(library, SqlTogether, led.lead, project, READER)
    change_project(library, SqlTogether, led.lead, project, state=ProjectState.ARCHIVED)
    with pytest.raises(ProjectRefused):
        join_by_link(library, SqlTogether, as_reader(led.bench.reader()), link.secret)
    with pytest.raises(ProjectRefused):
        invite_by_link(library, SqlTogether, led.lead, project, READER)


def test_the_last_lead_hands_over_before_leaving(led: Led) -> None:
    library, project = led.bench.library, led.project.id
    link = invite_by_link(library, SqlTogether, led.lead, project, WRITER)
    other = as_reader(led.bench.reader())
    join_by_link(library, SqlTogether, other, link.secret)
    for refused in (
        lambda: leave_project(library, SqlTogether, led.lead, project),
        lambda: set_role(library, SqlTogether, led.lead, project, 1, ProjectRole.WRITER),
        lambda: remove_member(library, SqlTogether, led.lead, project, 1),
    ):
        with pytest.raises(ProjectRefused):
            refused()
    set_role(library, SqlTogether, led.lead, project, 2, ProjectRole.LEAD)
    assert leave_project(library, SqlTogether, led.lead, project) is False
    with pytest.raises(ProjectNotFound):
        list_members(library, SqlTogether, led.lead, project)
    call_oneself(library, SqlTogether, other, project, "Bek")
    [left] = list_members(library, SqlTogether, other, project)
    assert (left.number, left.name, left.role, left.is_self) == (2, "Bek", ProjectRole.LEAD, True)
    assert leave_project(library, SqlTogether, other, project) is True
    with pytest.raises(ProjectNotFound):
        list_members(library, SqlTogether, other, project)


def test_one_person_leads_so_many_and_no_more(led: Led, monkeypatch: pytest.MonkeyPatch) -> None:
    library, project = led.bench.library, led.project.id
    monkeypatch.setattr(projects, "MOST_LED", 2)
    other = as_reader(led.bench.reader())
    link = invite_by_link(library, SqlTogether, led.lead, project, WRITER)
    join_by_link(library, SqlTogether, other, link.secret)
    for _ in range(2):
        make_project(library, SqlTogether, other, "Own")
    with pytest.raises(ProjectRefused):
        make_project(library, SqlTogether, other, "Own")
    with pytest.raises(ProjectRefused):
        set_role(library, SqlTogether, led.lead, project, 2, ProjectRole.LEAD)
    monkeypatch.setattr(projects, "MOST_LED", 3)
    set_role(library, SqlTogether, led.lead, project, 2, ProjectRole.LEAD)


def test_who_is_taken_out_does_not_come_back_by_a_link(led: Led) -> None:
    library, project = led.bench.library, led.project.id
    link = invite_by_link(library, SqlTogether, led.lead, project, WRITER, is_for_many=True)
    other = as_reader(led.bench.reader())
    join_by_link(library, SqlTogether, other, link.secret)
    with pytest.raises(ProjectRightNotHeld):
        remove_member(library, SqlTogether, other, project, 1)
    remove_member(library, SqlTogether, led.lead, project, 2)
    with pytest.raises(ProjectPartNotFound):
        join_by_link(library, SqlTogether, other, link.secret)
    with pytest.raises(ProjectPartNotFound):
        remove_member(library, SqlTogether, led.lead, project, 2)


def test_projects_are_groups_of_their_members(led: Led) -> None:
    library, project = led.bench.library, led.project.id
    assert [(one.id, one.name) for one in groups_of(library, led.lead)] == [(project, "Navoiy")]
    assert is_member(library, led.lead, project)
    for nobody in (as_reader(led.bench.reader()), LIBRARIAN, OPERATOR):
        assert groups_of(library, nobody) == ()
        assert not is_member(library, nobody, project)
    assert not is_member(library, led.lead, "../x")


def test_invitations_for_who_is_erased_are_gone(led: Led, rows_told: Callable[[], bytes]) -> None:
    library, project = led.bench.library, led.project.id
    erased, card = of_card(led.bench, "Z-9"), card_identity("Z-9")
    invite_people(library, SqlTogether, led.lead, project, READER, ["Z-9", "Y-8"])
    person = tag(library.people.key(), card)
    assert person in rows_told()
    erase_reader(library, OPERATOR, erased.subject)
    assert person not in rows_told()
    [left] = list_invitations(library, SqlTogether, led.lead, project)
    assert left.about == "Y-8"
