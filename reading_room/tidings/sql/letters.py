"""Answers that wait to be sent, in the database."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select

from reading_room.tidings.sql.schema import letter


class SqlLetters:
    """Implements ports.LetterTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, hook: str, body: bytes) -> None:
        self._connection.execute(insert(letter), {"hook": hook, "body": body})

    def of(self, hook: str, limit: int) -> list[tuple[int, bytes]]:
        query = select(letter.c.number, letter.c.body).where(letter.c.hook == hook)
        rows = self._connection.execute(query.order_by(letter.c.number).limit(limit))
        return [(int(number), bytes(body)) for number, body in rows]

    def remove(self, numbers: Collection[int]) -> None:
        self._connection.execute(delete(letter).where(letter.c.number.in_(numbers)))

    def forget(self, hook: str) -> None:
        self._connection.execute(delete(letter).where(letter.c.hook == hook))
