"""What lies in the content store and is needed no more."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from ledger_service.adapters.sql.resources.schema import needless_content

_columns = needless_content.c


class SqlNeedless:
    """Implements ports.NeedlessTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, cid: str, since: int) -> None:
        named = select(_columns.cid).where(_columns.cid == cid)
        if self._connection.execute(named).first() is None:
            self._connection.execute(insert(needless_content), {"cid": cid, "since": since})

    def some(self, limit: int) -> list[str]:
        query = select(_columns.cid).order_by(_columns.since, _columns.cid).limit(limit)
        return list(self._connection.scalars(query))

    def forget(self, cid: str) -> None:
        self._connection.execute(delete(needless_content).where(_columns.cid == cid))
