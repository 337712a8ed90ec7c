"""The room's table, and what is read and written there."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from reading_room.desk.rules import Session
from reading_room.desk.sql.schema import session


class SqlDesk:
    """Implements ports.DeskTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, name: bytes) -> Session | None:
        query = select(session).where(session.c.name == name)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Session(row.name, row.token, row.until)

    def add(self, told: Session, now: int, most: int) -> None:
        self._connection.execute(delete(session).where(session.c.until <= now))
        of_token = select(session.c.name).where(session.c.token == told.token)
        of_token = of_token.order_by(session.c.until.desc(), session.c.name).offset(most - 1)
        for name in self._connection.scalars(of_token).all():
            self.remove(name)
        values = {"name": told.name, "token": told.token, "until": told.until}
        self._connection.execute(insert(session), values)

    def remove(self, name: bytes) -> None:
        self._connection.execute(delete(session).where(session.c.name == name))
