"""The room's tables, and what is read and written there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from reading_room.annotations.ports import Kept
from reading_room.annotations.rules.audience import Audience
from reading_room.annotations.sql.schema import key, note

SHOWN = ""


class SqlNotes:
    """Implements ports.NoteTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, kept: Kept) -> None:
        self._connection.execute(insert(note), _row(kept))

    def find(self, id_: str) -> Kept | None:
        found = self._connection.execute(select(note).where(note.c.id == id_)).one_or_none()
        return None if found is None else _kept(found)

    def replace(self, kept: Kept) -> None:
        self._connection.execute(update(note).where(note.c.id == kept.id).values(_row(kept)))

    def remove(self, id_: str) -> None:
        self._connection.execute(delete(note).where(note.c.id == id_))

    def at(self, places: Sequence[bytes], start: int, limit: int, *, hidden: bool) -> list[Kept]:
        query = select(note).where(note.c.place.in_(places)).order_by(note.c.number)
        return self._listed(query if hidden else query.where(note.c.hidden == SHOWN), start, limit)

    def count_at(self, place: bytes, *, hidden: bool) -> int:
        query = select(func.count()).select_from(note).where(note.c.place == place)
        return self._number(query if hidden else query.where(note.c.hidden == SHOWN))

    def changed_at(self, place: bytes) -> int:
        return self._number(select(func.max(note.c.changed_at)).where(note.c.place == place))

    def of_writer(self, whose: bytes, start: int, limit: int) -> list[Kept]:
        query = select(note).where(note.c.whose == whose).order_by(note.c.number.desc())
        return self._listed(query, start, limit)

    def count_of_writer(self, whose: bytes, place: bytes | None = None, since: int = 0) -> int:
        query = select(func.count()).select_from(note).where(note.c.whose == whose)
        if place is not None:
            query = query.where(note.c.place == place)
        return self._number(query.where(note.c.made_at >= since))

    def newest_public(self, start: int, limit: int) -> list[Kept]:
        query = select(note).where(note.c.audience == Audience.PUBLIC.value)
        return self._listed(query.order_by(note.c.number.desc()), start, limit)

    def remove_of_writer(self, whose: bytes) -> None:
        stays = (note.c.whose == whose) & note.c.unnames
        stays &= note.c.audience == Audience.PUBLIC.value
        self._connection.execute(update(note).where(stays).values(whose=None, name=None))
        self._connection.execute(delete(note).where(note.c.whose == whose))

    def find_key(self, scope: str) -> bytes | None:
        found = self._connection.scalar(select(key.c.wrapped).where(key.c.scope == scope))
        return None if found is None else bytes(found)

    def add_key(self, scope: str, wrapped: bytes) -> None:
        self._connection.execute(insert(key), {"scope": scope, "wrapped": wrapped})

    def _listed(self, query: Select[Any], start: int, limit: int) -> list[Kept]:
        rows = self._connection.execute(query.offset(start).limit(limit))
        return [_kept(row) for row in rows]

    def _number(self, query: Select[Any]) -> int:
        return int(self._connection.scalar(query) or 0)


def _row(kept: Kept) -> dict[str, Any]:
    row = kept._asdict()
    del row["number"]
    return row | {"group_id": row.pop("group"), "audience": kept.audience.value}


def _kept(row: Row[Any]) -> Kept:
    told = row._asdict()
    told["group"] = told.pop("group_id")
    told["audience"] = Audience(told["audience"])
    for name in ("place", "content", "whose", "name"):
        told[name] = None if told[name] is None else bytes(told[name])
    return Kept(**told)
