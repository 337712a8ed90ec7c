"""The room's table. Names and tokens are digests of 32 bytes; times are seconds since 1970 UTC."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, Table

from ledger_service.adapters.sql.columns import NAMES, Hash, Number

metadata = MetaData(naming_convention=NAMES)

session = Table(
    "desk_session",
    metadata,
    Column("name", Hash, primary_key=True),
    Column("token", Hash, nullable=False),
    Column("until", Number, nullable=False),
    Index("ix_desk_session_token", "token", "until"),
    Index("ix_desk_session_until", "until"),
)
