"""Who is present somewhere, for the seconds that it counts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, delete, func, insert, or_, select

from ledger_service.adapters.sql.people.schema import presence
from ledger_service.ports.people import KeptPresence

AT_ONCE = 200  # rows, in one statement


class SqlPresences:
    """Implements ports.PresenceTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, rows: Sequence[KeptPresence]) -> None:
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            same = [
                and_(presence.c.place == one.place, presence.c.process == one.process)
                for one in some
            ]
            self._connection.execute(delete(presence).where(or_(*same)))
            values = [one._asdict() for one in some]
            for value in values:
                del value["number"]
            self._connection.execute(insert(presence), values)

    def after(
        self, number: int, places: Sequence[str], now: int, *, largest: int, limit: int
    ) -> list[KeptPresence]:
        query = (
            select(presence)
            .where(
                presence.c.number > number,
                presence.c.place.in_(places),
                presence.c.until > now,
                func.length(presence.c.sealed) <= largest,
            )
            .order_by(presence.c.number)
            .limit(limit)
        )
        return [
            KeptPresence(
                row.number, row.place, row.process, row.until, bytes(row.key), bytes(row.sealed)
            )
            for row in self._connection.execute(query)
        ]

    def has_ended(self, now: int) -> bool:
        query = select(presence.c.number).where(presence.c.until <= now).limit(1)
        return self._connection.scalar(query) is not None

    def forget_ended(self, now: int) -> None:
        self._connection.execute(delete(presence).where(presence.c.until <= now))
