"""The room's tables. What a reader handed in is sealed under the reader's key."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, MetaData, String, Table, Text

from ledger_service.adapters.sql.columns import NAMES, Cid, Hash, Number, RowId

HALL_DIGITS = 16

metadata = MetaData(naming_convention=NAMES)

key = Table(
    "halls_key",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),  # 1: there is one row
    Column("wrapped", LargeBinary, nullable=False),
    Column("public", Hash, nullable=False),
    Column("entry", Number, nullable=False),
)

version = Table(
    "halls_version",
    metadata,
    Column("hall", String(HALL_DIGITS), primary_key=True),
    Column("version", Number, primary_key=True, autoincrement=False),
    Column("manifest", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("entry", Number, nullable=False),
    Column("at", Number, nullable=False),
)

asset = Table(
    "halls_asset",
    metadata,
    Column("digest", Hash, primary_key=True),
    Column("media_type", String(40), nullable=False),
    Column("size_bytes", Number, nullable=False),
    Column("cid", Cid, nullable=False, index=True),
)

record = Table(
    "halls_record",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("reader", String(64), nullable=False),
    Column("hall", String(HALL_DIGITS), nullable=False),
    Column("version", Number, nullable=False),
    Column("at", Number, nullable=False),
    Column("entry", Number, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_halls_record_reader", "reader", "at"),
)
