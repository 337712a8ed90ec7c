"""The shelf's table."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, Table, insert, select

from ledger_service.adapters.sql.columns import NAMES, Hash

metadata = MetaData(naming_convention=NAMES)
shelf_item = Table("shelf_item", metadata, Column("digest", Hash, primary_key=True))


class SqlShelf:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, digest: bytes) -> None:
        self._connection.execute(insert(shelf_item), {"digest": digest})

    def all(self) -> list[bytes]:
        return list(self._connection.scalars(select(shelf_item.c.digest)))
