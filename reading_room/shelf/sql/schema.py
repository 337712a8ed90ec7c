"""The room's tables. Whose a shelf is, and what stands on it, are tags under the reader's key."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, MetaData, String, Table

from ledger_service.adapters.sql.columns import NAMES, Hash, Number, RowId

LONGEST_KIND = 20

metadata = MetaData(naming_convention=NAMES)

kept = Table(
    "shelf_kept",
    metadata,
    Column("whose", Hash, primary_key=True),
    Column("version", Number, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

tag = Table("shelf_tag", metadata, Column("tag", Hash, primary_key=True))

followed = Table(
    "shelf_followed",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=False),  # 1: there is one row
    Column("looked_to", Number, nullable=False),
    Column("looked_at", Number, nullable=False),
    Column("until", Number, nullable=False),
    Column("part", Number, nullable=False),
)

happened = Table(
    "shelf_happened",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("kind", String(LONGEST_KIND), nullable=False),
    Column("digest", Hash, nullable=False),
    Column("at", Number, nullable=False),
)

taken = Table("shelf_taken", metadata, Column("digest", Hash, primary_key=True))
