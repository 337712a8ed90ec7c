"""Change what members are, let them go, and leave: a project is never left without a lead."""

from __future__ import annotations

from dataclasses import replace

from ledger_service.domain.errors import ProjectPartNotFound, ProjectRefused
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.services.library import Library
from reading_room.together.ports import Member, TogetherTables
from reading_room.together.rules.project import ProjectId
from reading_room.together.rules.role import ProjectRole, Right
from reading_room.together.rules.words import made_member_name
from reading_room.together.verbs.keys import MEMBER_NAME, open_project_key
from reading_room.together.verbs.membership import Tables, enter_project, note_change, take_away
from reading_room.together.verbs.projects import check_may_lead


def set_role(
    library: Library,
    tables: Tables,
    caller: Caller,
    project: ProjectId,
    number: int,
    role: ProjectRole,
) -> None:
    """Let a member have this role from now on.

    Raises as `check_member`, and ProjectPartNotFound. ProjectRefused: nobody would lead the project, or they
    lead too many.
    """
    reach(caller, Permission.PROJECT_OWN)
    with library.store.write() as transaction:
        enter_project(transaction, tables, caller, project, Right.MANAGE)
        room = transaction.room(tables)
        member = _member(room, project, number)
        if member.role is role:
            return
        if role is ProjectRole.LEAD:
            check_may_lead(room.projects, member.reader)
        else:
            _check_led_without(room, member)
        room.projects.set_member(replace(member, role=role))
        note_change(room, project)


def call_oneself(
    library: Library, tables: Tables, caller: Caller, project: ProjectId, name: str
) -> None:
    """Let the caller be called so in the project, or nothing; raise as `check_member`, InvalidProject."""
    reach(caller, Permission.PROJECT_OWN)
    name = made_member_name(name)
    with library.store.write() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.READ)
        key = open_project_key(library, entered.project)
        sealed = key.seal(name.encode(), MEMBER_NAME) if name else None
        transaction.room(tables).projects.set_member(replace(entered.member, name=sealed))


def remove_member(
    library: Library, tables: Tables, caller: Caller, project: ProjectId, number: int
) -> None:
    """Let somebody else be a member no more; the project's links end, which they may know.

    Raises as `check_member`, and ProjectPartNotFound. ProjectRefused: it is the caller, who leaves instead.
    """
    reach(caller, Permission.PROJECT_OWN)
    with library.store.write() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.MANAGE)
        room = transaction.room(tables)
        member = _member(room, project, number)
        if member.number == entered.member.number:
            raise ProjectRefused("self")
        take_away(transaction, room, member)
        for invitation in room.invitations.of(project):
            if invitation.secret is not None:
                room.invitations.remove(invitation.id)


def leave_project(library: Library, tables: Tables, caller: Caller, project: ProjectId) -> bool:
    """Let the caller be a member no more; return whether the project is destroyed, as its last member goes.

    Raises as `check_member`. ProjectRefused: nobody would lead the others.
    """
    reach(caller, Permission.PROJECT_OWN)
    with library.store.write() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.READ)
        room = transaction.room(tables)
        is_last = len(room.projects.members(project)) == 1
        if not is_last:
            _check_led_without(room, entered.member)
        take_away(transaction, room, entered.member)
    return is_last


def _member(room: TogetherTables, project: ProjectId, number: int) -> Member:
    found = (one for one in room.projects.members(project) if one.number == number)
    member = next(found, None)
    if member is None:
        raise ProjectPartNotFound("member")
    return member


def _check_led_without(room: TogetherTables, member: Member) -> None:
    """Check that somebody leads the project without this member; raise ProjectRefused."""
    leads = {
        one.number for one in room.projects.members(member.project) if one.role is ProjectRole.LEAD
    }
    if leads == {member.number}:
        raise ProjectRefused("last-lead")
