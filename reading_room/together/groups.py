"""The groups of a reader, for rooms that show something to a group: each project is one."""

from __future__ import annotations

from ledger_service.domain.errors import ProjectNotFound
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, Thing, sees
from ledger_service.ports.cohorts import Group
from ledger_service.services.library import Library
from reading_room.together.rules.project import parse_project
from reading_room.together.sql import SqlTogether
from reading_room.together.verbs.projects import list_projects


def groups_of(library: Library, caller: Caller) -> tuple[Group, ...]:
    """Return the projects that the caller is a member of, the newest first; none of who has none."""
    if not sees(caller, Permission.PROJECT_OWN, Thing()):
        return ()
    return tuple(Group(one.id, one.title) for one in list_projects(library, SqlTogether, caller))


def is_member(library: Library, caller: Caller, group_id: str) -> bool:
    """Return whether the caller is a member of this project now; False also if there is none."""
    if not sees(caller, Permission.PROJECT_OWN, Thing()):
        return False
    try:
        project = parse_project(group_id)
    except ProjectNotFound:
        return False
    with library.store.read() as transaction:
        return transaction.room(SqlTogether).projects.member(project, caller.subject) is not None
