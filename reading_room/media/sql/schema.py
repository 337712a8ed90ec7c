"""The room's tables. CIDs are base16; times are seconds since 1970 UTC."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, MetaData, String, Table, Text

from ledger_service.adapters.sql.columns import NAMES, Cid, Cursor, Hash, Number

LONGEST_NAME = 120  # characters

metadata = MetaData(naming_convention=NAMES)

media = Table(
    "media_read",
    metadata,
    Column("digest", Hash, primary_key=True),
    Column("at", Number, nullable=False),
    Column("by", String(LONGEST_NAME), nullable=False),
    Column("tries", Number, nullable=False),
    Column("is_asked", Boolean, nullable=False),
    Column("media_type", String(LONGEST_NAME)),
    Column("width", Number),
    Column("height", Number),
    Column("pages", Number),
    Column("milliseconds", Number),
    Column("title", Text),
    Column("identifiers", Text, nullable=False),  # with spaces between
    Column("is_cut", Boolean, nullable=False),
    Column("problem", String(16)),
    Index("ix_media_read_is_asked", "is_asked"),
)

rendition = Table(
    "media_rendition",
    metadata,
    Column("digest", Hash, primary_key=True),  # of what it was made of
    Column("kind", String(16), primary_key=True),
    Column("media_type", String(LONGEST_NAME), nullable=False),
    Column("cid", Cid, nullable=False),
    Column("bytes", Number, nullable=False),
)

looked = Table(
    "media_looked",
    metadata,
    Column("since", Number, primary_key=True, autoincrement=False),
    Column("cursor", Cursor, nullable=False),
)
