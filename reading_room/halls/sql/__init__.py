"""The room's tables, and what is read and written there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from ledger_service.domain.identifiers import Digest
from reading_room.halls.ports import KeptAsset, KeptKey, KeptRecord, KeptVersion
from reading_room.halls.sql.schema import asset, key, record, version

ONLY_ROW = 1


class SqlHalls:
    """Implements ports.HallTables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def key(self) -> KeptKey | None:
        row = self._connection.execute(select(key)).one_or_none()
        return None if row is None else KeptKey(bytes(row.wrapped), bytes(row.public), row.entry)

    def add_key(self, new: KeptKey) -> None:
        self._connection.execute(insert(key), {"id": ONLY_ROW, **new._asdict()})

    def count_halls(self) -> int:
        query = select(func.count(func.distinct(version.c.hall)))
        return int(self._connection.scalar(query) or 0)

    def newest(self) -> list[KeptVersion]:
        last = select(version.c.hall, func.max(version.c.version).label("last"))
        found = last.group_by(version.c.hall).subquery()
        is_last = (version.c.hall == found.c.hall) & (version.c.version == found.c.last)
        query = select(version).join(found, is_last).order_by(version.c.entry.desc())
        return [_version(row) for row in self._connection.execute(query)]

    def find(self, hall: str, number: int | None = None) -> KeptVersion | None:
        query = select(version).where(version.c.hall == hall)
        if number is not None:
            query = query.where(version.c.version == number)
        row = self._connection.execute(query.order_by(version.c.version.desc()).limit(1)).first()
        return None if row is None else _version(row)

    def add(self, new: KeptVersion) -> None:
        self._connection.execute(insert(version), new._asdict())

    def asset(self, digest: Digest) -> KeptAsset | None:
        query = select(asset).where(asset.c.digest == digest.value)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else KeptAsset(digest, row.media_type, row.size_bytes, row.cid)

    def add_asset(self, new: KeptAsset) -> None:
        if self.asset(new.digest) is None:
            self._connection.execute(insert(asset), {**new._asdict(), "digest": new.digest.value})

    def assets_after(self, cid: str, limit: int) -> list[str]:
        query = select(asset.c.cid).where(asset.c.cid > cid).order_by(asset.c.cid).limit(limit)
        return list(self._connection.scalars(query))

    def records_of(self, reader: str) -> list[KeptRecord]:
        query = select(record).where(record.c.reader == reader).order_by(record.c.number.desc())
        return [_record(row) for row in self._connection.execute(query)]

    def count_records(self, reader: str, since: int) -> int:
        query = select(func.count()).select_from(record)
        query = query.where(record.c.reader == reader, record.c.at >= since)
        return int(self._connection.scalar(query) or 0)

    def add_record(self, new: KeptRecord) -> None:
        row = new._asdict()
        del row["number"]
        self._connection.execute(insert(record), row)

    def forget_reader(self, reader: str) -> None:
        self._connection.execute(delete(record).where(record.c.reader == reader))


def _version(row: Row[Any]) -> KeptVersion:
    return KeptVersion(row.hall, row.version, bytes(row.manifest), row.note, row.entry, row.at)


def _record(row: Row[Any]) -> KeptRecord:
    return KeptRecord(
        row.number, row.reader, row.hall, row.version, row.at, row.entry, bytes(row.sealed)
    )
