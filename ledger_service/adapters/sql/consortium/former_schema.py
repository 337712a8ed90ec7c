"""Tables of the contracts that a library has left for those of a consortium."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from ledger_service.adapters.sql.columns import Hash, Number, metadata

former_contracts = Table(
    "former_contracts",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("deployment", Text, nullable=False),
    Column("successor", Hash, nullable=False),
    Column("entry", Number, nullable=False),
    Column("moved_at", Number, nullable=False),
    Column("last_grant", Number, nullable=False),  # serial; the new contracts count turns from 1
    Column("to_carry", Text, nullable=False),  # to carry, JSON
)
former_told = Table(
    "former_told",
    metadata,
    Column("name", Hash, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("entry", Number, nullable=False),
)
