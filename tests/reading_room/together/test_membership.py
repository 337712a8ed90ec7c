"""Who is a member of a project, and may do what there; of others' projects nothing is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ledger_service.domain.errors import (
    InvalidProject,
    NotAuthenticated,
    ProjectNotFound,
    ProjectPartNotFound,
    ProjectRefused,
    ProjectRightNotHeld,
    RoleNotHeld,
)
from ledger_service.domain.people.caller import Caller
from ledger_service.services.lending.forgetting.erase_reader import erase_reader
from reading_room.together.ports import Member
from reading_room.together.rules.project import ProjectId, ProjectState, parse_project
from reading_room.together.rules.role import RIGHTS, ProjectRole, Right, heir, parse_role
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.keys import open_paper_key
from reading_room.together.verbs.membership import check_member, generation_of, list_members
from reading_room.together.verbs.papers import (
    find_paper,
    list_papers,
    make_paper,
    remove_paper,
    rename_paper,
)
from reading_room.together.verbs.projects import (
    Project,
    change_project,
    find_project,
    list_projects,
    make_project,
)
from tests.simulators.bench import LIBRARIAN, OPERATOR, Bench, as_reader


def put_in(bench: Bench, project: Project, reader: str, role: ProjectRole) -> Caller:
    """Let a reader be a member, as if they had been invited."""
    with bench.store.write() as transaction:
        room = transaction.room(SqlTogether).projects
        kept = room.find(project.id)
        assert kept is not None
        number = kept.numbers + 1
        room.set(replace(kept, numbers=number))
        room.add_member(Member(project.id, number, reader, role, None, bench.clock()))
    return as_reader(reader)


def check(bench: Bench, caller: Caller, project: ProjectId, right: Right) -> Member:
    with bench.store.read() as transaction:
        return check_member(transaction, SqlTogether, caller, project, right)


def test_each_role_may_do_what_it_may_and_no_more(bench: Bench) -> None:
    ada = as_reader(bench.reader())
    made = make_project(bench.library, SqlTogether, ada, "Navoiy", "Ada")
    for role, rights in RIGHTS.items():
        caller = put_in(bench, made, bench.reader(), role)
        for right in Right:
            if right in rights:
                assert check(bench, caller, made.id, right).role is role
                continue
            with pytest.raises(ProjectRightNotHeld):
                check(bench, caller, made.id, right)
    assert [len(rights) for rights in RIGHTS.values()] == [1, 2, 3, 4]
    with pytest.raises(InvalidProject):
        parse_role("owner")


def test_of_others_projects_nothing_is_told(bench: Bench) -> None:
    ada, eve = as_reader(bench.reader()), as_reader(bench.reader())
    made = make_project(bench.library, SqlTogether, ada, "Navoiy")
    paper = make_paper(bench.library, SqlTogether, ada, made.id, "Xamsa")
    for project in (made.id, ProjectId("0" * 32)):
        with pytest.raises(ProjectNotFound) as told:
            check(bench, eve, project, Right.READ)
        assert str(told.value) == str(ProjectNotFound())
    with pytest.raises(ProjectNotFound):
        parse_project("../etc")
    for verb in (find_paper, list_papers):
        with pytest.raises((ProjectNotFound, ProjectPartNotFound)):
            verb(bench.library, SqlTogether, eve, paper.id)  # type: ignore[operator]
    assert list_projects(bench.library, SqlTogether, eve) == []
    for nobody in (LIBRARIAN, OPERATOR):
        with pytest.raises(RoleNotHeld):
            check(bench, nobody, made.id, Right.READ)


def test_what_is_archived_is_read_and_not_changed(bench: Bench) -> None:
    ada = as_reader(bench.reader())
    made = make_project(bench.library, SqlTogether, ada, "Navoiy")
    for state, raised in ((ProjectState.ARCHIVED, 1), (ProjectState.ARCHIVED, 1)):
        shut = change_project(bench.library, SqlTogether, ada, made.id, state=state)
        assert (shut.is_archived, shut.generation) == (True, made.generation + raised)
    assert check(bench, ada, made.id, Right.READ).number == 1
    for right in (Right.COMMENT, Right.WRITE):
        with pytest.raises(ProjectRefused):
            check(bench, ada, made.id, right)
        assert not shut.may(right)
    with pytest.raises(ProjectRefused):
        make_paper(bench.library, SqlTogether, ada, made.id, "Xamsa")
    opened = change_project(bench.library, SqlTogether, ada, made.id, "Navoiy 2", ProjectState.OPEN)
    assert find_project(bench.library, SqlTogether, ada, made.id) == opened
    assert (opened.title, opened.may(Right.WRITE)) == ("Navoiy 2", True)


def test_papers_are_made_renamed_and_removed(bench: Bench) -> None:
    ada = as_reader(bench.reader())
    made = make_project(bench.library, SqlTogether, ada, "Navoiy")
    writer = put_in(bench, made, bench.reader(), ProjectRole.WRITER)
    paper = make_paper(bench.library, SqlTogether, writer, made.id, " Xamsa \n")
    assert list_papers(bench.library, SqlTogether, ada, made.id) == [paper]
    assert (paper.title, paper.made_by) == ("Xamsa", 2)
    renamed = rename_paper(bench.library, SqlTogether, ada, paper.id, "Xamsa, 1483")
    assert find_paper(bench.library, SqlTogether, writer, paper.id) == renamed
    key = open_paper_key(bench.library, paper.id, paper.wrapped_key)
    assert key.open(key.seal(b"words", "text"), "text") == b"words"
    with pytest.raises(ProjectRightNotHeld):
        remove_paper(bench.library, SqlTogether, writer, made.id, paper.id)
    with pytest.raises(ProjectPartNotFound):
        remove_paper(bench.library, SqlTogether, ada, ProjectId("0" * 32), paper.id)
    remove_paper(bench.library, SqlTogether, ada, made.id, paper.id)
    assert list_papers(bench.library, SqlTogether, ada, made.id) == []


@pytest.mark.parametrize("title", ["", "  \n", "x" * 201, "a\u202eb", "a\x00b"])
def test_a_title_is_a_line_that_can_be_shown(bench: Bench, title: str) -> None:
    ada = as_reader(bench.reader())
    with pytest.raises(InvalidProject):
        make_project(bench.library, SqlTogether, ada, title)


def test_the_tables_tell_no_words_and_no_names(
    bench: Bench, rows_told: Callable[[], bytes]
) -> None:
    reader = bench.reader()
    made = make_project(bench.library, SqlTogether, as_reader(reader), "Dilnoza writes", "Dilnoza")
    make_paper(bench.library, SqlTogether, as_reader(reader), made.id, "Of Dilnoza")
    assert made.id.encode() in rows_told()
    assert b"Dilnoza" not in rows_told()


def test_who_is_erased_leaves_what_they_wrote_and_no_name(
    bench: Bench, rows_told: Callable[[], bytes]
) -> None:
    reader, other, last = bench.reader(), bench.reader(), bench.reader()
    made = make_project(bench.library, SqlTogether, as_reader(reader), "Navoiy", "Dilnoza")
    paper = make_paper(bench.library, SqlTogether, as_reader(reader), made.id, "Xamsa")
    commenter = put_in(bench, made, last, ProjectRole.COMMENTER)
    writer = put_in(bench, made, other, ProjectRole.WRITER)
    erase_reader(bench.library, OPERATOR, reader)
    assert reader.encode() not in rows_told()
    shown = list_members(bench.library, SqlTogether, writer, made.id)
    assert [(one.number, one.role, one.name) for one in shown] == [
        (2, ProjectRole.COMMENTER, ""),
        (3, ProjectRole.LEAD, ""),
    ]
    assert find_paper(bench.library, SqlTogether, commenter, paper.id).made_by == 1
    with bench.store.read() as transaction:
        generation = generation_of(transaction, SqlTogether, made.id)
    assert generation is not None
    assert generation > made.generation
    with pytest.raises(NotAuthenticated):
        make_project(bench.library, SqlTogether, as_reader(reader), "Another")


def test_a_project_whose_last_member_goes_is_destroyed_with_its_key(
    bench: Bench, rows_told: Callable[[], bytes]
) -> None:
    reader = bench.reader()
    made = make_project(bench.library, SqlTogether, as_reader(reader), "Navoiy", "Dilnoza")
    paper = make_paper(bench.library, SqlTogether, as_reader(reader), made.id, "Xamsa")
    with bench.store.read() as transaction:
        kept = transaction.room(SqlTogether).projects.find(made.id)
    assert kept is not None
    erase_reader(bench.library, OPERATOR, reader)
    told = rows_told()
    for gone in (made.id.encode(), paper.id.encode(), kept.key, paper.wrapped_key):
        assert gone not in told
    with bench.store.read() as transaction:
        assert generation_of(transaction, SqlTogether, made.id) is None


def test_who_leads_next_follows_from_roles_and_numbers(bench: Bench) -> None:
    one = Member(ProjectId("0" * 32), 1, "a", ProjectRole.READER, None, 1)
    two = replace(one, number=2, role=ProjectRole.WRITER)
    three = replace(one, number=3, role=ProjectRole.WRITER)
    assert heir([one, three, two]) == two
    assert heir([]) is None
