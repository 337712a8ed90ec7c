"""Who is a member of a project, and may do what there: every verb of the room asks here.

Of a project that a caller is no member of, nothing is told, not even that there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ledger_service.domain.errors import (
    ProjectNotFound,
    ProjectPartNotFound,
    ProjectRefused,
    ProjectRightNotHeld,
)
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.domain.reasons import Reason
from ledger_service.ports.store import Transaction
from ledger_service.services.content.seal_small import SmallKey
from ledger_service.services.library import Library
from reading_room.together.ports import KeptPaper, KeptProject, Member, TogetherTables
from reading_room.together.rules.project import PaperId, ProjectId, ProjectState
from reading_room.together.rules.role import ProjectRole, Right, heir
from reading_room.together.verbs.keys import MEMBER_NAME, open_project_key

Tables = Callable[[Any], TogetherTables]
"""Makes the room's tables of a connection."""
CHANGING = frozenset({Right.COMMENT, Right.WRITE})


@dataclass(frozen=True)
class Entered:
    """A project that a caller has entered, as a member who has the right that was asked for."""

    project: KeptProject
    member: Member


@dataclass(frozen=True)
class ShownMember:
    """A member as the others see them. name: empty for none; is_self: whether the caller is it."""

    number: int
    name: str
    role: ProjectRole
    joined_at: int
    is_self: bool


def check_member(
    transaction: Transaction, tables: Tables, caller: Caller, project: ProjectId, right: Right
) -> Member:
    """Return the caller as a member who may do this in the project.

    Raises:
        NotAuthenticated, RoleNotHeld: the caller is no reader who is signed in.
        ProjectNotFound: there is no such project, or the caller is no member.
        ProjectRightNotHeld: the member's role has not this right.
        ProjectRefused: the project is archived, and the right would change it.
    """
    reach(caller, Permission.PROJECT_OWN)
    return enter_project(transaction, tables, caller, project, right).member


def enter_project(
    transaction: Transaction, tables: Tables, caller: Caller, project: ProjectId, right: Right
) -> Entered:
    """Return the same with the project; raise as `check_member`."""
    reach(caller, Permission.PROJECT_OWN)
    room = transaction.room(tables).projects
    kept, member = room.find(project), room.member(project, caller.subject)
    if kept is None or member is None:
        raise ProjectNotFound()
    _check_right(kept, member, right)
    return Entered(kept, member)


def enter_paper(
    transaction: Transaction, tables: Tables, caller: Caller, paper: PaperId, right: Right
) -> tuple[KeptPaper, Entered]:
    """Return a paper and its project, which the caller is a member of with this right.

    Raises as `check_member`, and ProjectPartNotFound: there is no such paper, or the caller is no member.
    """
    reach(caller, Permission.PROJECT_OWN)
    found = transaction.room(tables).papers.find(paper)
    if found is None:
        raise ProjectPartNotFound("paper")
    try:
        return found, enter_project(transaction, tables, caller, found.project, right)
    except ProjectNotFound as exc:
        raise ProjectPartNotFound("paper") from exc


def generation_of(transaction: Transaction, tables: Tables, project: ProjectId) -> int | None:
    """Return a number that rises whenever anybody's rights in the project become others.

    Whoever keeps a door open for a member asks it again, and `check_member` when it has risen. None: the
    project is gone.
    """
    found = transaction.room(tables).projects.find(project)
    return None if found is None else found.generation


def list_members(
    library: Library, tables: Tables, caller: Caller, project: ProjectId
) -> list[ShownMember]:
    """Return all members by number; raise as `check_member`."""
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.READ)
        members = transaction.room(tables).projects.members(project)
    key = open_project_key(library, entered.project)
    return [
        ShownMember(
            one.number,
            name_of(key, one),
            one.role,
            one.joined_at,
            one.number == entered.member.number,
        )
        for one in members
    ]


def name_of(key: SmallKey, member: Member) -> str:
    """Return what a member wants to be called, empty for nothing; raise SealBroken."""
    return "" if member.name is None else key.open(member.name, MEMBER_NAME).decode()


def take_away(transaction: Transaction, room: TogetherTables, member: Member) -> None:
    """Let a member be none any more, with their name; what they wrote stays, under their number alone.

    If no lead is left, whoever has the highest role and came first leads. If nobody is left, the project is
    destroyed with its key, and the ciphertext of its files is needed no more.
    """
    room.projects.remove_member(member.project, member.number)
    left = room.projects.members(member.project)
    if not left:
        destroy(transaction, room, member.project)
        return
    next_lead = heir(left)
    assert next_lead is not None  # somebody is left
    if next_lead.role is not ProjectRole.LEAD:
        room.projects.set_member(replace(next_lead, role=ProjectRole.LEAD))
    note_change(room, member.project)


def note_change(room: TogetherTables, project: ProjectId) -> None:
    """Let it be seen that somebody's rights in a project became others."""
    kept = room.projects.find(project)
    if kept is not None:
        room.projects.set(replace(kept, generation=kept.generation + 1))


def destroy(transaction: Transaction, room: TogetherTables, project: ProjectId) -> None:
    """Destroy a project with its key and all that is in it."""
    for cid in sorted(room.files.cids_of(project)):
        transaction.needless.note(cid, 0)
    room.projects.remove(project)


def _check_right(project: KeptProject, member: Member, right: Right) -> None:
    if right not in member.role.rights:
        raise _refusal(member.role.word, right)
    if right in CHANGING and project.state is ProjectState.ARCHIVED:
        raise ProjectRefused("archived")


def _refusal(role: Reason, right: Right) -> ProjectRightNotHeld:
    if right is Right.MANAGE:
        return ProjectRightNotHeld("manage", role=role)
    if right is Right.WRITE:
        return ProjectRightNotHeld("write", role=role)
    return ProjectRightNotHeld("comment", role=role)
