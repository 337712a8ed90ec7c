"""The room's tables. Times are seconds since 1970 UTC."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, String, Table, Text

from ledger_service.adapters.sql.columns import NAMES, Number, RowId

LONGEST_STAGE = 40  # characters

metadata = MetaData(naming_convention=NAMES)

audit = Table(
    "desk_audit",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=False),
    Column("asked_at", Number, nullable=False),
    Column("began_at", Number),
    Column("ended_at", Number),
    Column("stage", String(LONGEST_STAGE), nullable=False),
    Column("done", Number, nullable=False),
    Column("total", Number, nullable=False),
    Column("report", Text, nullable=False),
    Column("failure", Text, nullable=False),
)
