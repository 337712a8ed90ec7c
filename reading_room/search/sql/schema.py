"""The room's tables. What finds words stands beside them, in a form of each database: see `words`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    false,
)

from ledger_service.adapters.sql.columns import NAMES, Number, RowId
from reading_room.search.rules.facet import STEWARD_DIGITS

KEY_BYTES = 40

metadata = MetaData(naming_convention=NAMES)

document = Table(
    "search_document",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=False),
    Column("accepted", Number, nullable=False),
    Column("head", BigInteger(), nullable=False),  # of the digest
    Column("is_shown", Boolean, nullable=False),
    Column("title_key", LargeBinary(KEY_BYTES), nullable=False),
    Column("title_words", SmallInteger, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("language", String(12), nullable=False),
    Column("license", String(80), nullable=False),
    Column("access", String(8), nullable=False),
    Column("steward", String(STEWARD_DIGITS), nullable=False),
    Column("year", SmallInteger, nullable=True),
    Column("has_text", Boolean, nullable=False, server_default=false()),
)

subject = Table(
    "search_subject",
    metadata,
    Column("document", Number, primary_key=True, autoincrement=False),
    Column("subject", String(100), primary_key=True),
    sqlite_with_rowid=False,
)

state = Table(
    "search_state",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("looked_to", Number, nullable=False),
    Column("fold", Number, nullable=False),
    Column("texts_to", String(80), nullable=False),
)
