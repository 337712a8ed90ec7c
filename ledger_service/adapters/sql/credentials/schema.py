"""Tables of credentials. What a credential says is sealed under its reader's key; the rest names nobody."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, UniqueConstraint

from ledger_service.adapters.sql.columns import Hash, Number, RowId, metadata

credential = Table(
    "credential",
    metadata,
    Column("number", RowId, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("reader", String(64), nullable=True, index=True),  # null once they are erased
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", Number, nullable=False),
    Column("statement", Hash, nullable=True),
    Column("leaf", Number, nullable=True),
    Column("list", Number, nullable=True),
    Column("place", Number, nullable=True),
    Column("taken_at", Number, nullable=True),
    Column("revoked_at", Number, nullable=True),
    Column("reason", String(20), nullable=True),
    UniqueConstraint("list", "place"),
)
credential_file = Table(
    "credential_file",
    metadata,
    Column("digest", Hash, primary_key=True),
    Column("credential", String(32), ForeignKey("credential.id"), nullable=False),
    Column("entry", Number, nullable=False),
    Column("at", Number, nullable=False),
)
attendance = Table(
    "attendance",
    metadata,
    Column("statement", Hash, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("leaves", LargeBinary, nullable=False),
    Column("entry", Number, nullable=False),
    Column("at", Number, nullable=False),
)
issuer_key = Table(
    "issuer_key",
    metadata,
    Column("thumbprint", Hash, primary_key=True),
    Column("point", LargeBinary(64), nullable=False),
    Column("entry", Number, nullable=False),
    Column("since", Number, nullable=False),
)
status_list = Table(
    "status_list",
    metadata,
    Column("list", Number, primary_key=True, autoincrement=False),
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    Column("entry", Number, nullable=False),
    Column("at", Number, nullable=False),
)
