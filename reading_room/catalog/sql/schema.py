"""The room's tables. Times are seconds since 1970 UTC; entries are ledger indices."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, LargeBinary, MetaData, String, Table, Text

from ledger_service.adapters.sql.columns import NAMES, Hash, Number
from ledger_service.domain.resources.search import COLLECTION_DIGITS
from reading_room.catalog.rules.shelf import LONGEST_KEY

metadata = MetaData(naming_convention=NAMES)

place = Table(
    "catalog_place",
    metadata,
    Column("entry", Number, primary_key=True, autoincrement=False),
    Column("digest", Hash, nullable=False),
    Column("steward", Hash, nullable=False),
    Column("license", Hash, nullable=False),
    Column("title_key", LargeBinary(LONGEST_KEY), nullable=False),
    Column("changed_at", Number, nullable=False),
    Column("is_listed", Boolean, nullable=False),
    Index("ix_catalog_place_listed", "is_listed", "entry"),
    Index("ix_catalog_place_title", "is_listed", "title_key", "entry"),
    Index("ix_catalog_place_license", "license", "is_listed", "entry"),
    Index("ix_catalog_place_steward", "steward", "is_listed", "entry"),
)

collection = Table(
    "catalog_collection",
    metadata,
    Column("id", String(COLLECTION_DIGITS), primary_key=True),
    Column("title", Text, nullable=False),
    Column("title_key", LargeBinary(LONGEST_KEY), nullable=False),
    Index("ix_catalog_collection_title", "title_key", "id"),
)

member = Table(
    "catalog_member",
    metadata,
    Column("collection", String(COLLECTION_DIGITS), primary_key=True),
    Column("entry", Number, primary_key=True, autoincrement=False),
    Index("ix_catalog_member_entry", "entry"),
)

read = Table(
    "catalog_read",
    metadata,
    Column("only", Number, primary_key=True, autoincrement=False),  # the one row is 0
    Column("size", Number, nullable=False),
)
