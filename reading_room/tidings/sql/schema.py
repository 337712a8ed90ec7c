"""The room's tables. Times are seconds since 1970 UTC. Nothing here is about readers."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, String, Table

from ledger_service.adapters.sql.columns import NAMES, Hash, Number

LONGEST_KIND = 16

metadata = MetaData(naming_convention=NAMES)

change = Table(
    "tidings_change",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("entry", Number, nullable=False),
    Column("kind", String(LONGEST_KIND), nullable=False),
    Column("digest", Hash, nullable=False),
    Column("steward", Hash, nullable=False),
    Column("place", Number, nullable=False),
    Column("at", Number, nullable=False),
    Column("other", Hash),
    Index(None, "steward", "number"),
)

read = Table(
    "tidings_read",
    metadata,
    Column("only", Number, primary_key=True, autoincrement=False),
    Column("size", Number, nullable=False),
)
