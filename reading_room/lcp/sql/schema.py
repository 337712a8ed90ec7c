"""The room's tables. Of a reader they hold nothing: a license has its loan's address, which is a hash."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, MetaData, String, Table

from ledger_service.adapters.sql.columns import NAMES, Hash, Number

UUID_DIGITS = 36
metadata = MetaData(naming_convention=NAMES)

publication = Table(
    "lcp_publication",
    metadata,
    Column("digest", Hash, primary_key=True),
    Column("publication", String(UUID_DIGITS), nullable=False),
    Column("bound_at", Number, nullable=False),  # seconds since 1970 UTC, and so all below
)

issued = Table(
    "lcp_license",
    metadata,
    Column("id", String(UUID_DIGITS), primary_key=True),
    Column("address", Hash, nullable=False),
    Column("publication", String(UUID_DIGITS), nullable=False),
    Column("start", Number, nullable=False),
    Column("prints", Boolean, nullable=False),
    Column("until", Number, nullable=False),
    Column("is_over", Boolean, nullable=False),
    Column("try_at", Number, nullable=False),
    Column("tries", Number, nullable=False),
    Index(None, "is_over", "id"),
)
