"""Make a project, list and show one's own, rename and archive it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger_service.domain.errors import ProjectRefused
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.ports.store import Transaction
from ledger_service.services.content.seal_small import open_small_key
from ledger_service.services.library import Library
from ledger_service.services.people.notices import own_key
from reading_room.together.ports import KeptProject, Member, ProjectTables
from reading_room.together.rules.project import (
    MOST_LED,
    MOST_PROJECTS,
    ProjectId,
    ProjectState,
    new_id,
)
from reading_room.together.rules.role import ProjectRole, Right
from reading_room.together.rules.words import made_member_name, made_title
from reading_room.together.verbs.keys import (
    MEMBER_NAME,
    TITLE,
    new_project_key,
    open_project_key,
    project_bound_to,
)
from reading_room.together.verbs.membership import Tables, enter_project


@dataclass(frozen=True)
class Project:
    """A project as one of its members sees it. number, role: the member's own; made_at: seconds, UTC."""

    id: ProjectId
    title: str
    state: ProjectState
    number: int
    role: ProjectRole
    made_at: int
    generation: int

    @property
    def is_archived(self) -> bool:
        """Whether nothing there is changed any more."""
        return self.state is ProjectState.ARCHIVED

    def may(self, right: Right) -> bool:
        """Return whether the member may do this there now."""
        return right in self.role.rights and not (
            self.is_archived and right in {Right.COMMENT, Right.WRITE}
        )


def make_project(
    library: Library, tables: Tables, caller: Caller, title: str, name: str = ""
) -> Project:
    """Return a new project that the caller leads. name: what they want to be called there, or empty.

    Raises:
        RoleNotHeld, NotAuthenticated: the caller is no reader. InvalidProject: title or name is none.
        ProjectRefused: they are a member of too many.
    """
    reach(caller, Permission.PROJECT_OWN)
    title, name = made_title(title), made_member_name(name)
    which, now = ProjectId(new_id()), library.clock()
    wrapped = new_project_key(library, which)
    key = open_small_key(library.keeper, wrapped, project_bound_to(library, which))
    sealed_name = key.seal(name.encode(), MEMBER_NAME) if name else None
    kept = KeptProject(
        which, wrapped, key.seal(title.encode(), TITLE), ProjectState.OPEN, now, 1, 1
    )
    member = Member(which, 1, caller.subject, ProjectRole.LEAD, sealed_name, now)
    with library.store.write() as transaction:
        check_place_for(transaction, tables, caller)
        room = transaction.room(tables).projects
        check_may_lead(room, caller.subject)
        room.add(kept)
        room.add_member(member)
    return Project(which, title, kept.state, 1, member.role, now, kept.generation)


def list_projects(library: Library, tables: Tables, caller: Caller) -> list[Project]:
    """Return the projects that the caller is a member of, the newest first, what is archived last."""
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        room = transaction.room(tables).projects
        found = [(room.find(one.project), one) for one in room.memberships(caller.subject)]
    shown = [_shown(library, kept, member) for kept, member in found if kept is not None]
    return sorted(shown, key=lambda one: one.is_archived)


def find_project(library: Library, tables: Tables, caller: Caller, project: ProjectId) -> Project:
    """Return a project that the caller is a member of; raise as `check_member`."""
    reach(caller, Permission.PROJECT_OWN)
    with library.store.read() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.READ)
    return _shown(library, entered.project, entered.member)


def change_project(
    library: Library,
    tables: Tables,
    caller: Caller,
    project: ProjectId,
    title: str | None = None,
    state: ProjectState | None = None,
) -> Project:
    """Return the project under another title or in another state; what is None stays.

    Raises as `check_member`, and InvalidProject.
    """
    reach(caller, Permission.PROJECT_OWN)
    title = None if title is None else made_title(title)
    with library.store.write() as transaction:
        entered = enter_project(transaction, tables, caller, project, Right.MANAGE)
        kept = entered.project
        if title is not None:
            sealed = open_project_key(library, kept).seal(title.encode(), TITLE)
            kept = replace(kept, title=sealed)
        if state is not None and state is not kept.state:  # who may write there changes with it
            kept = replace(kept, state=state, generation=kept.generation + 1)
        transaction.room(tables).projects.set(kept)
    return _shown(library, kept, entered.member)


def check_place_for(transaction: Transaction, tables: Tables, caller: Caller) -> None:
    """Check that the caller can become a member of one more project.

    Raises NotAuthenticated: the reader was erased. ProjectRefused: they are a member of too many.
    """
    reach(caller, Permission.PROJECT_OWN)
    own_key(transaction, caller.subject)
    standing = transaction.room(tables).projects.memberships(caller.subject)
    if len(standing) >= MOST_PROJECTS:
        raise ProjectRefused("projects", most=MOST_PROJECTS)


def check_may_lead(room: ProjectTables, reader: str) -> None:
    """Check that somebody can lead one more project; raise ProjectRefused."""
    led = [one for one in room.memberships(reader) if one.role is ProjectRole.LEAD]
    if len(led) >= MOST_LED:
        raise ProjectRefused("led", most=MOST_LED)


def _shown(library: Library, kept: KeptProject, member: Member) -> Project:
    title = open_project_key(library, kept).open(kept.title, TITLE).decode()
    return Project(
        kept.id, title, kept.state, member.number, member.role, kept.made_at, kept.generation
    )
