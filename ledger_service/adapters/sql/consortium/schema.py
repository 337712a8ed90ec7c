"""The table of what the members of a consortium said of themselves, which they say again when asked."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text

from ledger_service.adapters.sql.columns import Hash, Number, metadata

consortium_member = Table(
    "consortium_member",
    metadata,
    Column("steward", Hash, primary_key=True),
    Column("announcement", Text, nullable=False),
    Column("said_at", Number, nullable=False),
    Column("heard_at", Number, nullable=False),
    Column("fault", Text, nullable=True),
)
consortium_alarm = Table(
    "consortium_alarm",
    metadata,
    Column("steward", Hash, primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("about", String(80), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", Number, nullable=False),
    Column("evidence", Text, nullable=True),
)
