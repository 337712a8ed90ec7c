"""Tables of statements that authors sign. What they say, and who the authors are, is sealed."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from ledger_service.adapters.sql.columns import Hash, Number, metadata

Id = String(32)
authors_statement = Table(
    "authors_statement",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", Hash, nullable=False, index=True),
    Column("reader", String(64), nullable=True, index=True),
    Column("state", String(12), nullable=False),
    Column("made_at", Number, nullable=False),
    Column("ends_at", Number, nullable=False, index=True),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("is_asked", Integer, nullable=False),
    Column("signed", LargeBinary, nullable=True),
    Column("signed_digest", Hash, nullable=True, unique=True),
    Column("entry", Number, nullable=True),
    Index(None, "is_asked", "entry"),
)
authors_place = Table(
    "authors_place",
    metadata,
    Column("statement", Id, ForeignKey("authors_statement.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("state", String(10), nullable=False),
    Column("reader", String(64), nullable=True, index=True),
    Column("code", Hash, nullable=True, unique=True),
    Column("wrapped_key", LargeBinary, nullable=True),
    Column("sealed", LargeBinary, nullable=True),
    Column("signature", LargeBinary, nullable=True),
)
authors_file = Table(
    "authors_file",
    metadata,
    Column("statement", Id, ForeignKey("authors_statement.id"), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
review = Table(
    "review",
    metadata,
    Column("digest", Hash, primary_key=True),
    Column("resource", Hash, nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("entry", Number, nullable=False),
    Column("made_at", Number, nullable=False),
    Column("opened_at", Number, nullable=True),
    Column("reader", String(64), nullable=True, index=True),
    Column("wrapped_key", LargeBinary, nullable=True),
    Column("sealed", LargeBinary, nullable=True),
    Column("body", LargeBinary, nullable=True),  # once it is public
)
