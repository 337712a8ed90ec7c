"""Projects and their members in the database."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from reading_room.together.ports import KeptProject, Member
from reading_room.together.rules.project import ProjectId, ProjectState
from reading_room.together.rules.role import ProjectRole
from reading_room.together.sql.removal import remove_project
from reading_room.together.sql.schema import member, project


class SqlProjects:
    """Implements ports.ProjectTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, kept: KeptProject) -> None:
        self._connection.execute(insert(project), asdict(kept))

    def find(self, which: ProjectId) -> KeptProject | None:
        rows = self._connection.execute(select(project).where(project.c.id == which))
        row = rows.one_or_none()
        if row is None:
            return None
        return KeptProject(
            ProjectId(row.id),
            bytes(row.key),
            bytes(row.title),
            ProjectState(row.state),
            row.made_at,
            row.numbers,
            row.generation,
        )

    def set(self, kept: KeptProject) -> None:
        self._connection.execute(update(project).where(project.c.id == kept.id), asdict(kept))

    def remove(self, which: ProjectId) -> None:
        remove_project(self._connection, which)

    def member(self, which: ProjectId, reader: str) -> Member | None:
        query = select(member).where(member.c.project == which, member.c.reader == reader)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _member(row)

    def members(self, which: ProjectId) -> list[Member]:
        query = select(member).where(member.c.project == which).order_by(member.c.number)
        return [_member(row) for row in self._connection.execute(query)]

    def memberships(self, reader: str) -> list[Member]:
        query = select(member).where(member.c.reader == reader)
        query = query.order_by(member.c.joined_at.desc(), member.c.project)
        return [_member(row) for row in self._connection.execute(query)]

    def add_member(self, one: Member) -> None:
        self._connection.execute(insert(member), asdict(one))

    def set_member(self, one: Member) -> None:
        which = (member.c.project == one.project) & (member.c.number == one.number)
        self._connection.execute(update(member).where(which), asdict(one))

    def remove_member(self, which: ProjectId, number: int) -> None:
        query = delete(member).where(member.c.project == which, member.c.number == number)
        self._connection.execute(query)


def _member(row: Row[Any]) -> Member:
    return Member(
        ProjectId(row.project),
        row.number,
        row.reader,
        ProjectRole(row.role),
        None if row.name is None else bytes(row.name),
        row.joined_at,
    )
