"""The room's tables. Hours and times are seconds since 1970 UTC. Nothing here is about who used what."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, String, Table

from ledger_service.adapters.sql.columns import NAMES, Hash, Number

LONGEST_ACTOR = 16
PROCESS_CHARACTERS = 32
MONTH_CHARACTERS = 7  # 2026-10
LONGEST_ACCESS = 16
LONGEST_DATA_TYPE = 32

metadata = MetaData(naming_convention=NAMES)

use = Table(
    "usage_use",
    metadata,
    Column("hour", Number, primary_key=True, autoincrement=False),
    Column("digest", Hash, primary_key=True),
    Column("actor", String(LONGEST_ACTOR), primary_key=True),
    Column("uses", Number, nullable=False),
    Column("firsts", Number, nullable=False),  # of them, the first of a session
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

month = Table(
    "usage_month",
    metadata,
    Column("month", String(MONTH_CHARACTERS), primary_key=True),
    Column("until", Number, nullable=False),  # decisions before it are counted
    Column("parts", Number, nullable=False),
    Column("lines", Number, nullable=False),
    Column("requests", Number, nullable=False),
    Column("unique_requests", Number, nullable=False),
    Column("no_license", Number, nullable=False),
    Column("limit_exceeded", Number, nullable=False),
    Column("root", Hash, nullable=True),  # null, as the entry, until it is closed
    Column("entry", Number, nullable=True),
)

month_line = Table(
    "usage_month_line",
    metadata,
    Column("month", String(MONTH_CHARACTERS), primary_key=True),
    Column("digest", Hash, primary_key=True),
    Column("access", String(LONGEST_ACCESS), primary_key=True),
    Column("kind", String(LONGEST_DATA_TYPE), nullable=False),  # empty until it is closed
    Column("year", Number, nullable=False),
    Column("requests", Number, nullable=False),
    Column("unique_requests", Number, nullable=False),
    Column("no_license", Number, nullable=False),
    Column("limit_exceeded", Number, nullable=False),
)
