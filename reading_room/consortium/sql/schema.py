"""The room's tables: all that they hold can be read from the chain again."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, String, Table, Text

from ledger_service.adapters.sql.columns import NAMES, Hash, Number

metadata = MetaData(naming_convention=NAMES)

event = Table(
    "consortium_council_event",
    metadata,
    Column("block", Number, primary_key=True, autoincrement=False),
    Column("log_index", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("at", Number, nullable=False),
    Column("transaction", String(64), nullable=False),
    Column("proposal", String(64), nullable=False),
    Column("act", Text, nullable=True),
    Column("ready_at", Number, nullable=False),
    Column("right", String(20), nullable=False),
    Column("account", String(40), nullable=False),
    Column("seconds", Number, nullable=False),
)
read = Table(
    "consortium_council_read",
    metadata,
    Column("charter", Hash, primary_key=True),
    Column("number", Number, nullable=False),
    Column("hash", Hash, nullable=False),
    Column("time", Number, nullable=False),
)
