"""The niche's table."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, Table, insert, select

from ledger_service.adapters.sql.columns import NAMES, Hash

metadata = MetaData(naming_convention=NAMES)
niche_item = Table("niche_item", metadata, Column("digest", Hash, primary_key=True))


class SqlNiche:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, digest: bytes) -> None:
        self._connection.execute(insert(niche_item), {"digest": digest})

    def all(self) -> list[bytes]:
        return list(self._connection.scalars(select(niche_item.c.digest)))
