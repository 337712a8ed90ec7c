"""Tables of readers and tokens; `reader` is the only place where a reader has a key."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from ledger_service.adapters.sql.columns import Hash, Number, metadata

reader = Table(
    "reader",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("key", Hash, nullable=True),
)
token = Table(
    "token",
    metadata,
    Column("digest", Hash, primary_key=True),
    Column("role", String(20), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("expires_at", Number, nullable=False),
)
