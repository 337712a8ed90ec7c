"""Tables of readers, tokens, acts and answers; `reader` is the only place where a reader has a key."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table

from ledger_service.adapters.sql.columns import Hash, Number, RowId, metadata

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
colleague = Table(
    "colleague",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("name", String(64), nullable=True, unique=True),  # null once it is erased
)
act = Table(
    "act",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("at", Number, nullable=False),
    Column("colleague", RowId, ForeignKey("colleague.number"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("about", String(64), nullable=False),
    Column("first_entry", Number, nullable=True),
    Column("entries", Number, nullable=False),
)
answer = Table(
    "answer",
    metadata,
    Column("name", Hash, primary_key=True),
    Column("request", Hash, nullable=False),
    Column("at", Number, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=True),  # null while it is not given yet
)
