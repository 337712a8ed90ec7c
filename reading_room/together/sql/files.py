"""Files of projects and their versions in the database."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from reading_room.together.ports import KeptFile, KeptVersion
from reading_room.together.rules.project import ProjectId
from reading_room.together.sql.schema import file, file_version


class SqlFiles:
    """Implements ports.FileTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, kept: KeptFile) -> None:
        self._connection.execute(insert(file), asdict(kept))

    def set_newest(self, which: str, newest: int) -> None:
        self._connection.execute(update(file).where(file.c.id == which), {"newest": newest})

    def set_name(self, which: str, name: bytes) -> None:
        self._connection.execute(update(file).where(file.c.id == which), {"name": name})

    def find(self, which: str) -> KeptFile | None:
        row = self._connection.execute(select(file).where(file.c.id == which)).one_or_none()
        return None if row is None else _file(row)

    def of(self, project: ProjectId) -> list[KeptFile]:
        query = select(file).where(file.c.project == project).order_by(file.c.made_at, file.c.id)
        return [_file(row) for row in self._connection.execute(query)]

    def remove(self, which: str) -> None:
        self._connection.execute(delete(file_version).where(file_version.c.file == which))
        self._connection.execute(delete(file).where(file.c.id == which))

    def add_version(self, kept: KeptVersion) -> None:
        self._connection.execute(insert(file_version), asdict(kept))

    def version(self, which: str, number: int) -> KeptVersion | None:
        query = select(file_version).where(file_version.c.file == which)
        query = query.where(file_version.c.number == number)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _version(row)

    def versions(self, which: str) -> list[KeptVersion]:
        query = select(file_version).where(file_version.c.file == which)
        query = query.order_by(file_version.c.number.desc())
        return [_version(row) for row in self._connection.execute(query)]

    def newest_of(self, project: ProjectId) -> dict[str, KeptVersion]:
        is_newest = (file_version.c.file == file.c.id) & (file_version.c.number == file.c.newest)
        query = select(file_version).join(file, is_newest).where(file.c.project == project)
        return {row.file: _version(row) for row in self._connection.execute(query)}

    def bytes_of(self, project: ProjectId) -> int:
        each = select(file_version.c.cid, file_version.c.size_bytes)
        each = each.where(file_version.c.project == project).distinct()
        return int(self._connection.scalar(select(func.sum(each.subquery().c.size_bytes))) or 0)

    def cids_of(self, project: ProjectId) -> set[str]:
        query = select(file_version.c.cid).where(file_version.c.project == project)
        return set(self._connection.scalars(query))

    def cids_since(self, at: int) -> list[str]:
        query = select(file_version.c.cid).where(file_version.c.made_at >= at).distinct()
        return list(self._connection.scalars(query))

    def cids_after(self, after: str, limit: int) -> list[str]:
        query = select(file_version.c.cid).where(file_version.c.cid > after).distinct()
        return list(self._connection.scalars(query.order_by(file_version.c.cid).limit(limit)))


def _file(row: Row[Any]) -> KeptFile:
    return KeptFile(row.id, ProjectId(row.project), bytes(row.name), row.newest, row.made_at)


def _version(row: Row[Any]) -> KeptVersion:
    return KeptVersion(
        row.file,
        ProjectId(row.project),
        row.number,
        row.cid,
        bytes(row.key),
        bytes(row.about),
        row.size_bytes,
        row.made_by,
        row.made_at,
    )
