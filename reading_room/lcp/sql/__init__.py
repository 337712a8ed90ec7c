"""The room's tables, and what is read and written there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, delete, insert, select, true, update

from ledger_service.domain.identifiers import Digest
from reading_room.lcp.rules import Bound, Issued
from reading_room.lcp.sql.schema import issued as license_row
from reading_room.lcp.sql.schema import publication


class SqlLcp:
    """Implements ports.LcpTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def bound(self, digests: Collection[Digest]) -> list[Bound]:
        found = publication.c.digest.in_([digest.value for digest in digests])
        return self._bound(select(publication).where(found))

    def page(self, limit: int) -> list[Bound]:
        newest = publication.c.bound_at.desc(), publication.c.digest
        return self._bound(select(publication).order_by(*newest).limit(limit))

    def bind(self, bound: Bound) -> None:
        self.unbind(bound.digest)
        self._connection.execute(
            insert(publication), {**bound._asdict(), "digest": bound.digest.value}
        )

    def unbind(self, digest: Digest) -> None:
        gone = delete(publication).where(publication.c.digest == digest.value)
        self._connection.execute(gone)

    def find(self, license_id: str) -> Issued | None:
        row = self._connection.execute(
            select(license_row).where(license_row.c.id == license_id)
        ).one_or_none()
        return None if row is None else Issued(**row._mapping)

    def running(self, now: int, after: str, limit: int) -> list[Issued]:
        table = license_row.c
        query = select(license_row).where(
            table.is_over != true(), table.try_at <= now, table.id > after
        )
        rows = self._connection.execute(query.order_by(table.id).limit(limit))
        return [Issued(**row._mapping) for row in rows]

    def put(self, issued: Issued) -> None:
        values = issued._asdict()
        known = update(license_row).where(license_row.c.id == issued.id)
        if not self._connection.execute(known.values(values)).rowcount:
            self._connection.execute(insert(license_row), values)

    def has_over(self, before: int) -> bool:
        query = select(license_row.c.id).where(*_over(before)).limit(1)
        return self._connection.scalar(query) is not None

    def forget_over(self, before: int) -> None:
        self._connection.execute(delete(license_row).where(*_over(before)))

    def _bound(self, query: Any) -> list[Bound]:
        rows = self._connection.execute(query)
        return [Bound(Digest(row.digest), row.publication, row.bound_at) for row in rows]


def _over(before: int) -> tuple[Any, Any]:
    return license_row.c.is_over == true(), license_row.c.until < before
