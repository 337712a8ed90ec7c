"""Papers in the database."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from reading_room.together.ports import KeptPaper
from reading_room.together.rules.project import PaperId, ProjectId
from reading_room.together.sql.removal import remove_papers
from reading_room.together.sql.schema import paper


class SqlPapers:
    """Implements ports.PaperTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, kept: KeptPaper) -> None:
        self._connection.execute(insert(paper), asdict(kept))

    def set(self, kept: KeptPaper) -> None:
        self._connection.execute(update(paper).where(paper.c.id == kept.id), {"title": kept.title})

    def find(self, which: PaperId) -> KeptPaper | None:
        row = self._connection.execute(select(paper).where(paper.c.id == which)).one_or_none()
        return None if row is None else _paper(row)

    def of(self, project: ProjectId) -> list[KeptPaper]:
        query = select(paper).where(paper.c.project == project)
        query = query.order_by(paper.c.made_at.desc(), paper.c.id)
        return [_paper(row) for row in self._connection.execute(query)]

    def remove(self, which: PaperId) -> None:
        remove_papers(self._connection, [which])


def _paper(row: Row[Any]) -> KeptPaper:
    return KeptPaper(
        PaperId(row.id),
        ProjectId(row.project),
        bytes(row.title),
        bytes(row.key),
        row.made_by,
        row.made_at,
    )
