"""The room's tables. CIDs are base16; times are seconds since 1970 UTC, 0 for never."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, String, Table

from ledger_service.adapters.sql.columns import NAMES, Cid, Cursor, Hash, Number, RowId

LONGEST_PLACE = 40  # characters
LONGEST_OUTCOME = 16

metadata = MetaData(naming_convention=NAMES)

kept = Table(
    "fixity_kept",
    metadata,
    Column("cid", Cid, primary_key=True),
    Column("checked_at", Number, nullable=False),
    Column("run", Number, nullable=False),  # the last that checked it, 0 for none
    Index("ix_fixity_kept_checked_at", "checked_at", "cid"),
)

run = Table(
    "fixity_run",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=False),
    Column("asked_at", Number, nullable=False),
    Column("began_at", Number),
    Column("ended_at", Number),
    Column("of", Number, nullable=False),
    Column("match", Number, nullable=False),
    Column("healed", Number, nullable=False),
    Column("unreachable", Number, nullable=False),
    Column("missing", Number, nullable=False),
    Column("mismatch", Number, nullable=False),
    Column("root", Hash),
    Column("entry", Number),
)

finding = Table(
    "fixity_finding",
    metadata,
    Column("run", Number, primary_key=True, autoincrement=False),
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("cid", Cid, nullable=False),
    Column("place", String(LONGEST_PLACE), nullable=False),
    Column("outcome", String(LONGEST_OUTCOME), nullable=False),
    Column("at", Number, nullable=False),
)

looked = Table(
    "fixity_looked",
    metadata,
    Column("since", Number, primary_key=True, autoincrement=False),
    Column("cursor", Cursor, nullable=False),
)
