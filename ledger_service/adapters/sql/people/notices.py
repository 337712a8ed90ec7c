"""What readers are told, and where else they hear of it; all of it sealed, and whose it is a keyed tag."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, func, insert, select, update

from ledger_service.adapters.sql.people.schema import notice, notice_way
from ledger_service.ports.people import KeptNotice


class SqlNotices:
    """Implements ports.NoticeTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, whose: bytes, sealed: bytes, most: int) -> None:
        row = {"whose": whose, "is_new": 1, "is_mailed": 0, "sealed": sealed}
        self._connection.execute(insert(notice), row)
        oldest = (
            select(notice.c.number)
            .where(notice.c.whose == whose)
            .order_by(notice.c.number.desc())
            .offset(most)
            .limit(1)
        )
        number = self._connection.scalar(oldest)
        if number is not None:
            gone = (notice.c.whose == whose, notice.c.number <= number)
            self._connection.execute(delete(notice).where(*gone))

    def of(self, whose: bytes) -> list[KeptNotice]:
        query = select(notice).where(notice.c.whose == whose).order_by(notice.c.number.desc())
        rows = self._connection.execute(query)
        return [KeptNotice(row.number, bool(row.is_new), bytes(row.sealed)) for row in rows]

    def count_new(self, whose: bytes) -> int:
        asked = (notice.c.whose == whose, notice.c.is_new == 1)
        return int(self._connection.scalar(select(func.count()).where(*asked)) or 0)

    def see(self, whose: bytes, until: int) -> None:
        seen = (notice.c.whose == whose, notice.c.is_new == 1, notice.c.number <= until)
        self._connection.execute(update(notice).where(*seen).values(is_new=0))

    def unmailed(self) -> set[bytes]:
        query = select(notice.c.whose).where(notice.c.is_mailed == 0, notice.c.is_new == 1)
        return {bytes(whose) for whose in self._connection.scalars(query.distinct())}

    def set_mailed(self, whose: Collection[bytes]) -> None:
        mailed = (notice.c.whose.in_(list(whose)), notice.c.is_mailed == 0)
        self._connection.execute(update(notice).where(*mailed).values(is_mailed=1))

    def way(self, whose: bytes) -> bytes | None:
        query = select(notice_way.c.sealed).where(notice_way.c.whose == whose)
        sealed = self._connection.scalar(query)
        return None if sealed is None else bytes(sealed)

    def set_way(self, whose: bytes, sealed: bytes) -> None:
        self._connection.execute(delete(notice_way).where(notice_way.c.whose == whose))
        self._connection.execute(insert(notice_way), {"whose": whose, "sealed": sealed})

    def erase(self, whose: bytes) -> None:
        for table in (notice, notice_way):
            self._connection.execute(delete(table).where(table.c.whose == whose))
