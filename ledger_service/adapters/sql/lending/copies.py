"""Copies that were lent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update

from ledger_service.adapters.sql.lending.schema import lent_copy
from ledger_service.adapters.sql.words import Words
from ledger_service.domain.identifiers import CopyId, Digest, GrantId
from ledger_service.domain.lending.lent_copy import LentCopy

_OF_GRANT = Words(select(lent_copy).where(lent_copy.c.grant == bindparam("asked")))


class SqlCopies:
    """Implements ports.CopyTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, copy: CopyId) -> LentCopy | None:
        return self._one(lent_copy.c.id == copy.value)

    def of_grant(self, grant: GrantId) -> LentCopy | None:
        return _copy(_OF_GRANT.row(self._connection, asked=grant.value))

    def of_file(self, file: Digest) -> LentCopy | None:
        return self._one(lent_copy.c.file == file.value)

    def _one(self, condition: ColumnElement[bool]) -> LentCopy | None:
        return _copy(self._connection.execute(select(lent_copy).where(condition)).first())

    def add(self, copy: LentCopy) -> None:
        self._connection.execute(
            insert(lent_copy),
            {
                "id": copy.id.value,
                "grant": copy.grant.value,
                "entry": copy.entry,
                "file": None if copy.file is None else copy.file.value,
            },
        )

    def set_file(self, copy: CopyId, file: Digest) -> None:
        self._connection.execute(
            update(lent_copy).where(lent_copy.c.id == copy.value).values(file=file.value)
        )


def _copy(row: Any) -> LentCopy | None:
    if row is None:
        return None
    file = None if row.file is None else Digest(row.file)
    return LentCopy(CopyId(row.id), GrantId(row.grant), row.entry, file)
