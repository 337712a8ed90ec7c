"""The room's tables. A file is named by the entry of its claim, since it stands in a row for each MiB."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, MetaData, Table

from ledger_service.adapters.sql.columns import NAMES, Cursor, Hash, Number, RowId

metadata = MetaData(naming_convention=NAMES)

file = Table(
    "gateway_file",
    metadata,
    Column("entry", RowId, primary_key=True, autoincrement=False),
    Column("digest", Hash, nullable=False),
)

block = Table(
    "gateway_block",
    metadata,
    Column("digest", Hash, primary_key=True),
    Column("file", Number, primary_key=True, autoincrement=False),
    Column("is_node", Boolean, nullable=False),
)

looked_to = Table(
    "gateway_looked",
    metadata,
    Column("began_at", Number, primary_key=True, autoincrement=False),  # seconds since 1970 UTC
    Column("cursor", Cursor, nullable=False),
)
