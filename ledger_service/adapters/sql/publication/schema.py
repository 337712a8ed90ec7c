"""The table of the map's pages, which can be dropped and rebuilt."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table

from ledger_service.adapters.sql.columns import Number, metadata

map_page = Table(
    "map_page",
    metadata,
    Column("prefix", String(256), primary_key=True),
    Column("version", Number, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)
