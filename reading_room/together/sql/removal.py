"""Rows that belong to a project or a paper go with it, of whichever table of the room."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from reading_room.together.rules.project import PaperId, ProjectId
from reading_room.together.sql.schema import metadata, paper, project


def remove_papers(connection: Connection, papers: Sequence[PaperId]) -> None:
    """Remove papers with every row that names one of them in a column `paper`."""
    for which in papers:
        for table in metadata.tables.values():
            if "paper" in table.c:
                connection.execute(delete(table).where(table.c.paper == which))
        connection.execute(delete(paper).where(paper.c.id == which))


def remove_project(connection: Connection, which: ProjectId) -> None:
    """Remove a project with its papers and every row that names it in a column `project`."""
    papers = list(connection.scalars(select(paper.c.id).where(paper.c.project == which)))
    remove_papers(connection, papers)
    for table in metadata.tables.values():
        if "project" in table.c:
            connection.execute(delete(table).where(table.c.project == which))
    connection.execute(delete(project).where(project.c.id == which))
