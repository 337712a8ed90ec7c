"""The room's tables. Hours and times are seconds since 1970 UTC. Nothing here is about who used what."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, String, Table

from ledger_service.adapters.sql.columns import NAMES, Hash, Number

LONGEST_ACTOR = 16
PROCESS_CHARACTERS = 32

metadata = MetaData(naming_convention=NAMES)

use = Table(
    "usage_use",
    metadata,
    Column("hour", Number, primary_key=True, autoincrement=False),
    Column("digest", Hash, primary_key=True),
    Column("actor", String(LONGEST_ACTOR), primary_key=True),
    Column("uses", Number, nullable=False),
)

hour = Table(
    "usage_hour",
    metadata,
    Column("hour", Number, primary_key=True, autoincrement=False),
    Column("lines", Number, nullable=False),
    Column("human", Number, nullable=False),
    Column("robot", Number, nullable=False),
    Column("interrupted", Number, nullable=False),
    Column("root", Hash, nullable=False),
    Column("entry", Number, nullable=False),
)

process = Table(
    "usage_process",
    metadata,
    Column("id", String(PROCESS_CHARACTERS), primary_key=True),
    Column("told_at", Number, nullable=False),
)
